"""How the bot bears pressure: `python -m benchmarks.pressure [verify] [journal] [port]`.

verify: processor time of the worst texts beside a manual of 2.4 million characters and 30,000
sentences. journal: the longest wait of a call while 200,000 answers are purged.
port: 1,100 half-open connections to the bot's own server, then 130 people with 50 `/start` each,
and how long others wait. Figures are of this machine, which does other things beside.
"""

from __future__ import annotations

import asyncio
import re
import resource
import socket
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import httpx
import numpy as np

from benchmarks.flood import serving
from bot.journal import Answered, Journal
from index.search import verify
from index.stores import Build, Part
from index.stores.files import FileStore
from index.text import passages, words
from index.types import Document, Outcome, Source, Span, Thresholds
from tests.botapi import BotApi

__all__ = ["main"]

_SENTENCES, _ANSWERS = 30_000, 200_000
_BETWEEN = 0.03  # seconds between two questions: what the bot answers at its best
_PATIENCE = 120.0  # seconds for others to be answered
# Seconds, and how many of them threads of this process waited for a processor.
_Wait: TypeAlias = tuple[float, float]

_VERBS = ("opens", "closes", "checks", "cleans", "reads", "oils", "turns", "keeps")
_THINGS = ("valve", "pump", "hatch", "filter", "gauge", "lamp", "belt", "drum", "seal", "rail")


def manual(sentences: int = _SENTENCES) -> Document:
    """An ordinary manual: numbered sections of six sentences, a paragraph each."""
    chosen = np.random.default_rng(7)
    parts, spans, paragraphs, at = list[str](), list[Span](), list[Span](), 0
    for number in range(sentences):
        verb, thing = chosen.choice(_VERBS), chosen.choice(_THINGS)
        sentence = f"In section {number % 5000} the operator {verb} the {thing} of unit {number}, "
        sentence += "then signs the log."
        start = at
        parts.append(sentence)
        at += len(sentence)
        spans.append(Span(start, at))
        last = number % 6 == 5
        parts.append("\n\n" if last else " ")
        at += len(parts[-1])
        if last:
            paragraphs.append(Span(spans[-6].start, spans[-1].end))
    return Document(
        source=Source("manual.txt", "Manual", "en"),
        text="".join(parts),
        paragraphs=tuple(paragraphs),
        sentences=tuple(spans),
        digest="0" * 64,
    )


def run_of_one_token() -> Document:
    """300 KB of one token."""
    text = ("0 " * 150_000).strip()
    size = 1_000
    spans = tuple(Span(at, min(at + size - 1, len(text))) for at in range(0, len(text), size))
    return Document(
        source=Source("zeros.txt", "Zeros", "en"),
        text=text,
        paragraphs=(Span(0, len(text)),),
        sentences=spans,
        digest="1" * 64,
    )


def texts(document: Document) -> Iterator[tuple[str, str]]:
    """Texts that cost much, by name."""
    prose = document.text[100_000 : 100_000 + verify.MAX_TEXT]
    yield "a whole stretch", prose
    yield "340 items of a list", "".join(f"\n- section {n}" for n in range(340))[: verify.MAX_TEXT]
    yield (
        "prose, every sentence from elsewhere",
        " ".join(document.text[span.start : span.end] for span in document.sentences[::777])[
            : verify.MAX_TEXT
        ],
    )
    yield "prose, changed", prose.replace("the operator", "an engineer")
    yield (
        "95 short sentences",
        "".join(f"The operator oils unit {n * 311}. " for n in range(200))[: verify.MAX_TEXT],
    )
    yield "one letter", "a"
    yield "single letters", "a b c d e f " * 340
    yield "stop words", "The of and to in is was. " * 160
    yield (
        "stop words, all different",
        "".join(
            f"{a} {b} of it. "
            for a in "the an is was to in on at by".split()
            for b in "and or if as so but".split()
        ),
    )
    yield "signs", "§ ¶ † ‡ • " * 400
    yield "a run of one token", "0 " * 1_000 + "1 0 1"
    yield "a run of one letter", "a" * verify.MAX_TEXT


