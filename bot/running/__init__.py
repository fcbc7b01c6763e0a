"""The parts that run beside the conversation: the worker, builds, limits, metrics."""
