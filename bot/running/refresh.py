"""Bring the index up to date automatically: at the start, and whenever the folder changes."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from bot.logs import refer
from bot.running.builds import Indexing, StoppedError
from index.desk.gate import RegressionError
from index.desk.staging import Report, Staged
from index.errors import BuildLockedError, CitebotError
from index.library import Library

__all__ = ["refresh"]

_log = logging.getLogger(__name__)
_LOCKED_AGAIN = 5.0
_NOBODY = "citebot"


async def refresh(library: Library, indexing: Indexing) -> Staged | CitebotError | None:
    """Build what changed, and publish it if no golden question is lost and no editor has decided
    otherwise; else return the new index, which waits for them.

    Failures are logged, and returned if people can do something about them.
    """
    try:
        done = await _build(library, indexing)
    except RegressionError as error:
        _log.warning("%s", error)
        return await asyncio.to_thread(library.desk.index.staged)
    except StoppedError:
        _log.info("The build was stopped")
    except CitebotError as error:
        _log.error("The index was not brought up to date: %s", error)
        return error
    except Exception as error:
        refer(error)
    else:
        if isinstance(done, Staged):
            _log.info("The new index %s waits for the editors", done.generation.id)
            return done
        if done and done.generation:
            _log.info(
                "Indexed: generation %s, %d documents, %d not read, %.1f s",
                done.generation.id,
                done.generation.documents,
                len(done.changes.failed),
                done.seconds,
            )
        else:
            _log.info("Nothing to index: what changed is indexed, or waits for the editors")
    return None


async def _build(library: Library, indexing: Indexing) -> Report | Staged | None:
    waited = False
    while True:
        while indexing.state:
            # changes that an editor's build has missed are built after it
            await indexing.ended()
            await asyncio.sleep(0)
        try:
            return await indexing.start(partial(library.desk.index.refresh, by=_NOBODY))
        except BuildLockedError as error:
            if not waited:
                _log.warning("%s", error)
            waited = True
            await asyncio.sleep(_LOCKED_AGAIN)
