"""Scans and photos: what Tesseract reads in pictures, where it is installed."""
