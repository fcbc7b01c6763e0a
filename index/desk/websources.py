"""Fetch documents from the web again: what changed there, and what is gone."""

from __future__ import annotations

import datetime
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from index.desk.builder import Builder
from index.desk.documents import Documents
from index.desk.origins import Origin, Origins
from index.errors import CitebotError, DocumentError, FetchError, GoneError
from index.types import Document

if TYPE_CHECKING:
    from index.fetch import Fetched, Policy
    from index.fetch.robots import Robots

__all__ = ["Edited", "Refreshed", "WebSources"]

_APART = 1.0  # seconds between two requests to one host
_EDITED = "it was edited here since; add its address again to use the current page"
_FORBIDDEN = "its site asks programs not to fetch it (robots.txt); add its file by hand"


@dataclass(frozen=True, slots=True)
class Edited:
    """A document that changed on the web: its new bytes, and the sentences that came and went."""

    id: str
    fetched: Fetched
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The result of a look at all addresses; nothing is changed by it yet.

    `same` counts the documents that did not change; `gone` are those of which there is nothing at
    their address any more, `back` those that are there again, and `failed` has the reasons.
    """

    changed: tuple[Edited, ...]
    same: int
    gone: tuple[str, ...]
    back: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


class WebSources:
    """The documents of one desk that came from an address."""

    def __init__(self, builder: Builder, documents: Documents) -> None:
        self._folder = builder.folder
        self._readings = builder.readings
        self._documents = documents
        self._origins = Origins(builder.data)

    def record(self, id: str, origin: Origin) -> None:
        """Note where a document that was added came from; StoreError if that cannot be stored."""
        self._origins.set({id: origin})

    def origins(self) -> Mapping[str, Origin]:
        """Return the origin of each document that is still there, by id."""
        there = set(self._folder.ids())
        return {id: origin for id, origin in self._origins.all().items() if id in there}

    def gone(self) -> Mapping[str, datetime.date]:
        """Return the documents of which there is nothing at their address, and since when."""
        with suppress(CitebotError):
            return {id: origin.gone for id, origin in self.origins().items() if origin.gone}
        return {}

    def look(
        self,
        policy: Policy | None = None,
        progress: Callable[[str, int, int], None] | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> Refreshed:
        """Fetch every address again, one after the other; a server is asked for changes only."""
        # the client of the web takes .2 s to import, which each question at a terminal would pay
        from index.fetch import Policy
        from index.fetch.robots import Robots

        policy = policy or Policy()
        robots = Robots(policy)
        changed: list[Edited] = []
        failed: list[tuple[str, str]] = []
        gone, back, same = list[str](), list[str](), 0
        seen: set[str] = set()
        known = self.origins()
        for number, (id, origin) in enumerate(known.items()):
            if progress:
                progress("Fetching the web sources", number, len(known))
            host = urlsplit(origin.url).netloc
            if host in seen:
                wait(max(_APART, robots.delay(origin.url)))
            seen.add(host)
            try:
                edited = self._again(id, origin, policy, robots)
            except GoneError:
                gone.append(id)
                continue
            except CitebotError as error:
                failed.append((id, str(error)))
                continue
            same += edited is None
            changed += [edited] if edited else []
            back += [id] if origin.gone else []
        return Refreshed(tuple(changed), same, tuple(gone), tuple(back), tuple(failed))

    def take(self, found: Refreshed, by: str) -> Refreshed:
        """Put what changed among the documents, and mark what is gone. What cannot be stored is
        listed as failed; the earlier versions are in the trash.
        """
        known = self.origins()
        today = datetime.datetime.now(datetime.UTC).date()
        origins: dict[str, Origin | None] = {}
        for id in found.gone:
            if id in known and known[id].gone is None:
                origins[id] = known[id].model_copy(update={"gone": today})
        for id in found.back:
            if id in known:
                origins[id] = known[id].model_copy(update={"gone": None})
        taken: list[Edited] = []
        failed = list(found.failed)
        for edited in found.changed:
            try:
                self._documents.add(edited.id, edited.fetched.data, by, replace=True, at=edited.id)
            except CitebotError as error:
                failed.append((edited.id, str(error)))
            else:
                origins[edited.id] = Origin.of(edited.fetched)
                taken.append(edited)
        if origins:
            self._origins.set(origins)
        return replace(found, changed=tuple(taken), failed=tuple(failed))

    def _again(self, id: str, origin: Origin, policy: Policy, robots: Robots) -> Edited | None:
        """Return how a document changed on the web, None if it did not."""
        if not robots.allows(origin.url):
            raise FetchError(_FORBIDDEN, "web_forbidden")
        here = self._folder.read(id)
        if hashlib.sha256(here).hexdigest() != origin.digest:
            raise DocumentError(_EDITED, "web_edited")
        from index.fetch import fetch_again

        fetched = fetch_again(origin.url, origin.etag, origin.modified, policy)
        if fetched is None or fetched.data == here:
            return None
        # the address that was added stays: a redirect may be for today only
        fetched = replace(fetched, url=origin.url)
        before, after = self._sentences(id, here), self._sentences(id, fetched.data)
        if before == after:
            # what changed is for the browser
            return None
        return Edited(
            id,
            fetched,
            added=tuple(words for words in after if words not in before),
            removed=tuple(words for words in before if words not in after),
        )

    def _sentences(self, id: str, data: bytes) -> Sequence[str]:
        documents, _ = self._readings.upload(id, data)
        return list(dict.fromkeys(words for one in documents for words in _said(one)))


def _said(document: Document) -> list[str]:
    return [sentence.of(document.text) for sentence in document.sentences]
