"""What editors do, and the index being built: folder, builds, golden questions, gate."""
