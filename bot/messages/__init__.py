"""Everything the bot says, as text, marks and buttons; pure."""
