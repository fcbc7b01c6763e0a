"""One archive of everything that cannot be made again: packed, checked, unpacked. A plain ZIP.

Its `manifest.json` names every file with its size and SHA-256. Nothing else of the archive is
believed: neither its own names nor its sizes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from pydantic import ValidationError

from index.desk.archived import FORMAT, KIND, UNFINISHED, Entry, Manifest, refuse_newer
from index.errors import NewerError, StoreError

__all__ = ["UNFINISHED", "pack", "unpack"]

_MANIFEST = "manifest.json"
_MOST_MANIFEST = 256 * 1024**2
_CHUNK = 1024**2


def pack(archive: Path, files: Iterable[tuple[str, Path]], version: str) -> int:
    """Write these files, each with its path in the archive, into a new one; their number.

    Raises StoreError if the archive is there already or cannot be written; then none is left.
    """
    if os.path.lexists(archive):
        raise StoreError(
            f"{archive} is there already; give another name, or move it away",
            "backup_exists_move",
            file=archive,
        )
    entries: list[Entry] = []
    try:
        # mkstemp gives rights to its owner alone: the archive has what is reserved
        descriptor, name = tempfile.mkstemp(prefix=f".{archive.name}-", dir=archive.parent)
        new = Path(name)
        try:
            with (
                os.fdopen(descriptor, "wb") as stream,
                zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as whole,
            ):
                for path, file in files:
                    # names that are not UTF-8 stand in the manifest only
                    member = path.encode(errors="backslashreplace").decode()
                    with (
                        whole.open(member, "w", force_zip64=True) as target,
                        file.open("rb") as one,
                    ):
                        size, digest = _copy(one, target)
                    entries.append(Entry(path=path, member=member, bytes=size, sha256=digest))
                manifest = {
                    "kind": KIND,
                    "format": FORMAT,
                    "version": version,
                    "files": [entry.model_dump() for entry in entries],
                }
                whole.writestr(_MANIFEST, json.dumps(manifest, indent=1))
                whole.close()
                stream.flush()
                os.fsync(stream.fileno())
            # unlike a rename, this never replaces a file
            os.link(new, archive)
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError:
        raise StoreError(
            f"{archive} is there already; give another name", "backup_exists", file=archive
        ) from None
    except OSError as error:
        # the hidden file that it is written to has a name that says nothing
        hidden = Path(error.filename or "").name.startswith(f".{archive.name}-")
        path = str(archive if hidden else error.filename or archive)
        raise StoreError(
            f"{path}: {error.strerror}; check the rights and free space, and try again if the file "
            "was changed meanwhile",
            "backup_write",
            path=path,
            reason=error.strerror,
        ) from None
    return len(entries)


def unpack(archive: Path, places: Mapping[str, Path]) -> int:
    """Restore an archive; the number of files. `places` has the folder for each first part of the
    paths: all of a path's others stay below it.

    Every size and digest is checked before the first file is in place. A place must be empty, or
    hold nothing but files of this archive, as after a restore that was killed. Raises StoreError.
    """
    with _opened(archive) as (whole, manifest):
        by_place: dict[str, list[Entry]] = {name: [] for name in places}
        for entry in manifest.files:
            first = entry.path.partition("/")[0]
            if first not in places:
                raise StoreError(
                    f"{archive}: {entry.path!r} belongs to no folder of citebot",
                    "backup_foreign",
                    file=archive,
                    path=entry.path,
                )
            by_place[first].append(entry)
        for name, place in places.items():
            _refuse_others(place, by_place[name])
        needed = sum(entry.bytes for entry in manifest.files)
        try:
            for name, place in places.items():
                _extract(archive, whole, by_place[name], place, needed)
            for name, place in places.items():
                _settle(by_place[name], place)
            # until the last one is whole, no command works on any of them
            for place in places.values():
                shutil.rmtree(place / UNFINISHED)
        except OSError as error:
            raise StoreError(
                f"{error.filename or archive}: {error.strerror}; check the rights and free space, "
                "then restore again",
                "restore_write",
                path=error.filename or archive,
                reason=error.strerror,
            ) from None
        except StoreError:
            for place in places.values():
                shutil.rmtree(place / UNFINISHED, ignore_errors=True)
            raise
    return len(manifest.files)


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    try:
        whole = zipfile.ZipFile(file)
    except OSError as error:
        raise StoreError(
            f"{file}: {error.strerror}", "file_refused", file=file, reason=error.strerror
        ) from None
    except zipfile.BadZipFile:
        raise StoreError(
            f"{file} is not a citebot backup, or is cut off", "backup_cut", file=file
        ) from None
    with closing(whole):
        try:
            info = whole.getinfo(_MANIFEST)
            if info.file_size > _MOST_MANIFEST:
                raise ValueError
            with whole.open(info) as stream:
                fields = json.loads(stream.read(_MOST_MANIFEST))
            refuse_newer(file, fields)
            manifest = Manifest.model_validate(fields)
        except ValidationError as error:
            reason = error.errors(include_url=False)[0]["msg"].removeprefix("Value error, ")
            raise StoreError(
                f"{file} is not a backup that this citebot can restore: {reason}",
                "backup_version",
                file=file,
                reason=reason,
            ) from None
        except NewerError:
            raise
        # the ways of a damaged archive to fail are many
        except Exception:
            raise StoreError(
                f"{file} is not a citebot backup, or is damaged", "backup_wrong", file=file
            ) from None
        yield whole, manifest


def _refuse_others(place: Path, entries: Iterable[Entry]) -> None:
    """Refuse a place that holds anything but files of the archive."""
    expected = {entry.path.partition("/")[2]: entry for entry in entries}
    if os.path.lexists(place) and not place.is_dir():
        raise StoreError(f"{place} is not a folder; move it away", "not_a_folder", path=place)
    for file in sorted(place.rglob("*")) if place.is_dir() else ():
        path = file.relative_to(place).as_posix()
        if path.partition("/")[0] == UNFINISHED or (file.is_dir() and not file.is_symlink()):
            continue
        entry = expected.get(path)
        if file.is_symlink() or entry is None or not _is_same(file, entry):
            raise StoreError(
                f"{place} is not empty: it holds {path}. A backup is restored into empty folders; "
                "move this one away, or set CITEBOT_KNOWLEDGE and CITEBOT_DATA to new ones",
                "restore_not_empty",
                path=place,
                held=path,
            )


def _is_same(file: Path, entry: Entry) -> bool:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return digest == entry.sha256


def _extract(
    archive: Path, whole: zipfile.ZipFile, entries: Iterable[Entry], place: Path, needed: int
) -> None:
    """Have every file, checked, in the unfinished folder of its place."""
    unfinished = place / UNFINISHED
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    if shutil.disk_usage(place).free < needed:
        raise StoreError(
            f"{place}: the backup needs {needed / 1024**2:,.0f} MB; free some space",
            "backup_space",
            path=place,
            needed=f"{needed / 1024**2:,.0f}",
        )
    for entry in entries:
        target = unfinished / entry.path.partition("/")[2]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            info = whole.getinfo(entry.member)
            if stat.S_ISLNK(info.external_attr >> 16) or info.file_size != entry.bytes:
                raise ValueError
            with whole.open(info) as stream, target.open("xb") as new:
                # the journal and what is reserved are for the owner alone
                target.chmod(0o600 if entry.path.startswith("data/") else 0o644)
                size, digest = _copy(stream, new, entry.bytes)
                new.flush()
                os.fsync(new.fileno())
        except OSError:
            raise
        # the ways of a damaged archive to fail are many
        except Exception:
            size, digest = -1, ""
        if (size, digest) != (entry.bytes, entry.sha256):
            raise StoreError(
                f"{archive} is damaged at {entry.path!r}; nothing was restored. "
                "Take another backup",
                "backup_damaged",
                file=archive,
                path=entry.path,
            )


def _settle(entries: Iterable[Entry], place: Path) -> None:
    """Move the files of the unfinished folder into their place."""
    for entry in entries:
        path = entry.path.partition("/")[2]
        target = place / path
        target.parent.mkdir(parents=True, exist_ok=True)
        (place / UNFINISHED / path).replace(target)


def _copy(source: IO[bytes], target: IO[bytes], most: int | None = None) -> tuple[int, str]:
    """Copy a stream; its size and SHA-256. It ends early if it holds more than `most`."""
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if most is not None and size > most:
            break
        digest.update(chunk)
        target.write(chunk)
    return size, digest.hexdigest()
