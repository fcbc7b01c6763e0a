"""What everyone can do in a chat: ask, verify, read around, vote."""
