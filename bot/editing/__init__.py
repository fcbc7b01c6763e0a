"""What editors can do in a chat."""
