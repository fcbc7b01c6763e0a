"""Messages to editors about documents that are added and removed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import notices
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from bot.messages.model import Button, Draft, Keyboard, Message, clip
from bot.messages.quoting import apart, steady
from bot.messages.texts import Texts
from index.desk.folder import Added, Look, Trashed
from index.desk.room import LONG, cost
from index.search.keys import document_key

__all__ = [
    "PAGE",
    "added",
    "offer",
    "removable",
    "removed",
    "restored",
    "sure",
    "too_large",
    "trash",
    "update",
]

_TITLE, _LABEL = 120, 40
_DUPLICATES = 5
_UNREAD = 12
PAGE = 10
_MEGABYTE = 1024 * 1024


def offer(
    look: Look, kept: str, keyboards: Keyboards, others: Sequence[tuple[str, str]] = ()
) -> Message:
    """Describe a file as a document, with buttons to add it or not; `kept` is its id in the
    quarantine.

    `others` are documents with its name or title, by id, each with the id of the quarantined file
    that would replace it.
    """
    texts = keyboards.texts
    if look.id in look.duplicates and not look.replaces:
        return Message(texts("added_already", id=look.id), keyboard=update(keyboards))
    draft = Draft()
    draft.add(texts("offer", title=clip(look.title, _TITLE), id=look.id))
    counted = [texts("passages", count=look.passages)]
    if look.pages:
        counted.append(texts("pages", count=look.pages))
        counted.append(texts("pages_blank", count=look.blank))
    draft.add("\n" + ", ".join(counted))
    if left := notices.omitted(look.omitted, texts):
        draft.paragraph(left)
    if look.inside:
        titles = ", ".join(clip(title, _LABEL) for title in look.inside[:_DUPLICATES])
        if len(look.inside) > _DUPLICATES:
            titles += ", …"
        draft.paragraph(texts("offer_inside", count=len(look.inside), titles=titles))
    if look.unread:
        draft.paragraph(texts("offer_unread", count=len(look.unread)))
        notices.list_failures(draft, look.unread[:_UNREAD], texts)
    if look.sentences > LONG:
        price = cost(look.sentences)
        words = texts(
            "offer_long", count=look.sentences, minutes=price.minutes, size=price.megabytes
        )
        draft.paragraph(words)
    if look.replaces:
        draft.paragraph(texts("offer_replaces", id=look.id))
    same = [id for id in look.duplicates if not (look.replaces and id == look.id)]
    if same:
        named = ", ".join(clip(id, _TITLE) for id in same[:_DUPLICATES])
        if len(same) > _DUPLICATES:
            named = texts("start_titles", titles=named, count=len(same) - _DUPLICATES)
        draft.paragraph(texts("offer_same", titles=named))
    if others and not look.replaces:
        named = ", ".join(clip(id, _TITLE) for id, _ in others)
        draft.paragraph(texts("offer_namesakes", titles=named))
    action = Action.REPLACE if look.replaces else Action.ADD
    label = texts("replace_button" if look.replaces else "add_button")
    cancel = keyboards.one_of(texts("cancel_button"), Action.CANCEL, kept)
    rows = [(*keyboards.one_of(label, action, kept), *cancel)]
    for id, other in () if look.replaces else others:
        label = texts("replace_one_button", id=clip(id, _LABEL))
        rows.append(keyboards.one_of(label, Action.REPLACE, other))
    return draft.message(tuple(rows))


def too_large(name: str, size: int | None, most: int, texts: Texts) -> Message:
    """Say that a file is larger than Telegram gives to a bot; `size` if that is known."""
    megabytes = f"{size / _MEGABYTE:,.1f} MB" if size else texts("more_than_said")
    words = texts(
        "upload_too_large", name=notices.named(name), size=megabytes, most=most // _MEGABYTE
    )
    return Message(words)


def added(done: Added, keyboards: Keyboards) -> Message:
    """Say that a document was added, and how it gets into answers."""
    texts = keyboards.texts
    if not done.changed:
        return Message(texts("added_already", id=done.id), keyboard=update(keyboards))
    rows = update(keyboards)
    if done.replaced:
        label = texts("restore_earlier_button")
        rows = (*rows, keyboards.one_of(label, Action.RESTORE_EARLIER, done.replaced.key))
    return Message(texts("replaced" if done.replaced else "added", id=done.id), keyboard=rows)


def removable(
    documents: Sequence[tuple[str, str]], first: int, keyboards: Keyboards, *, trash: bool
) -> Message:
    """Show a page of the documents, by id and title, with a button for each, from place `first`
    on.
    """
    texts = keyboards.texts
    first = _within(first, len(documents))
    draft = Draft()
    draft.add(texts("remove_choose" if documents else "remove_none"))
    numbers: list[Button] = []
    shown = documents[first : first + PAGE]
    for number, (id, title) in enumerate(shown, first + 1):
        line = f"{number}. {apart(clip(title, _TITLE))}"
        line += f" — {apart(clip(id, _TITLE))}" if title != id else ""
        draft.add(f"\n{steady(line)}")
        numbers += keyboards.one_of(str(number), Action.CHOOSE, document_key(id))
    rows = [tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)]
    rows += _turn(first, len(documents), Action.REMOVABLE, keyboards)
    if trash:
        rows.append(keyboards.one_of(texts("trash_button"), Action.TRASH, "0"))
    return draft.message(tuple(rows))


def sure(id: str, title: str, keyboards: Keyboards) -> Message:
    """Ask whether to remove this document; the button names it."""
    texts = keyboards.texts
    label = texts("remove_button", title=clip(title, _LABEL))
    return Message(
        texts("remove_sure", title=clip(title, _TITLE), id=clip(id, _TITLE)),
        keyboard=(
            keyboards.one_of(label, Action.REMOVE, document_key(id)),
            keyboards.one_of(texts("remove_back_button"), Action.REMOVABLE, "0"),
        ),
    )


def removed(trashed: Trashed, keyboards: Keyboards) -> Message:
    """Say that a document is in the trash, with a button to restore it."""
    texts = keyboards.texts
    restore = keyboards.one_of(texts("restore_button"), Action.RESTORE, trashed.key)
    until = texts.day(trashed.until)
    words = texts("removed", id=clip(trashed.id, _TITLE), until=until)
    return Message(words, keyboard=((*update(keyboards)[0], *restore),))


def restored(trashed: Trashed, keyboards: Keyboards) -> Message:
    """Say that a document was restored."""
    words = keyboards.texts("restored", id=clip(trashed.id, _TITLE))
    return Message(words, keyboard=update(keyboards))


def trash(found: Sequence[Trashed], first: int, keyboards: Keyboards) -> Message:
    """Show a page of what can be restored, with a button for each."""
    texts = keyboards.texts
    first = _within(first, len(found))
    draft = Draft()
    draft.add(texts("trash" if found else "trash_empty"))
    numbers: list[Button] = []
    for number, one in enumerate(found[first : first + PAGE], first + 1):
        until = texts.day(one.until)
        id = apart(clip(one.id, _TITLE))
        draft.add("\n" + steady(texts("trashed", number=number, id=id, until=until)))
        numbers += keyboards.one_of(str(number), Action.RESTORE, one.key)
    rows = [tuple(numbers[at : at + 5]) for at in range(0, len(numbers), 5)]
    rows += _turn(first, len(found), Action.TRASH, keyboards)
    rows.append(keyboards.one_of(texts("remove_back_button"), Action.REMOVABLE, "0"))
    return draft.message(tuple(rows))


def _within(first: int, count: int) -> int:
    # the list may have become shorter since
    return min(first, max(count - 1, 0) // PAGE * PAGE)


def _turn(first: int, count: int, action: Action, keyboards: Keyboards) -> Keyboard:
    turn: list[Button] = []
    if first:
        turn += keyboards.one_of("◀", action, str(first - PAGE))
    if first + PAGE < count:
        turn += keyboards.one_of("▶", action, str(first + PAGE))
    return (tuple(turn),) if turn else ()


def update(keyboards: Keyboards) -> Keyboard:
    """Return the button that makes the changed documents answer."""
    return (keyboards.one_of(keyboards.texts("reindex_button"), Action.REINDEX, ""),)
