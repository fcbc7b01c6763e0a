"""The features that editors can use in a chat."""
