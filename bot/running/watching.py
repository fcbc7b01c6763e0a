"""Watch the documents' folder, so that the bot notices any change."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from watchfiles import awatch

__all__ = ["settled", "watch"]

_log = logging.getLogger(__name__)

# Seconds without another change after which the folder counts as settled.
_SETTLED = 3.0
# Seconds between two checks of a folder that cannot be watched.
_AGAIN = 60.0


async def watch(folder: Path, changed: asyncio.Event) -> None:
    """Set `changed` whenever something in the folder changes, until this is cancelled.

    If the system reports no changes (network disks), WATCHFILES_FORCE_POLLING=1 polls for them. A
    folder that cannot be watched at all is logged once and taken to change every minute.
    """
    told = False
    while True:
        try:
            # whatever its name, it may be a document
            async for _ in awatch(folder, watch_filter=None):
                told = False
                changed.set()
                if not await asyncio.to_thread(folder.is_dir):
                    # another folder of that name would not be the watched one
                    break
        # the library's errors are of many kinds
        except Exception as error:
            if not told:
                _log.warning("%s cannot be watched: %s", folder, error)
            told = True
        await asyncio.sleep(_AGAIN)
        if await asyncio.to_thread(folder.is_dir):
            changed.set()


async def settled(changed: asyncio.Event) -> None:
    """Wait until `changed` has been set and then stays clear for some seconds."""
    await changed.wait()
    while changed.is_set():
        changed.clear()
        await asyncio.sleep(_SETTLED)
