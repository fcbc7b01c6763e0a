"""Messages of a group that one person sees."""

from .conftest import Raw
from .people import User
from .server import BotApi


def test_one_person_sees_it(api: BotApi, raw: Raw, ann: User) -> None:
    """It has no id in the chat, and is edited by a method of its own."""
    group = api.supergroup("Readers", ann)
    asked = group.say("/help@citebot_test_bot")
    status, sent = raw(
        "sendMessage",
        chat_id=group.id,
        text="For you",
        reply_parameters={"message_id": asked.id},
        ephemeral_message_parameters={"receiver_user_id": ann.id},
    )
    assert status == 200
    assert sent["result"]["message_id"] == 0
    shown = group.wait_reply()
    assert (shown.seen_by, shown.reply_to) == (ann.id, asked.id)
    place = {
        "chat_id": group.id,
        "receiver_user_id": ann.id,
        "ephemeral_message_id": sent["result"]["ephemeral_message_id"],
    }
    assert raw("editEphemeralMessageText", **place, text="Still yours")[0] == 200
    assert raw("editEphemeralMessageText", **place, text="Still yours")[0] == 400
    current = api.latest(shown)
    assert current is not None
    assert current.text == "Still yours"
    assert raw("deleteEphemeralMessage", **place)[0] == 200
    assert api.latest(shown) is None


def test_where_it_cannot_be_sent(api: BotApi, raw: Raw, ann: User) -> None:
    """A private chat, a stranger, and a server that will not: each is refused."""
    group, private = api.supergroup("Readers", ann), api.private(ann)
    stranger = api.user("Sam")

    def send(chat: int, receiver: int) -> int:
        parameters = {"receiver_user_id": receiver}
        return raw(
            "sendMessage", chat_id=chat, text="For you", ephemeral_message_parameters=parameters
        )[0]

    assert send(group.id, stranger.id) == 400
    assert send(private.id, ann.id) == 400
    group.ephemeral = False
    assert send(group.id, ann.id) == 400
    assert len(api.forgive("ephemeral")) == 1


def test_a_command_may_be_ephemeral_itself(api: BotApi, raw: Raw, ann: User) -> None:
    """It arrives without a message id, and is replied to by its other id."""
    group = api.supergroup("Readers", ann)
    group.whisper("/privacy@citebot_test_bot", by=ann)
    _, answer = raw("getUpdates")
    [update] = answer["result"]
    message = update["message"]
    assert message["message_id"] == 0
    reply = {"ephemeral_message_id": message["ephemeral_message_id"]}
    status, _ = raw(
        "sendMessage",
        chat_id=group.id,
        text="What I keep",
        reply_parameters=reply,
        ephemeral_message_parameters={"receiver_user_id": ann.id},
    )
    assert status == 200


def test_a_button_under_it_brings_the_message(api: BotApi, raw: Raw, ann: User) -> None:
    """The query holds the message with both ids, so that it can be edited."""
    group = api.supergroup("Readers", ann)
    markup = {"inline_keyboard": [[{"text": "English", "callback_data": "en"}]]}
    raw(
        "sendMessage",
        chat_id=group.id,
        text="Which?",
        reply_markup=markup,
        ephemeral_message_parameters={"receiver_user_id": ann.id},
    )
    press = api.press(group.wait_reply(), "English", by=ann)
    press.abandon()
    _, answer = raw("getUpdates", allowed_updates=["callback_query"])
    query = answer["result"][-1]["callback_query"]
    assert query["message"]["ephemeral_message_id"] == 1
    assert query["message"]["receiver_user"]["id"] == ann.id
