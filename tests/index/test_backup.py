"""The archive of a backup: what is damaged, hostile or in the way restores nothing."""

from __future__ import annotations

import json
import shutil
import stat
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from index.desk import backup
from index.errors import NewerError, StoreError

WORDS = {"knowledge/a/tea.txt": b"Tea keeps.", "data/golden.jsonl": b"", "data/trash/1/d": b"old"}


def packed(root: Path, words: dict[str, bytes] = WORDS) -> Path:
    files = []
    for number, (path, data) in enumerate(words.items()):
        (root / str(number)).write_bytes(data)
        files.append((path, root / str(number)))
    backup.pack(root / "b.zip", files, "1")
    return root / "b.zip"


def places(root: Path) -> dict[str, Path]:
    return {"knowledge": root / "new" / "knowledge", "data": root / "new" / "data"}


def restored(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root / "new").as_posix(): file.read_bytes()
        for file in (root / "new").rglob("*")
        if file.is_file()
    }


def test_what_was_packed_is_restored_to_the_byte_and_again(tmp_path: Path) -> None:
    words = {**WORDS, "knowledge/caf\udce9.txt": b"A name that is not UTF-8."}
    archive = packed(tmp_path, words)
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert backup.unpack(archive, places(tmp_path)) == 4
    assert restored(tmp_path) == words
    (tmp_path / "new" / "knowledge" / "a" / "tea.txt").unlink()
    (tmp_path / "new" / "data" / backup.UNFINISHED / "x").mkdir(parents=True)
    backup.unpack(archive, places(tmp_path))
    assert restored(tmp_path) == words


def test_a_place_that_cannot_be_written_to_is_named_as_it_was_given(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"/nowhere/b\.zip: No such file or directory"):
        backup.pack(tmp_path / "nowhere" / "b.zip", [], "1")


def test_an_archive_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    before = archive.read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        packed(tmp_path)
    assert archive.read_bytes() == before
    assert not list(tmp_path.glob(".b.zip*"))


def test_a_file_that_is_in_the_way_stops_the_restore(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    for path in ("knowledge/other.txt", "data/CURRENT", "knowledge/a/tea.txt"):
        target = tmp_path / "new" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"mine")
        with pytest.raises(StoreError, match="is not empty"):
            backup.unpack(archive, places(tmp_path))
        assert restored(tmp_path) == {path: b"mine"}
        target.unlink()


def _manifest(archive: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Write the archive again with another manifest."""
    with zipfile.ZipFile(archive) as whole:
        data = {name: whole.read(name) for name in whole.namelist()}
    fields = json.loads(data["manifest.json"])
    change(fields)
    with zipfile.ZipFile(archive, "w") as whole:
        for name, content in {**data, "manifest.json": json.dumps(fields).encode()}.items():
            whole.writestr(name, content)


@pytest.mark.parametrize(
    "path",
    [
        "knowledge/../../x",
        "/etc/x",
        "data//x",
        "data/./x",
        "data",
        "knowledge/a\\..\\x",
        "home/x",
        "../data/x",
        "data/x\0y",
        "data/golden.jsonl",
        "data/golden.jsonl/x",
        f"data/{backup.UNFINISHED}/x",
    ],
)
def test_a_path_that_leads_elsewhere_is_refused(tmp_path: Path, path: str) -> None:
    archive = packed(tmp_path)
    _manifest(archive, lambda fields: fields["files"][0].update(path=path))
    with pytest.raises(StoreError, match=r"b\.zip"):
        backup.unpack(archive, places(tmp_path))
    assert not restored(tmp_path)


@pytest.mark.parametrize("more", [{}, {"signature": "x"}])
def test_an_archive_of_a_newer_citebot_is_refused_as_such(
    tmp_path: Path, more: dict[str, str]
) -> None:
    archive = packed(tmp_path)
    newer = {"format": 2, "version": "9.1", **more}
    _manifest(archive, lambda fields: fields.update(newer))
    with pytest.raises(NewerError, match=r"newer citebot \(9\.1\); update this one"):
        backup.unpack(archive, places(tmp_path))
    assert not restored(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"bytes": 3},
        {"bytes": 10**15},
        {"sha256": sha256(b"other").hexdigest()},
        {"member": "not there"},
        {"member": "data/golden.jsonl"},
        {"sha256": "0"},
        {"mode": 0o777},
    ],
)
def test_a_digest_or_a_size_that_does_not_fit_restores_nothing(
    tmp_path: Path, change: dict[str, object]
) -> None:
    archive = packed(tmp_path)
    _manifest(archive, lambda fields: fields["files"][0].update(change))
    with pytest.raises(StoreError):
        backup.unpack(archive, places(tmp_path))
    assert not restored(tmp_path)


def test_a_damaged_archive_restores_nothing(tmp_path: Path) -> None:
    sound = packed(tmp_path, {**WORDS, "knowledge/b.txt": bytes(range(256)) * 40}).read_bytes()
    archive = tmp_path / "damaged.zip"
    for place in range(0, len(sound), 41):
        archive.write_bytes(sound[:place] + bytes([sound[place] ^ 255]) + sound[place + 1 :])
        try:
            backup.unpack(archive, places(tmp_path))
        except StoreError:
            assert not restored(tmp_path)
        else:
            # what the archive says beside the manifest is not looked at
            assert len(restored(tmp_path)) == 4
            shutil.rmtree(tmp_path / "new")
    for length in (0, 10, len(sound) // 2, len(sound) - 1):
        archive.write_bytes(sound[:length])
        with pytest.raises(StoreError):
            backup.unpack(archive, places(tmp_path / str(length)))


def test_a_link_in_an_archive_is_refused(tmp_path: Path) -> None:
    archive = packed(tmp_path)
    with zipfile.ZipFile(archive) as whole:
        data = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(archive, "w") as whole:
        for name, content in data.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16
            whole.writestr(info, content)
    with pytest.raises(StoreError, match="nothing was restored"):
        backup.unpack(archive, places(tmp_path))
    assert not restored(tmp_path)
