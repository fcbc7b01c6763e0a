"""Pictures of the bot's messages as a chat shows them: `make screenshots`."""
