"""The process that reads a file from outside: request and file in, reply out, nothing else."""

from __future__ import annotations

import sys

from index.errors import DocumentError
from index.intake.confinement import confine
from index.intake.messages import Reply, Request
from index.intake.reading import read


def main() -> None:
    """Read one file from standard input and write the reply to standard output."""
    request = Request.model_validate_json(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    confine(request.limits)
    try:
        reply = Reply(document=read(request.name, data, request.limits))
    except DocumentError as error:
        reply = Reply(error=str(error))
    except MemoryError:
        megabytes = request.limits.memory // 1024**2
        reply = Reply(error=f"reading it takes more than {megabytes:,} MB of memory; split it")
    sys.stdout.buffer.write(reply.model_dump_json().encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
