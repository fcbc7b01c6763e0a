"""How large an index may become, and what one of so many sentences costs."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.errors import DocumentError

__all__ = ["LONG", "Cost", "cost", "memory", "most_sentences", "no_room"]

LONG = 12_000
"""New sentences that are worth a word before the work begins: they take two minutes or more."""

# One core embeds some 110 sentences of 24 words a second without VNNI, and 190 with it (3,568 took
# 32 and 19 s of processor time of `citebot index`). Bytes on the disk: the vectors and word pieces
# of a sentence, in the index and again in the cache, and its part of a passage in the index.
_A_MINUTE, _ON_DISK = 6_000, 8_600

# Memory of a process without an index: the model, the parsers, a file that is read. Then of a
# sentence while two indexes are open, the one that serves and the next: vectors are in memory up to
# index.stores.vectors.CELLS_FROM of them, and beyond that only what points into the files.
_BASE, _SMALL, _SMALL_EACH, _EACH = 700 * 2**20, 200_000, 4_400, 1_400
# So many are always allowed: a guess about memory must not close a small folder.
_LEAST = 20_000
_CGROUPS = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Cost:
    """Minutes on one core, and megabytes of disk."""

    minutes: int
    megabytes: int


def cost(sentences: int) -> Cost:
    """Return what indexing so many new sentences costs, about."""
    return Cost(math.ceil(sentences / _A_MINUTE), math.ceil(sentences * _ON_DISK / 10**6))


def most_sentences(allowed: int | None) -> int:
    """Return how many sentences an index may have: `allowed`, or as many as fit into memory."""
    if allowed is not None:
        return allowed
    room = memory() - _BASE
    small = min(room // _SMALL_EACH, _SMALL)
    large = max(room - _SMALL * _SMALL_EACH, 0) // _EACH
    # to the thousand: the figure is shown
    return int(max(small + large, _LEAST) // 1_000 * 1_000)


def no_room(sentences: int, taken: int, most: int) -> DocumentError:
    """Return the reason why a document of so many sentences is left out of an index."""
    return DocumentError(
        f"there is no room for it: it has {sentences:,} sentences, {taken:,} are indexed, and "
        f"{most:,} fit; give the bot more memory, or raise CITEBOT_MAX_SENTENCES",
        "no_room",
        sentences=f"{sentences:,}",
        taken=f"{taken:,}",
        most=f"{most:,}",
    )


@cache
def memory() -> int:
    """Return the bytes of memory that this process may have: the machine's, its container's, or
    its own.
    """
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    own, _ = resource.getrlimit(resource.RLIMIT_AS)
    found += [own] if own != resource.RLIM_INFINITY else []
    for path in _limits():
        # a container without a limit says "max", or nothing
        with suppress(OSError, ValueError):
            found.append(int(path.read_text()))
    return min(found)


def _limits() -> Iterator[Path]:
    """Yield the files that limit this process: its cgroup's, and those of each above it."""
    with suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, place = line.split(":", 2)
            if controllers not in ("", "memory"):
                continue
            root = _CGROUPS / controllers
            name = "memory.limit_in_bytes" if controllers else "memory.max"
            own = root / place.lstrip("/")
            # in a container the path may be that of the host: then the root is its own
            for folder in (own, *own.parents):
                yield folder / name
                if folder == root:
                    break
