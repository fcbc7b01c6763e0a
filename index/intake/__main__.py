"""The process that reads a file from outside: request and file in, reply out, nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

from index import readers
from index.errors import DocumentError
from index.intake.confinement import confine
from index.intake.kinds import refuse_disguised
from index.intake.messages import Limits, Reply, Request
from index.types import Document


def main() -> None:
    """Read one file from standard input and write the reply to standard output."""
    request = Request.model_validate_json(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    confine(request.limits)
    try:
        reply = Reply(document=_read(request.name, data, request.limits))
    except DocumentError as error:
        reply = Reply(error=str(error))
    except MemoryError:
        megabytes = request.limits.memory // 1024**2
        reply = Reply(error=f"reading it takes more than {megabytes:,} MB of memory; split it")
    sys.stdout.buffer.write(reply.model_dump_json().encode())
    sys.stdout.buffer.flush()


def _read(name: str, data: bytes, limits: Limits) -> Document:
    refuse_disguised(name, data)
    if readers.kind(name) == ".pdf":
        from index.readers import pdf

        _refuse_over("pages", pdf.count(data), limits.pages)
    document = readers.read(readers.File(name, Path(name)), data)
    _refuse_over("characters", len(document.text), limits.characters)
    return document


def _refuse_over(what: str, count: int, most: int) -> None:
    if count > most:
        raise DocumentError(f"it has {count:,} {what}; the limit is {most:,}, split it")


if __name__ == "__main__":
    main()
