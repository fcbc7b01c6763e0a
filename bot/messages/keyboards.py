"""The buttons under the bot's messages. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.messages import tables
from bot.messages.answers import Shown
from bot.messages.buttons import Action, Buttons
from bot.messages.links import address
from bot.messages.model import Button, Keyboard, units
from bot.messages.pointing import pointer
from bot.messages.texts import Texts
from index.search.keys import document_key, key_of
from index.types import Answer, Hit, Outcome, Parts, Place, Source

__all__ = ["REASONS", "Keyboards"]

REASONS = ("reason_wrong", "reason_old", "reason_part")
"""The reasons why a passage was not useful, by the keys of the words; votes store the number."""

_MOST_COPIED = 256  # characters that Telegram puts on the clipboard
_LABEL = 60


@dataclass(frozen=True, slots=True)
class Keyboards:
    """Makes the buttons for one person in one chat.

    `document` is the one that a follow-up is about; what its buttons ask again is about it, too.
    """

    buttons: Buttons
    texts: Texts
    chat: int
    person: int
    document: str | None = None

    def under(self, found: Answer, shown: Shown, first: int = 0, *, editors: bool) -> Keyboard:
        """Return the buttons under an answer, or under the passages from `first` on."""
        if not shown.hits:
            # a question that could not be searched is not a gap in the documents
            gap = editors and found.outcome is Outcome.NOTHING and not found.ask_in
            return self.one("tell", Action.TELL) if gap else ()
        if found.parts:
            return (self._of_parts(found, shown), self.votes())
        best = shown.hits[0]
        rows = [[self._own("read_around", Action.READ, key_of(best.passage)), *self._of(best)]]
        after = first + len(shown.hits)
        if shown.cut:
            rows.append([self._own("show_all", Action.WHOLE, key_of(best.passage))])
        beside = []
        if after < len(found.hits):
            beside.append(self._own("more_button", Action.MORE, f"{after}{self._about}"))
        if tables.rows(best.passage):
            beside.append(self._own("table_button", Action.TABLE, key_of(best.passage)))
        rows += [beside] if beside else []
        return (*(tuple(row) for row in rows), self.votes())

    def _of_parts(self, found: Answer, shown: Shown) -> tuple[Button, ...]:
        """Return a button for each question of a message whose passage is shown, to read around
        it.
        """
        return tuple(
            self._own_label(
                self.texts("read_around_part", number=number), Action.READ, key_of(hit.passage)
            )
            for number, part in enumerate(found.parts, 1)
            for hit in part.hits[:1]
            if hit in shown.hits
        )

    def votes(self) -> tuple[Button, ...]:
        """Return the row of votes, open to everyone in the chat."""
        return (self._open("👍", Action.GOOD), self._open("👎", Action.BAD))

    def reasons(self) -> Keyboard:
        """Return the rows that ask what was wrong."""
        return tuple(
            (self._open(self.texts(reason), Action.REASON, str(number)),)
            for number, reason in enumerate(REASONS)
        )

    def again(self) -> Keyboard:
        """Return a button that asks the same again."""
        return self.one("try_again", Action.AGAIN, self._about)

    def reading(self, place: Place, *, answered: bool) -> Keyboard:
        """Return the buttons under a passage that is read by itself; `answered` if it replaces
        an answer, to which a button leads back.
        """
        where = self.texts("where", number=place.number, count=place.count)
        row = [replace(self._own_label(where, Action.NOTHING), disabled=True)]
        if place.before:
            row.insert(0, self._own_label("◀", Action.READ, key_of(place.before)))
        if place.after:
            row.append(self._own_label("▶", Action.READ, key_of(place.after)))
        beside = self._of(Hit(place.passage, 0.0, Parts(0.0, 0.0)))
        back = [self._own("back", Action.BACK, self._about)] if answered else []
        rows = [row, [*back, *beside]]
        return tuple(tuple(row) for row in rows if row)

    def examples(self, questions: Sequence[str]) -> Keyboard:
        """Return example questions, one per row."""
        return tuple(
            (self._own_label(question, Action.EXAMPLE, str(number)),)
            for number, question in enumerate(questions)
        )

    def sources(
        self, documents: Sequence[tuple[Source, int]], first: int, page: int, *, files: bool
    ) -> Keyboard:
        """Return the buttons under a page of documents: one per file if files are shared, and
        pages.
        """
        numbered = enumerate(documents[first : first + page], first + 1)
        rows = [
            self._own_label(str(number), Action.FILE, document_key(source.id))
            for number, (source, _) in numbered
            if files
        ]
        files_of = tuple(tuple(rows[at : at + 5]) for at in range(0, len(rows), 5))
        return (*files_of, *self.turn(Action.SOURCES, first, page, len(documents)))

    def turn(self, action: Action, first: int, page: int, count: int) -> Keyboard:
        """Return the row that turns the pages of a list of `count`, none if there is only one."""
        row = []
        if first:
            row.append(self._own_label("◀", action, str(max(first - page, 0))))
        if first + page < count:
            row.append(self._own_label("▶", action, str(first + page)))
        return (tuple(row),) if row else ()

    def one_of(self, label: str, action: Action, payload: str) -> tuple[Button, ...]:
        """Return a row of one button with this label."""
        return (self._own_label(label, action, payload),)

    def one(self, label: str, action: Action, payload: str = "") -> Keyboard:
        """Return a single button of the person's."""
        return ((self._own(label, action, payload),),)

    def _of(self, hit: Hit) -> list[Button]:
        """The buttons that show where a passage is from: the clipboard, its page on the web, or the
        picture of its page.
        """
        passage, found = hit.passage, []
        mark = hit.highlights[0] if hit.highlights else None
        quoted = passage.quote(mark) if mark else passage.text
        if units(quoted) <= _MOST_COPIED:
            found.append(Button(self.texts("copy"), copy=quoted))
        if url := address(hit):
            found.append(Button(self.texts("source_button"), url=url))
        if passage.page:
            found.append(self._own("page_button", Action.PAGE, pointer(passage, hit.highlights)))
        return found

    @property
    def _about(self) -> str:
        return f"_{document_key(self.document)}" if self.document else ""

    def _own(self, key: str, action: Action, payload: str = "") -> Button:
        return self._own_label(self.texts(key), action, payload)

    def _own_label(self, label: str, action: Action, payload: str = "") -> Button:
        # who speaks as a chat presses as themselves, and no one may know who that is
        owner = self.person if self.person > 0 else None
        data = self.buttons.data(action, payload, chat=self.chat, owner=owner)
        return Button(label, data=data)

    def _open(self, label: str, action: Action, payload: str = "") -> Button:
        data = self.buttons.data(action, payload, chat=self.chat, owner=None)
        return Button(label, data=data)
