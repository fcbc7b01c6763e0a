"""Speech on standard input -> its words on standard output: `python -m bot.running.transcribe
MODEL`, a process of its own for each message.

It has no network and no files once the model is loaded, and ends with the bot.
"""

from __future__ import annotations

import importlib
import io
import os
import resource
import sys

from index.intake import enclose

__all__: list[str] = []

_SECONDS = 300  # of processor time, for two minutes of speech on a slow machine


def _main(model: str) -> None:
    parent = os.getppid()
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    whisper = importlib.import_module("faster_whisper")
    loaded = whisper.WhisperModel(
        model, device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
    )
    speech = io.BytesIO(sys.stdin.buffer.read())
    enclose(parent)
    parts, _ = loaded.transcribe(speech, beam_size=1, condition_on_previous_text=False)
    words = " ".join(part.text.strip() for part in parts)
    sys.stdout.buffer.write(words.encode())


if __name__ == "__main__":
    _main(sys.argv[1])
