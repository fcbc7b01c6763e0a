"""Speech -> text, one message at a time, in a process of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

from bot.running.worker import BusyError

__all__ = ["Hearing"]

_log = logging.getLogger(__name__)

_PROGRAM = (sys.executable, "-m", "bot.running.transcribe")
_PATIENCE = 120.0  # seconds for one message
_MOST_WAITING = 5
_HOME = Path(__file__).parents[2]


class Hearing:
    """Writes down what is said, with the speech model in a folder."""

    def __init__(self, model: Path) -> None:
        self._model = model
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def words(self, speech: bytes) -> str:
        """Return the words of a recording; "" if there are none or they cannot be had, which is
        logged. Raises BusyError if too many wait.
        """
        if self._waiting >= _MOST_WAITING:
            raise BusyError("too many voice messages wait", "voice_busy")
        self._waiting += 1
        try:
            async with self._turn:
                return await self._transcribed(speech)
        finally:
            self._waiting -= 1

    async def _transcribed(self, speech: bytes) -> str:
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM,
            str(self._model),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            # no secrets: it parses what anyone may send
            env={"PYTHONPATH": str(_HOME), "PYTHONUTF8": "1", "PATH": os.defpath},
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                words, _ = await process.communicate(speech)
        except TimeoutError:
            _log.warning("A voice message took too long to write down")
            return ""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            _log.error(
                "Voice messages cannot be written down (exit code %d); `citebot doctor` says more",
                process.returncode,
            )
            return ""
        return " ".join(words.decode(errors="replace").split())
