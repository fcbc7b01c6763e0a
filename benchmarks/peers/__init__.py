"""The systems that are compared, a module each; every one runs in a process of its own."""
