"""Data directories that released versions wrote, and what wrote them."""
