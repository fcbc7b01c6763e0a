"""The process that has each file read by a fork of itself; it parses none.

A request is a length, a line of JSON (name and limits) and the file's bytes. The answer is chunks
of what the fork wrote, with reports in between of how far it is, then an empty chunk, and how the
fork ended. So each file is read by a process that has seen no other, and nothing that a file does
outlives it.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import struct
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from index.errors import DocumentError
from index.intake import contents
from index.intake.codec import encode
from index.intake.confinement import confine, enclose, standing
from index.intake.frames import LENGTH, read_exactly, write_all
from index.intake.kits import Kit
from index.intake.limits import Limits
from index.readers import held, pace

__all__ = [
    "BROKEN",
    "DOCUMENT",
    "ENDED",
    "HELD",
    "LATE",
    "MEMORY",
    "PACE",
    "PICTURE",
    "REFUSED",
    "REPORT",
    "WALLS",
    "serve",
]

DOCUMENT, REFUSED, MEMORY, BROKEN, WALLS, PICTURE, HELD = b"d", b"r", b"m", b"b", b"w", b"p", b"h"
"""The kind of a fork's answer: a document, a reason, nothing, a class of error, JSON, a
picture, files.
"""

ENDED = struct.Struct("<i")
"""How a fork ended: its exit code, a signal as a negative number, or LATE."""

LATE = -1000

REPORT = 2**64 - 1
"""In place of the length of a chunk: a report follows."""

PACE = struct.Struct("<II")
"""A report: how many parts of the file are read, and how many it has."""

_INPUT, _OUTPUT = 0, 1
_CHUNK = 1024 * 1024
# Seconds between two reports that are passed on, however many a reader writes.
_EVERY = 0.1


def serve(parent: int, kit: Kit, languages: str) -> None:
    """Answer requests until the pipe ends; `parent` is the process that sends them, `kit` says what
    they will be about, `languages` what is read in pictures.
    """
    # not above: who only asks for answers never needs the readers, and they take .2 s
    from index.intake import preload

    preload.load(kit, languages)
    # a library that prints must not print into an answer
    answers = os.dup(_OUTPUT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, _OUTPUT)
    enclose(parent)
    # forks share these pages as long as no one writes to them
    gc.freeze()
    while True:
        try:
            [size] = LENGTH.unpack(read_exactly(_INPUT, LENGTH.size))
            request = read_exactly(_INPUT, size)
        except EOFError:
            return
        head, _, data = request.partition(b"\n")
        del request
        _answer(answers, json.loads(head), data)


def _answer(answers: int, head: dict[str, Any], data: bytes) -> None:
    """Have one file read, and pass on the result."""
    limits = Limits(**head["limits"])
    ours, theirs = os.pipe()
    told, tells = os.pipe()
    this = os.getpid()
    reader = os.fork()
    if reader == 0:
        try:
            _keep_only(theirs, tells)
            _read(theirs, tells, this, head, data, limits)
        finally:
            os._exit(1)
    os.close(theirs)
    os.close(tells)
    ended = 0
    try:
        ended = _hand_on(ours, told, answers, limits)
    finally:
        # it has ended, or has closed its end, or is late
        os.kill(reader, signal.SIGKILL)
        _, status = os.waitpid(reader, 0)
        os.close(ours)
        os.close(told)
    write_all(answers, LENGTH.pack(0) + ENDED.pack(ended or os.waitstatus_to_exitcode(status)))


def _hand_on(ours: int, told: int, answers: int, limits: Limits) -> int:
    """Pass on what the reader writes, and tells of its pace; LATE if it takes too long, else 0."""
    until = time.monotonic() + limits.seconds
    again = 0.0
    poll = select.poll()
    poll.register(ours, select.POLLIN)
    poll.register(told, select.POLLIN)
    # no event but the end of the bot
    poll.register(_INPUT, 0)
    left = limits.reply
    while True:
        ready = dict(poll.poll(max(0.0, until - time.monotonic()) * 1000))
        now = time.monotonic()
        if now >= until or left < 0:
            return LATE if now >= until else 1
        if _INPUT in ready:
            raise EOFError("the bot ended")
        if told in ready:
            report = os.read(told, _CHUNK)[-PACE.size :]
            if not report:
                poll.unregister(told)
            elif len(report) == PACE.size and now >= again:
                again = now + _EVERY
                write_all(answers, LENGTH.pack(REPORT) + report)
        if ours not in ready:
            continue
        part = os.read(ours, _CHUNK)
        if not part:
            return 0
        left -= len(part)
        write_all(answers, LENGTH.pack(len(part)) + part)


def _read(
    answer: int, tells: int, parent: int, head: Mapping[str, Any], data: bytes, limits: Limits
) -> None:
    """Do with the file what the head of the request says, and exit."""

    def report(done: int, whole: int) -> None:
        # if no one takes it, the next report will do
        with suppress(OSError, struct.error):
            os.write(tells, PACE.pack(done, whole))

    try:
        os.set_blocking(tells, False)
        pace.follow(report)
        confine(limits, parent)
        said = _done(head, data, limits)
    except DocumentError as error:
        # the parser's own exception is its cause
        broke = BROKEN + type(error.__cause__).__name__.encode()
        said = broke if error.__cause__ else REFUSED + str(error).encode(errors="replace")
    except MemoryError:
        said = MEMORY
    except BaseException as error:
        said = BROKEN + type(error).__name__.encode()
    write_all(answer, said)
    os._exit(0)


def _done(head: Mapping[str, Any], data: bytes, limits: Limits) -> bytes:
    """Read the file, draw `views` of it or take out what is `inside`; without a name report which
    walls hold.
    """
    from index.intake.reading import drawn, read

    name = head["name"]
    if name is None:
        return WALLS + json.dumps(standing(limits)).encode()
    if views := head.get("views"):
        return PICTURE + drawn(data, views)
    if head.get("inside"):
        # the rest of the answer is names
        return HELD + contents.encode(held.take_out(str(name), data, limits.reply * 3 // 4))
    return DOCUMENT + encode(read(str(name), data, limits))


def _keep_only(*pipes: int) -> None:
    """Close every other file: the requests to come are not for this process."""
    for file in range(64):
        if file not in pipes:
            with suppress(OSError):
                os.close(file)
