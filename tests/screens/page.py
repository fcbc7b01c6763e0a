"""What a chat holds, as the Bot API's own objects -> a page of HTML that looks like it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from tests.botapi.messages import Json
from tests.screens.rich import rich

__all__ = ["bubble", "inline", "page"]

_STYLE = Path(__file__).with_name("style.css")
_CLOCK = "10:24"  # the same in every picture, so that only what changed changes
_SNIPPET = 90


def page(*parts: str, title: str = "citebot", subtitle: str = "bot") -> str:
    """A whole page: the head of the chat, then these parts from top to bottom."""
    return f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>
<style>{_STYLE.read_text(encoding="utf-8")}</style>
<body><header><span class="back"></span><span class="avatar">{escape(title[:1].upper())}</span>
<span><b>{escape(title)}</b><small>{escape(subtitle)}</small></span></header>
<main>{"".join(parts)}</main>
<script>
document.documentElement.dataset.height = Math.floor(document.body.getBoundingClientRect().height)
</script></body></html>
"""


def bubble(message: Json, *, opened: bool = False) -> str:
    """A message with what it answers above its text and its buttons below, a person's on the right.

    With `opened` its long quotations are shown to the end.
    """
    sender = message.get("from") or {"is_bot": True}
    side = "in" if sender["is_bot"] else "out"
    head = _reply(message["reply_to_message"]) if "reply_to_message" in message else ""
    if via := message.get("via_bot"):
        head = f'<p class="via">via @{escape(str(via["username"]))}</p>{head}'
    text = rich(str(message["text"]), message.get("entities", ()), opened=opened)
    keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", ())
    return (
        f'<section class="{side}"><article>{head}<div class="text" dir="auto">{text}</div>'
        f"<time>{_CLOCK}</time></article>{_buttons(keyboard)}</section>"
    )


def inline(
    query: str, results: Iterable[Json], *, button: Json | None = None, username: str = "citebot"
) -> str:
    """Return what is typed after the bot's name, and above it the cards of an
    `answerInlineQuery`.
    """
    above = f'<p class="switch">{escape(str(button["text"]))}</p>' if button else ""
    return (
        f"<footer>{above}<ul>{''.join(map(_card, results))}</ul>"
        f'<p class="typed">@{escape(username)} <bdi>{escape(query)}</bdi></p></footer>'
    )


def _card(result: Json) -> str:
    title, description = str(result["title"]), str(result.get("description", ""))
    return (
        f'<li><span class="thumb">{escape(title[:1])}</span>'
        f'<div dir="auto"><b>{escape(title)}</b><p>{escape(description)}</p></div></li>'
    )


def _reply(to: Json) -> str:
    """The line over a message that names what it answers."""
    sender = to.get("from") or {}
    text = " ".join(str(to.get("text", "")).split())[:_SNIPPET]
    return (
        f'<div class="reply"><b>{escape(str(sender.get("first_name", "")))}</b>'
        f'<p dir="auto">{escape(text)}</p></div>'
    )


def _buttons(keyboard: Iterable[Iterable[Json]]) -> str:
    rows = ("".join(map(_button, row)) for row in keyboard)
    return "".join(f"<nav>{row}</nav>" for row in rows)


def _button(button: Json) -> str:
    """A button; its class is what it does, which its corner shows."""
    does = next(name for name in button if name != "text")
    return f'<span class="{escape(does)}">{escape(str(button["text"]))}</span>'
