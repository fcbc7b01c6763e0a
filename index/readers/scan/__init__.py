"""Scans and photos: what Tesseract reads in pictures, if it is installed."""
