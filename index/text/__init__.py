"""Text by itself: sentences, words, languages, passages."""
