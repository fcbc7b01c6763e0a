"""Texts -> vectors: the models, what they are converted to, and what runs them."""
