"""Questions to ranked, marked passages; texts to verdicts."""