def _part(document: Document) -> Part:
    split = passages.split(document)
    rows = sum(len(passage.sentences) for passage in split)
    return Part(
        document,
        split,
        np.full((rows, 4), 0.5, np.float32),
        np.full((len(split), 4), 0.5, np.float32),
        [np.zeros((1, 1), np.uint8)] * rows,
    )


def measure_verify() -> None:
    """The worst texts beside a manual."""
    with tempfile.TemporaryDirectory() as folder:
        store = FileStore(Path(folder))
        documents = [manual(), run_of_one_token()]
        parts = [_part(document) for document in documents]
        held = sum(len(part.passages) for part in parts)
        rows = sum(len(part.vectors) for part in parts)
        build = Build(
            model="none",
            fingerprint="none",
            content="none",
            thresholds=Thresholds(0.3, 0.6),
            parts=parts,
            dimension=4,
            terms=lambda passage: words.terms(passage.text, "en"),
        )
        with store.locked():
            store.publish(store.stage(build).generation.id)
        generation = store.open(None)
        print(f"{held:,} passages, {rows:,} sentences, {len(documents[0].text):,} characters")
        for name, text in texts(documents[0]):
            began, cpu = time.perf_counter(), time.process_time()
            verdict = verify.verify(generation, text[: verify.MAX_TEXT])
            cpu, wall = time.process_time() - cpu, time.perf_counter() - began
            print(
                f"{name:40} {cpu:6.2f} s of processor time, {wall:6.2f} s; {verdict.match.value}, "
                f"{verdict.judged} judged, {verdict.unjudged} left",
                flush=True,
            )
        generation.close()


