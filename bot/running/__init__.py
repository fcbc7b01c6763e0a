"""What runs beside the conversation: the worker, builds, limits, metrics."""
