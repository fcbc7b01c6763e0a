"""Text as such: sentences, words, languages, passages."""