def measure_journal() -> None:
    """The longest wait of a call, in the event loop and out of it, while 200,000 answers are half
    purged.
    """
    with tempfile.TemporaryDirectory() as folder:
        now = [datetime.now(UTC) - timedelta(days=100)]
        path = Path(folder) / "journal.sqlite"
        journal = Journal(path, now=lambda: now[0])
        with closing(sqlite3.connect(path)) as database, database:
            for half in range(2):
                at = datetime.now(UTC) - timedelta(days=100 * (1 - half))
                database.executemany(
                    "INSERT INTO answers VALUES (NULL, ?, ?, ?, 'private', 'found', 'x', 1.5, 0.1, "
                    "'en', NULL, ?, ?, ?, 0)",
                    (
                        (at.timestamp(), f"{n % 5_000:016x}", "c", "k" * 300, n, n)
                        for n in range(half * _ANSWERS // 2, (half + 1) * _ANSWERS // 2)
                    ),
                )
        journal.people.set_language(7, "en")
        now[0] = datetime.now(UTC)
        print(f"{_ANSWERS:,} answers, {journal.size / 1e6:.0f} MB")
        for name, work in (
            ("nothing", lambda: time.sleep(5)),
            ("purge", journal.purge),
            ("/forget", lambda: journal.forget(7)),
            ("/forget of somebody unknown", lambda: journal.forget(-1)),
        ):
            asyncio.run(_ask_on(journal, name, work))
        journal.close()


async def _ask_on(journal: Journal, name: str, work: Callable[[], object]) -> None:
    """Call in the event loop and in a thread until the work is done, and print how long it took."""
    loop = asyncio.get_running_loop()
    began, done = loop.time(), threading.Event()

    def call_on() -> list[_Wait]:
        waits = list[_Wait]()
        while not done.is_set():
            waits.extend(_waits(journal))
            time.sleep(_BETWEEN)
        return waits

    beside = asyncio.create_task(asyncio.to_thread(call_on))
    working = asyncio.create_task(asyncio.to_thread(work))
    looped = list[_Wait]()
    while not working.done():
        looped.extend(_waits(journal, looped=True))
        await asyncio.sleep(_BETWEEN)
    done.set()
    await working
    took = loop.time() - began
    for where, waits in (("in the loop", looped), ("in a thread", await beside)):
        longest = sorted(whole for whole, _ in waits)
        ours = sorted(whole - starved for whole, starved in waits)
        print(
            f"{name}: {took:.2f} s; of {len(waits)} calls {where} meanwhile the longest took "
            f"{1000 * longest[-1]:.1f} ms, one in a thousand more than "
            f"{1000 * longest[-1 - len(waits) // 1000]:.1f} ms; without the time in which other "
            f"programs had the processor {1000 * ours[-1]:.1f} ms and "
            f"{1000 * ours[-1 - len(waits) // 1000]:.1f} ms",
            flush=True,
        )


def _waits(journal: Journal, *, looped: bool = False) -> Iterator[_Wait]:
    """The seconds that each kind of call takes, of those that the bot makes there."""
    calls: tuple[Callable[[], object], ...] = (
        lambda: journal.people.language(5),
        lambda: journal.people.first_id(-5),
        lambda: journal.answers.asked_today(5),
        lambda: journal.people.set_active(5, active=True),
        lambda: journal.answers.add(_answer()),
        lambda: journal.people.set_language(5, "en"),
        lambda: journal.gaps.add("What is a tide?", 5),
    )
    for call in calls[: 5 if looped else None]:
        starved, at = _starved(), time.perf_counter()
        call()
        took = time.perf_counter() - at
        # what a thread has waited goes with it
        yield took, max(0.0, min(took, _starved() - starved))


def _starved() -> float:
    """Seconds that the threads of this process were ready and waited for a processor, in all; 0 on
    a system that does not say.
    """
    seconds = 0.0
    for file in Path("/proc/self/task").glob("*/schedstat"):
        with suppress(OSError):
            seconds += int(file.read_text().split()[1]) / 1e9
    return seconds


def _answer() -> Answered:
    return Answered(
        person=5,
        chat=5,
        place="private",
        outcome=Outcome.FOUND,
        generation="0001-abc",
        score=1.5,
        seconds=0.1,
        question="",
        language="en",
    )


def measure_port() -> None:
    """1,100 half-open connections to a bot that may open 1,024 files, and 130 people who send 50
    `/start` each, and who else is answered meanwhile.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4_096, most), most))
    with tempfile.TemporaryDirectory() as name, BotApi(rate_limits=True) as api:
        folder = Path(name)
        (folder / "knowledge").mkdir()
        (folder / "knowledge" / "a.txt").write_text(
            "The ferry leaves at nine in the morning. The lighthouse has 118 steps."
        )
        with serving(api, folder) as (program, _), ExitStack() as stack:
            resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (1_024, 1_024))
            found = re.search(r"http://([\d.]+):(\d+)", (folder / "log").read_text())
            assert found
            for _ in range(1_100):
                connection = socket.create_connection((found[1], int(found[2])))
                stack.callback(connection.close)
                with suppress(OSError):
                    connection.sendall(b"GET /healthz HTTP/1.1\r\nX: ")
            _answered(api, "with 1,100 half-open connections", 5)
            lines = (folder / "log").read_text().count("\n")
            print(f"health {httpx.get(found[0] + '/healthz').status_code}, {lines} lines of log")
            for room in [api.private(api.user("Flood", language_code="en")) for _ in range(130)]:
                for _ in range(50):
                    room.say("/start")
            _answered(api, "with 130 people and 50 /start each", 14)


def _answered(api: BotApi, name: str, people: int) -> None:
    """Ask as so many others, and print how long it took each."""
    rooms = [api.private(api.user("Other", language_code="en")) for _ in range(people)]
    began = time.monotonic()
    for room in rooms:
        room.say("How many steps does the lighthouse have?")
    took = dict[int, float]()
    while len(took) < people and time.monotonic() - began < _PATIENCE:
        for number, room in enumerate(rooms):
            if number not in took and room.replies():
                took[number] = time.monotonic() - began
        time.sleep(0.05)
    most = max(took.values(), default=0.0)
    print(
        f"{name}: {len(took)} of {people} others answered, the last after {most:.1f} s", flush=True
    )


def main(names: Sequence[str]) -> None:
    """Measure the parts named, or all."""
    parts = {"verify": measure_verify, "journal": measure_journal, "port": measure_port}
    for name in names or parts:
        print(f"# {name}", flush=True)
        parts[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
