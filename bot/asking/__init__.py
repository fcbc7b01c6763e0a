"""The features that everyone can use in a chat: ask, verify, read around, vote."""
