"""The connection to Telegram; it knows nothing of documents."""
