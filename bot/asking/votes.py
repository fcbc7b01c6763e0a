"""The votes on answers, and the buttons that pass a question to the editors."""

from __future__ import annotations

import asyncio

from telegram import MessageReactionUpdated, ReactionTypeEmoji

from bot.asking.answer_buttons import question_of
from bot.dispatch.askers import Asker
from bot.dispatch.registry import Pressed, Registry
from bot.dispatch.turn import Means, Press
from bot.messages import model
from bot.messages.buttons import Action
from bot.messages.keyboards import REASONS
from bot.transport import forms, whispers
from index.errors import StoreError

__all__ = ["Votes"]

_VOTES = (Action.GOOD, Action.BAD, Action.REASON)
_LIKED = frozenset("👍❤🔥👏🎉💯🙏👌😍🥰🤩🏆⚡")
_DISLIKED = frozenset("👎💩🤮😡🤬🥴🤡")


class Votes:
    """The buttons 👍, 👎 with its reasons, “tell the editors” and “let me know”."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def register(self, registry: Registry) -> None:
        """Register the buttons."""
        registry.buttons(Pressed(self._vote, answers=True), *_VOTES)
        registry.reaction = self._react
        registry.buttons(Pressed(self._keep, answers=True), Action.TELL, Action.NOTIFY)

    async def _vote(self, press: Press) -> None:
        """Record a vote; a person's latest counts. After a bad one, ask for the reason."""
        journal, message, button = self._means.journal, press.message, press.button
        shown = journal.answers.shown(message.chat_id, whispers.number(message))
        if shown is None:
            await press.answer(press.texts("outdated_button"))
            return
        good, reason = button.action is Action.GOOD, None
        if button.action is Action.REASON and button.payload.isdecimal():
            reason = REASONS[int(button.payload)]
        journal.votes.add(shown.id, press.asker.person, up=good, reason=reason)
        asks = button.action is Action.BAD
        await press.answer(press.texts("say_why" if asks else "thanks"))
        above = [row for row in forms.buttons(message) if not self._is_vote(row, message.chat_id)]
        below = press.keyboards.reasons() if asks else (press.keyboards.votes(),)
        if asks or button.action is Action.REASON:
            press.later(self._means.sender.edit_keyboard(message, _rows(*above, *below)))

    async def _react(self, change: MessageReactionUpdated, asker: Asker) -> None:
        """Count a reaction to an answer as a vote; taking one back changes nothing."""
        emoji = {
            reaction.emoji.replace("\ufe0f", "")
            for reaction in change.new_reaction
            if isinstance(reaction, ReactionTypeEmoji)
        }
        good, bad = bool(emoji & _LIKED), bool(emoji & _DISLIKED)
        shown = self._means.journal.answers.shown(change.chat.id, change.message_id)
        if shown is not None and good != bad:
            self._means.journal.votes.add(shown.id, asker.person, up=good)

    def _is_vote(self, row: tuple[model.Button, ...], chat: int) -> bool:
        read = self._means.buttons.read(row[0].data or "", chat)
        return read is not None and read.action in _VOTES

    async def _keep(self, press: Press) -> None:
        try:
            keyboard = await self._kept(press)
        except StoreError:
            await press.answer(press.texts("not_kept"))
            return
        if keyboard is not None:
            press.later(self._means.sender.edit_keyboard(press.message, _rows(*keyboard)))

    async def _kept(self, press: Press) -> model.Keyboard | None:
        """Store a question for the editors, or that its asker wants to hear of an answer; return
        the remaining buttons, None if nothing could be stored.
        """
        journal, message, asker = self._means.journal, press.message, press.asker
        if press.button.action is Action.NOTIFY:
            gap = int(press.button.payload)
            kept = await asyncio.to_thread(
                journal.gaps.notify, gap, asker.person, message.chat_id, press.texts.language
            )
            await press.answer(press.texts("will_notify" if kept else "answered_since"))
            return ()
        question = question_of(message, press.me)
        if not question:
            await press.answer(press.texts("outdated_button"))
            return None
        shown = journal.answers.shown(message.chat_id, whispers.number(message))
        gap = await asyncio.to_thread(
            journal.gaps.add, question, asker.person, shown.id if shown else None
        )
        await press.answer(press.texts("told"))
        return press.keyboards.one("notify", Action.NOTIFY, str(gap)) if asker.private else ()


def _rows(*rows: tuple[model.Button, ...]) -> model.Message:
    return model.Message("", keyboard=rows)
