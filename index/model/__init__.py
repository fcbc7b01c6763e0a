"""The embedding model: vectors of sentences and of word pieces, and their cache."""
