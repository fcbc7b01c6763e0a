"""The bot against an emulator of another hand: what both servers agree on holds more surely."""
