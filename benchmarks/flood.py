"""How many answers a second the bot gives over HTTP, and what they cost it in memory:
`python -m benchmarks.flood --data PATH`.

The bot is the program itself, in a process of its own, on the squad2 articles; Telegram is the
strict server of the tests, on loopback, which holds it to Telegram's rates. Each question is
another person's, so that no limit of a person's counts. With `--inline .2` every fifth question is
typed after the bot's name in another chat, whose answer Telegram does not count. An answer's time
is from the moment its question is there to be fetched to the moment the answer arrives. The index
is kept for the next run, below .benchmark/. The stages of an answer in a chat are the bot's own
count of them, in the mean: from its being taken to the search, the search, and the sending.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks import data, heartbeat, sets
from benchmarks.systems import CACHE, ROOT
from bot.messages.texts import texts_for
from bot.running import garbage
from tests.botapi import BotApi, Call

__all__ = ["main", "processor_time", "serving"]

_FOLDER = CACHE / "flood"
_PUT_OFF = frozenset(texts_for("en")(key) for key in ("too_slow", "queue_full", "not_ready"))
_WARM_UP = 100
_Asked = tuple[int, int] | str
"""The chat and the message of a question, or the id of an inline query."""

_START, _LAST = 900.0, 60.0  # seconds for the index to be built, and for the last answers


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask at steady rates and print what came of it; 1 if an answer is missing."""
    options = data.options(_parser(), arguments)
    articles = sets.load("squad2", options.data, titled=True, sample=options.sample)
    questions = [question.text for question in articles.questions]
    folder = _FOLDER / str(options.sample or "whole")
    missing = 0
    for name, text in articles.files.items():
        file = folder / "knowledge" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(text, encoding="utf-8")
    with (
        BotApi(rate_limits=True) as api,
        serving(api, folder, heart=options.heartbeat) as (bot, site),
    ):
        # a search for garbage over all calls that are kept would halt the server
        garbage.keep_short()
        _ask(api, questions, _WARM_UP, options.rates[0], options.inline)
        before, began = _resident(bot), time.monotonic()
        for rate in options.rates:
            stages, worked = _stages(site), processor_time(bot)
            with _indexing(folder, options.index_after) as said, _minutes(bot) as memory:
                times, seconds = _ask(api, questions, options.questions, rate, options.inline)
            stages, worked = _stages(site) - stages, processor_time(bot) - worked
            missing += options.questions - len(times)
            print(
                f"asked {rate:g} a second: {len(times)} of {options.questions} answered, "
                f"{len(times) / seconds:.1f} a second; p50 {_at(0.5, times)}, "
                f"p95 {_at(0.95, times)}, most {_at(1.0, times)}; "
                f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores",
                *said,
                ", ".join(
                    f"{name} {1000 * stages[name + '_sum'] / stages[name + '_count']:.0f} ms"
                    for name in ("wait", "search", "send")
                ),
                f"processor time of the bot an answer {1000 * worked / len(times):.0f} ms",
                f"megabytes at each minute: {', '.join(f'{each:.0f}' for each in memory)}",
                sep="; ",
                flush=True,
            )
        after = _resident(bot)
    if options.heartbeat:
        print(heartbeat.summary(heartbeat.read(folder / "heart", began)))
    refused = sum(call.status == 429 for call in api.calls())
    print(f"resident memory {before:.0f} MB before, {after:.0f} MB after; {refused} calls refused")
    return int(missing > 0)


def _at(share: float, times: Sequence[float]) -> str:
    """The time within which such a share of the answers came."""
    return f"{1000 * sorted(times)[int(share * (len(times) - 1))]:.0f} ms"


def _ask(
    api: BotApi, questions: Sequence[str], number: int, rate: float, inline: float
) -> tuple[list[float], float]:
    """The seconds each answer took, and those from the first question to the last answer."""
    began, asked = time.monotonic(), dict[_Asked, float]()
    before = len(api.calls())
    for turn in range(number):
        time.sleep(max(0.0, began + turn / rate - time.monotonic()))
        reader = api.user("Reader", language_code="en")
        question, at = questions[turn % len(questions)], time.monotonic()
        if int((turn + 1) * inline) > int(turn * inline):
            asked[api.inline_query(question, by=reader).id] = at
        else:
            room = api.private(reader)
            asked[room.id, room.say(question).id] = at
    found, end = dict[_Asked, float](), time.monotonic() + _LAST
    while len(found) < number and time.monotonic() < end:
        time.sleep(0.1)
        answered = (call for call in api.calls()[before:] if call.status == 200)
        found = {key: call.started for call in answered if (key := _question(call)) in asked}
    took = [found[key] - at for key, at in asked.items() if key in found]
    return took, max(found.values(), default=end) - began


