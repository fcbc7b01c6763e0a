"""From an update to the feature that answers it: who asks, with which means, and who registered."""
