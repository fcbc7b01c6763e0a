"""The wire to Telegram; it knows nothing of documents."""
