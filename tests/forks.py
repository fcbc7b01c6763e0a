"""Processes that a test kills or starves."""

from __future__ import annotations

import multiprocessing

__all__ = ["CONTEXT"]

CONTEXT = multiprocessing.get_context("forkserver")
"""Forks of a process that has the libraries loaded, so that the time goes into what is tested.

There is one such process for all, and it loads what the last request before its start named.
"""
CONTEXT.set_forkserver_preload(["bot.journal", "index.library"])
