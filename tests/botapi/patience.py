"""How long a test waits for the bot."""

__all__ = ["PATIENCE"]

PATIENCE = 120.0
"""Seconds: enough on a machine with much else to do. A test that passes does not wait them."""
