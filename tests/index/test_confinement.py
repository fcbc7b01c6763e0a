"""Code that took a parser over gets no file, process, connection, secret or parent."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from index import intake
from index.errors import DocumentError
from tests.disks import open_to_all
from tests.forks import CONTEXT

_NOBODY = 65534

# Code in the place of a reader, with everything loaded that it needs. `{user}` and `{spaces}` make
# the process that hands files out another user's, and one without namespaces of its own.
_TAKEN = """
import sys
if "-m" in sys.orig_argv:
    import json, os
    from index.intake import confinement, server
    from index.readers import text
    from tests.index.escapes import attempts
    from index.readers import formats

    def read(id, data, digest):
        if id == "a.txt":
            data = json.dumps(attempts(int(data), {folder!r})).encode()
        return text.read(id, data, digest)

    known = formats.reader
    formats.reader = lambda suffix: read if suffix == ".txt" else known(suffix)
    if not {spaces}:
        # a value that the kernel refuses, as it refuses the right ones in many containers
        confinement._CLONE_NEWUSER = 1
    enclose = server.enclose

    def lose(parent):
        if {user}:
            os.setgroups([])
            os.setgid({user})
            os.setuid({user})
        enclose(parent)

    server.enclose = lose
"""


def _try(folder: Path, user: int, told: Connection) -> None:
    """In a process of its own: have the attempts made against it, as this user."""
    os.environ["PYTHONPATH"] = str(folder)
    os.chdir(folder)
    # what hands files out is started while Python's own files can still be read
    intake.check("b.txt", b"Words.")
    if user:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        # setuid hides a process, as `intake.hide` would; here it is to be seen
        ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)
    try:
        told.send(intake.check("a.txt", str(os.getpid()).encode()).text)
    except DocumentError as error:
        told.send(str(error))


@pytest.mark.skipif(sys.platform != "linux", reason="the walls against native code are Linux's")
@pytest.mark.parametrize("spaces", [True, False])
@pytest.mark.parametrize("user", [0, _NOBODY])
def test_code_that_took_a_parser_over_gets_nothing(tmp_path: Path, user: int, spaces: bool) -> None:
    folder = _folder(tmp_path)
    taken = _TAKEN.format(folder=str(folder), user=user, spaces=spaces)
    (folder / "sitecustomize.py").write_text(taken)
    before = sorted(path.name for path in folder.iterdir())
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_try, args=(folder, user, theirs))
    process.start()
    theirs.close()
    try:
        assert json.loads(ours.recv()) == []
    finally:
        process.join()
        process.close()
        ours.close()
    assert (folder / "kept").read_text() == "kept"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_the_same_code_succeeds_where_nothing_confines_it(tmp_path: Path) -> None:
    """Else the refusals above would prove nothing."""
    folder = _folder(tmp_path)
    script = (
        "import sys; from tests.index.escapes import attempts; "
        "print(*attempts(int(sys.argv[1]), sys.argv[2], '/none'), sep='\\n')"
    )
    home = str(Path(__file__).parents[2])
    with subprocess.Popen(["sleep", "60"]) as victim:
        try:
            done = subprocess.run(
                [sys.executable, "-c", script, str(victim.pid), str(folder)],
                env={"PYTHONPATH": home},
                cwd=folder,
                capture_output=True,
                text=True,
            )
        finally:
            victim.kill()
    got = done.stdout.splitlines()
    assert {"write", "unlink", "chmod", "read a secret", "read .env", "connect", "fork"} <= {*got}
    assert not (folder / "kept").exists()


def test_what_holds_here_is_found_out_by_trying() -> None:
    holds = intake.holds()
    assert set(holds) == {"files", "network", "processes", "memory"}
    if sys.platform == "linux":
        assert all(holds.values())


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("secret", "kept", ".env"):
        (folder / name).write_text(name)
    open_to_all(folder)
    folder.chmod(0o777)
    for path in folder.iterdir():
        path.chmod(0o666)
    return folder
