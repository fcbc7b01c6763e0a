"""/verify in a chat: is this really in the documents?"""

from __future__ import annotations

from pathlib import Path

from index.library import Library
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat, User

EXACT = "The lighthouse at the end of the northern pier has 118 steps."
NEARLY = EXACT.replace("118", "120")
ABSENT = "The lighthouse keeper of Sorrel bred black rabbits for the queen."


def test_a_text_behind_the_command_is_checked(bot: Running, chat: Chat) -> None:
    chat.say(f"/verify {EXACT}")
    exact = chat.wait_reply()
    assert exact.text.startswith("Word for word in the documents:\n\nThe Harbour of Lindmouth — ")
    assert exact.quotes() == [EXACT]
    chat.say(f"/verify {NEARLY}")
    nearly = chat.wait_reply()
    assert "118" in nearly.spans("underline")[0]
    assert "120" in nearly.spans("strikethrough")[0]
    assert EXACT in nearly.quotes()[0]
    chat.say(f"/verify {ABSENT}")
    absent = chat.wait_reply()
    assert absent.text.startswith("Not in these 3 documents")
    assert not absent.quotes()


def test_the_message_replied_to_is_checked_or_the_part_of_it_that_is_quoted(
    bot: Running, api: BotApi, ann: User
) -> None:
    group = api.supergroup("Readers", ann)
    said = group.say(f"Somebody wrote: {EXACT} I do not believe it.", by=ann)
    whole = reply_to(group, group.say("/verify", by=ann, reply_to=said))
    assert not whole.text.startswith("Word for word in the documents:")
    part = reply_to(group, group.say("/verify", by=ann, reply_to=said, quote=EXACT))
    assert part.text.startswith("Word for word in the documents:")


def test_with_nothing_to_check_it_says_how(bot: Running, chat: Chat) -> None:
    chat.say("/verify")
    assert chat.wait_reply().text.startswith("Send the text behind /verify")


def test_what_is_hidden_is_not_confirmed(
    api: BotApi, chat: Chat, library: Library, memory: Path
) -> None:
    memory.mkdir()
    (memory / "access.toml").write_text("[reserved]\nguides = [1]\n")
    with serving(api, library):
        chat.say("/verify Tea keeps for two years in a closed tin.")
        assert chat.wait_reply().text.startswith("Not in these 2 documents")
