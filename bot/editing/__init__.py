"""What editors do in a chat."""
