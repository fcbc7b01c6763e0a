"""One person's worst `/verify` beside a manual of 2.4 million characters, and how long others wait:
`python -m benchmarks.beside [SECONDS]`.

The bot is the program itself, on the manual of `benchmarks.pressure` and a small document; Telegram
is the strict server of the tests, on loopback. Others, each a person of their own, ask about the
small document all the time: first alone, then while one person sends the worst texts as fast as
their limit lets them. The manual's vectors are made up, as embedding them would take minutes; what
a check costs does not depend on them.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.flood import processor_time, serving
from benchmarks.pressure import manual, texts
from index.intake import check
from index.intake.limits import FOLDER
from index.model import tokens
from index.model.cache import EmbeddingCache
from index.model.encoder import Encoder
from index.search import verify
from index.text import passages
from tests.botapi import BotApi

__all__ = ["main"]

_SMALL = "The ferry leaves at nine in the morning. The lighthouse has 118 steps."
_QUESTION = "How many steps does the lighthouse have?"
_EVERY = 0.5  # seconds between two questions of others
_AGAIN = 10.0  # seconds between two checks: six a minute are allowed
_PATIENCE = 60.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print it; 1 if somebody waited for longer than a second beside a check."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    seconds = float(given[0]) if given else 60.0
    document = manual()
    worst = [text[: verify.MAX_TEXT] for _, text in texts(document)]
    with tempfile.TemporaryDirectory() as name, BotApi(rate_limits=True) as api:
        folder = Path(name)
        (folder / "knowledge").mkdir()
        (folder / "knowledge" / "manual.txt").write_text(document.text)
        (folder / "knowledge" / "small.txt").write_text(_SMALL)
        _fill(folder / "data", document.text)
        with serving(api, folder) as (program, _):
            list(_waits(api, 10.0))
            before = processor_time(program)
            alone = sorted(_waits(api, seconds))
            idle = (processor_time(program) - before) / seconds
            over = threading.Event()
            checks = threading.Thread(target=_check, args=(api, worst, over))
            checks.start()
            before, began = processor_time(program), time.monotonic()
            beside = sorted(_waits(api, _AGAIN * len(worst)))
            over.set()
            checks.join()
            spent = processor_time(program) - before - idle * (time.monotonic() - began)
    for what, took in (("alone", alone), ("beside checks", beside)):
        print(
            f"{what}: {len(took)} others answered, median {took[len(took) // 2]:.2f} s, 95th "
            f"{took[len(took) * 95 // 100]:.2f} s, longest {took[-1]:.2f} s"
        )
    print(
        f"a check took {spent / len(worst):.2f} s of processor time on average; load average "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )
    return int(beside[-1] > 1.0)


def _fill(data: Path, text: str) -> None:
    """Put vectors for the manual's sentences where a build finds them."""
    data.mkdir()
    encoder = Encoder(folder=data / "models")
    dimension, random = encoder.dimension, np.random.default_rng(3)
    nothing = np.zeros((1, tokens.width(dimension)), np.uint8)
    split = passages.split(check("manual.txt", text.encode(), FOLDER))
    sentences = [passage.quote(span) for passage in split for span in passage.sentences]
    made = tokens.unit(random.standard_normal((len(sentences), dimension), np.float32))
    with closing(EmbeddingCache(data / "embeddings.sqlite")) as cache:
        cache.add(encoder.fingerprint, sentences, [(vector, nothing) for vector in made])


def _check(api: BotApi, worst: Sequence[str], over: threading.Event) -> None:
    """Send the worst texts, one after the other, as one person."""
    room = api.private(api.user("Checker", language_code="en"))
    for number, text in enumerate(worst):
        began = time.monotonic()
        reply = room.wait_reply(after=room.say(f"/verify {text}"[:4096]), timeout=_PATIENCE)
        print(f"check {number}: {time.monotonic() - began:.1f} s: {reply.text[:60]!r}", flush=True)
        over.wait(max(0.0, began + _AGAIN - time.monotonic()))


def _waits(api: BotApi, seconds: float) -> Iterator[float]:
    """How long others wait, one after the other, for so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        room = api.private(api.user("Other", language_code="en"))
        began = time.monotonic()
        room.wait_reply(after=room.say(_QUESTION), timeout=_PATIENCE)
        yield time.monotonic() - began
        time.sleep(max(0.0, began + _EVERY - time.monotonic()))


if __name__ == "__main__":
    raise SystemExit(main())
