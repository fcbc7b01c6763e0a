"""Rich messages, checklists, albums and reactions, as they reach a bot, and rich ones it sends."""

from .conftest import Raw
from .people import User
from .rich import bullets, flat, heading, paragraph, table
from .server import BotApi


def _updates(raw: Raw, *kinds: str) -> list[dict[str, object]]:
    _, answer = raw("getUpdates", allowed_updates=list(kinds) or ["message", "edited_message"])
    return list(answer["result"])


def test_a_rich_message_comes_without_text(api: BotApi, raw: Raw, ann: User) -> None:
    """Its blocks are what a client sends; the driver reads them as a person does."""
    said = api.private(ann).rich(
        heading("Two things"),
        bullets("one", ["t", {"type": "bold", "text": "w"}, "o"], ordered=True),
        table(["Ticket", "Price"], ["Adult", "6.50"], caption="Prices"),
        paragraph("Thanks"),
    )
    [update] = _updates(raw)
    message = update["message"]
    assert isinstance(message, dict)
    assert "text" not in message
    expected = "Two things\n1. one\n2. two\nPrices\nTicket | Price\nAdult | 6.50\nThanks"
    assert flat(message["rich_message"]) == said.text == expected


def test_a_checklist_an_album_and_a_reaction_arrive(api: BotApi, raw: Raw, ann: User) -> None:
    """Each in its own form; a reaction only where the bot asks for it."""
    chat = api.private(ann)
    raw("getUpdates", allowed_updates=["message", "message_reaction"])
    said = chat.checklist("Before the trip", "passport", "visa")
    for _ in range(2):
        chat.media("photo", caption="Which form?", media_group_id="7")
    chat.react(said, "👍")
    listed, first, second, reaction = _updates(raw, "message", "message_reaction")
    assert isinstance(listed["message"], dict)
    assert [t["text"] for t in listed["message"]["checklist"]["tasks"]] == ["passport", "visa"]
    for part in (first, second):
        assert isinstance(part["message"], dict)
        assert part["message"]["media_group_id"] == "7"
        assert part["message"]["caption"] == "Which form?"
    assert isinstance(reaction["message_reaction"], dict)
    assert reaction["message_reaction"]["new_reaction"] == [{"type": "emoji", "emoji": "👍"}]


def test_a_bot_that_is_no_admin_of_a_group_gets_no_reactions(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """As the documentation says of message_reaction."""
    raw("getUpdates", allowed_updates=["message_reaction"])
    group = api.supergroup("Readers", ann)
    said = group.say("hello")
    group.react(said, "👍")
    assert _updates(raw, "message_reaction") == []
    group.bot_becomes("administrator")
    group.react(said, "👎")
    assert len(_updates(raw, "message_reaction")) == 1


def test_a_bot_sends_blocks(api: BotApi, raw: Raw, ann: User) -> None:
    """They are kept as they were given."""
    chat = api.private(ann)
    blocks = [paragraph("Prices"), table(["Ticket", "Price"], ["Adult", "6.50"])]
    status, answer = raw("sendRichMessage", chat_id=chat.id, rich_message={"blocks": blocks})
    assert status == 200
    assert answer["result"]["rich_message"]["blocks"] == blocks
    assert chat.wait_reply().text == "Prices\nTicket | Price\nAdult | 6.50"


def test_a_block_that_is_none_is_refused(api: BotApi, raw: Raw, ann: User) -> None:
    """And held against the bot."""
    chat = api.private(ann)
    for blocks in ([{"type": "sonnet"}], [{"type": "table", "cells": []}], [paragraph(" ")]):
        status, _ = raw("sendRichMessage", chat_id=chat.id, rich_message={"blocks": blocks})
        assert status == 400
    assert len(api.forgive("rich message")) == 2


def test_topics_of_a_private_chat_hold_messages(api: BotApi, raw: Raw, ann: User) -> None:
    """What the bot sends there stays there, and replies to nothing that is not named."""
    chat = api.private(ann)
    topic = chat.topic("Leave")
    chat.say("How long?", topic=topic)
    raw("sendMessage", chat_id=chat.id, text="Thirty days", message_thread_id=topic)
    answer = chat.wait_reply()
    assert (answer.topic, answer.reply_to) == (topic, None)
    status, _ = raw("sendMessage", chat_id=chat.id, text="No", message_thread_id=99_999)
    assert status == 400


def test_a_button_may_be_disabled_and_a_reply_asked_beside_buttons(
    api: BotApi, raw: Raw, ann: User
) -> None:
    """Both are of Bot API 10.3."""
    chat = api.private(ann)
    markup = {"inline_keyboard": [[{"text": "3 of 8", "disabled": {}}]], "force_reply": True}
    status, _ = raw("sendMessage", chat_id=chat.id, text="Send it", reply_markup=markup)
    assert status == 200
    assert chat.wait_reply().reply_markup == markup
