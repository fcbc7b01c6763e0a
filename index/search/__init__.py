"""From questions to ranked, marked passages; from texts to verdicts."""