def _question(call: Call) -> _Asked | None:
    """The question that a call answers; None if it answers none or puts it off."""
    button = call.params.object("button") or {}
    if _PUT_OFF & {call.params.text("text"), button.get("text")}:
        return None
    if call.method == "answerInlineQuery":
        return call.params.text("inline_query_id")
    replied = call.params.object("reply_parameters")
    return (call.chat_id, int(replied["message_id"])) if replied and call.chat_id else None


@contextmanager
def _indexing(folder: Path, after: float | None) -> Iterator[list[str]]:
    """Add a document so many seconds after the block began, upon which the bot indexes the folder;
    the list gets what happened.
    """
    said: list[str] = []

    def add() -> None:
        lines = (f"Locker {number} opens with the code {number * 37}." for number in range(100))
        text = f"Lockers of {time.time():.0f}\n\n" + "\n\n".join(lines)
        (folder / "knowledge" / "new.txt").write_text(text, encoding="utf-8")
        said.append(f"a document was added after {after:g} s")

    timer = threading.Timer(after, add) if after is not None else None
    if timer:
        timer.start()
    try:
        yield said
    finally:
        if timer:
            timer.cancel()
            timer.join()


@contextmanager
def _minutes(program: subprocess.Popen[bytes]) -> Iterator[list[float]]:
    """Measure what the program holds in memory at the start of each minute and at the end."""
    memory, ended = [_resident(program)], threading.Event()

    def measure() -> None:
        while not ended.wait(60):
            memory.append(_resident(program))

    thread = threading.Thread(target=measure)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()
        memory.append(_resident(program))


def _settings(folder: Path) -> dict[str, str]:
    own = {
        "CITEBOT_KNOWLEDGE": str(folder / "knowledge"),
        "CITEBOT_DATA": str(folder / "data"),
    }
    return {**os.environ, **own}


def processor_time(program: subprocess.Popen[bytes]) -> float:
    """The processor time that a process has taken, in seconds (Linux)."""
    fields = Path(f"/proc/{program.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    api: BotApi, folder: Path, *, heart: bool = False
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program on the documents in a folder, once it can answer, until the block ends; and the
    address of its metrics.

    With a heart, `folder / "heart"` says how late its event loop was.
    """
    settings = {
        "CITEBOT_TELEGRAM_TOKEN": api.token,
        "CITEBOT_TELEGRAM_API": api.url,
        "CITEBOT_PORT": "0",
    }
    log = folder / "log"
    program_of = ["benchmarks.heartbeat", str(folder / "heart")] if heart else ["bot"]
    command = [sys.executable, "-m", *program_of, "run"]
    with (
        log.open("wb") as stream,
        subprocess.Popen(  # noqa: S603 - our own module
            command, cwd=ROOT, env={**_settings(folder), **settings}, stderr=stream
        ) as program,
    ):
        try:
            end = time.monotonic() + _START
            while not (site := _ready(log.read_text())):
                if program.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"the bot cannot answer:\n{log.read_text()[-2_000:]}")
                time.sleep(0.5)
            yield program, site
        finally:
            program.send_signal(signal.SIGTERM)


def _ready(log: str) -> str:
    """Return the address which the bot's log names, if it says there that it can answer."""
    site = re.search(r"Health and metrics at (\S+)", log)
    try:
        is_ready = site is not None and httpx.get(f"{site[1]}/readyz").status_code == 200
    except httpx.HTTPError:
        return ""
    return site[1] if site and is_ready else ""


def _stages(site: str) -> Counter[str]:
    """The seconds of each stage of all answers so far, and their number."""
    page = httpx.get(f"{site}/metrics").text
    found = re.findall(r'citebot_stage_seconds_(sum|count)\{stage="(\w+)"\} (\S+)', page)
    return Counter({f"{stage}_{kind}": float(value) for kind, stage, value in found})


def _resident(program: subprocess.Popen[bytes]) -> float:
    """The megabytes that a process holds in memory (Linux)."""
    lines = Path(f"/proc/{program.pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flood", description=__doc__)
    parser.add_argument("--questions", type=int, default=2_500, help="at each rate (2,500)")
    parser.add_argument(
        "--sample", type=int, help="questions of the set; fewer are a smaller index"
    )
    parser.add_argument(
        "--index-after", type=float, help="seconds at each rate until a document is added"
    )
    parser.add_argument(
        "--inline", type=float, default=0.0, help="the share of questions asked inline (0)"
    )
    parser.add_argument(
        "--heartbeat",
        action="store_true",
        help="say how late the event loop was; it takes a tenth of the loop's time",
    )
    parser.add_argument(
        "--rates", type=float, nargs="+", default=[25.0, 30.0], help="a second (25 and 30)"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
