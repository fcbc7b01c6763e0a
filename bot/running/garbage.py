"""Python's search for garbage, kept short: it halts every thread, the event loop's too."""

from __future__ import annotations

import gc
from collections.abc import Mapping

__all__ = ["keep_short"]

# A full search takes about half a microsecond for each object on two cores of 2026: 15 ms.
_MOST = 30_000
# Full searches come after each of so many young ones, so that not many more objects are new.
_OFTEN = 4


def keep_short() -> None:
    """Search only what is new from now on, in this process.

    A search goes over all objects that might be in a cycle: modules, an index and caches, 200,000
    of them, take 120 ms. Those that live long are therefore left out once they were searched. One
    that is no longer used is still freed at once, unless it is in a cycle.
    """
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _OFTEN)
    if _leave_out not in gc.callbacks:
        gc.callbacks.append(_leave_out)


def _leave_out(phase: str, info: Mapping[str, int]) -> None:
    """After a full search, leave out what survived it, if that is much."""
    if phase == "stop" and info["generation"] == 2 and len(gc.get_objects(2)) > _MOST:
        gc.freeze()
