"""What comes from outside, read in a process of its own that can do no harm."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile

from pydantic import ValidationError

from index import readers
from index.errors import DocumentError
from index.intake.messages import Limits, Reply, Request
from index.types import Document

__all__ = ["Limits", "check"]

_BROKEN = "the reader broke on it; export it again, or convert it to plain text"


def check(name: str, data: bytes, limits: Limits | None = None) -> Document:
    """The document in a file from outside; DocumentError says why it is refused.

    `name` is the document's id and a label: nothing is opened by it. The file must be what its
    suffix says. A child process reads it, with bounds on memory and time, without network, without
    the right to write or to start a program, and without this process's environment; neither file
    nor answer has a name on disk.
    """
    limits = limits or Limits()
    readers.kind(name)
    if len(data) > limits.bytes:
        raise DocumentError(
            f"{len(data) / 1024**2:,.1f} MB is too large; the limit is "
            f"{limits.bytes / 1024**2:,.0f} MB, split the file"
        )
    try:
        request = Request(name=name, limits=limits).model_dump_json().encode()
    except ValueError:
        raise DocumentError("its name is not UTF-8; rename it") from None
    with TemporaryFile() as given, TemporaryFile() as said:
        given.write(request + b"\n" + data)
        given.seek(0)
        child = subprocess.Popen(
            # -P: the folder it is started in holds no modules
            [sys.executable, "-P", "-m", "index.intake"],
            stdin=given,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            code = child.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            raise DocumentError(_late(limits)) from None
        finally:
            child.kill()
            child.wait()
        said.seek(0)
        return _document(code, said.read(), limits)


def _document(code: int, said: bytes, limits: Limits) -> Document:
    if code == -signal.SIGXCPU:
        raise DocumentError(_late(limits))
    try:
        reply = Reply.model_validate_json(said)
    except ValidationError:
        raise DocumentError(_BROKEN) from None
    if reply.document is None:
        raise DocumentError(reply.error or _BROKEN)
    return reply.document


def _late(limits: Limits) -> str:
    return f"reading it takes longer than {limits.seconds:g} seconds; split it"


def _environment() -> Mapping[str, str]:
    """No secrets, and the way to this package, wherever it was started from."""
    home = str(Path(__file__).parents[2])
    paths = [home, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
    }
