"""The page of a document as a picture, with the quoted words marked."""

from __future__ import annotations

from collections.abc import Callable

from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Press
from bot.messages.buttons import Action
from bot.messages.model import clip
from bot.messages.pointing import key_in, marks_in
from index.errors import DocumentError
from index.types import Picture, Place

__all__ = ["Pages"]

_TITLE = 160


class Pages:
    """The button that shows a page."""

    def register(self, registry: Registry) -> None:
        """The button."""
        registry.buttons(Pressed(self._show), Action.PAGE)

    async def _show(self, press: Press) -> None:
        """Send the page, or say why it cannot be shown."""
        pointer, texts = press.button.payload, press.texts
        place = await press.place(key_in(pointer))
        if place is None:
            return
        found = await press.look(lambda: press.lookup.worker.aside(_drawing(press, place, pointer)))
        if isinstance(found, DocumentError):
            await press.reply(texts("no_page", reason=texts.reason(found)))
        elif found:
            caption = texts(
                "page_of", title=clip(place.passage.source.title, _TITLE), page=found.page
            )
            if place.changed:
                caption = f"{caption}\n{texts('page_changed')}"
            elif not found.marked:
                caption = f"{caption}\n{texts('page_unmarked')}"
            await press.show(found.png, f"page-{found.page}.png", caption)


def _drawing(
    press: Press, place: Place, pointer: str
) -> Callable[[Callable[[], bool]], Picture | DocumentError]:
    library, scope, passage = press.lookup.library, press.asker.scope, place.passage
    # of a passage that was edited since, no one knows which sentences were meant
    mark = marks_in("" if place.changed else pointer, passage)

    def draw(_: Callable[[], bool]) -> Picture | DocumentError:
        try:
            return library.picture(passage.source.id, [mark], scope)
        except DocumentError as error:
            return error

    return draw
