"""The greeting with its example buttons, the help, and the list of documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import commands
from bot.asking.examples import examples, topics
from bot.messages.texts import languages
from index.library import Library
from tests.bot.desk import quoted
from tests.bot.serving import Running, reply_to, serving
from tests.botapi import BotApi, Chat


def test_start_offers_questions_that_are_answered(
    bot: Running, api: BotApi, chat: Chat, library: Library
) -> None:
    """Three lines and up to three buttons; a pressed one is asked, and its question repeated."""
    chat.say("/start")
    greeting = chat.wait_reply()
    assert "/privacy" in greeting.text.splitlines()[-1]
    assert len(greeting.text.splitlines()) == 3
    assert "3 documents" in greeting.text
    assert "“How to brew tea”" in greeting.text
    assert 1 <= len(greeting.buttons()) <= 3
    for label in greeting.buttons():
        press = api.press(greeting, label)
        answer = chat.wait_reply(after=press)
        assert answer.text.startswith(f"{label}\n\n")
        assert answer.spans("italic") == [label]
        assert answer.quotes()[0] == quoted(library.ask(label).hits[0].passage)
        assert press.wait_answer().text == ""


def test_start_names_the_documents_in_the_persons_language_first(bot: Running, api: BotApi) -> None:
    vera = api.private(api.user("Vera", language_code="ru"))
    vera.say("/start")
    assert vera.wait_reply().text.startswith(
        "Отвечаю только словами 3 документов: «Библиотека на Садовой улице», "
    )


def test_a_button_that_is_not_there_any_more_is_outdated(
    bot: Running, api: BotApi, chat: Chat
) -> None:
    chat.say("/start")
    greeting = chat.wait_reply()
    del chat.messages[greeting.id]  # too old to be seen: Telegram tells only which it was
    press = api.press(greeting, greeting.buttons()[0])
    assert press.wait_answer().text == "This button is out of date. Please ask again."
    assert chat.stays_silent()


def test_help_is_short_and_names_what_this_person_may_do(
    bot: Running, api: BotApi, chat: Chat, office: Chat
) -> None:
    """In fifteen lines at most, in whatever language."""
    vera = api.private(api.user("Vera", language_code="ru"))
    for room, edits in ((chat, False), (office, True), (vera, False)):
        room.say("/help")
        words = room.wait_reply().text
        assert len(words.splitlines()) <= 15
        assert "/sources" in words
        assert ("/reindex" in words) == edits


def test_sources_lists_title_date_and_passages(bot: Running, chat: Chat) -> None:
    chat.say("/sources")
    listed = chat.wait_reply()
    assert re.fullmatch(
        r"I answer from 3 documents, last updated \d+ \w+ \d{4}:\n"
        r"1\. How to brew tea — 9 March 2024, 2 passages\n"
        r"2\. The Harbour of Lindmouth — 3 passages\n"
        r"3\. Библиотека на Садовой улице — 1 passage",
        listed.text,
    )
    assert not listed.buttons()


def test_a_long_list_is_turned_page_by_page(
    api: BotApi,
    chat: Chat,
    office: Chat,
    tmp_path: Path,
    make_library: Callable[..., Library],
) -> None:
    """Files that could not be read stand on the last page, and for editors alone."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for number in range(1, 26):
        (folder / f"{number:03}.txt").write_text(f"The tale of {'🐚' * 40} {number}\n\nOnce.")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    library = make_library()
    library.desk.index.build()
    with serving(api, library, admins=frozenset({office.id})):
        # editors hear of them as the bot starts
        assert "broken.txt" in office.wait_reply().text
        for room in (chat, office):
            # editors hear of the broken file at any moment
            page = reply_to(room, room.say("/sources"))
            assert re.findall(r"^(\d+)\.", page.text, re.M) == [str(n) for n in range(1, 11)]
            for numbers, buttons in ((range(11, 21), ["◀", "▶"]), (range(21, 26), ["◀"])):
                press = api.press(page, "▶")
                assert press.wait_answer().text == ""
                page = room.wait_reply(after=press)
                assert re.findall(r"^(\d+)\.", page.text, re.M) == [str(n) for n in numbers]
                assert page.buttons() == buttons
            failed = "2 files could not be read:\n! broken.txt: "
            assert (failed in page.text) == (room is office)
            press = api.press(page, "◀")
            assert room.wait_reply(after=press).text.splitlines()[1].startswith("11. ")


def test_the_original_file_is_sent_where_files_are_shared(
    api: BotApi, chat: Chat, library: Library, knowledge: Path, memory: Path
) -> None:
    memory.mkdir()
    (memory / "access.toml").write_text("share_files = true\n")
    with serving(api, library):
        chat.say("/sources")
        listed = chat.wait_reply()
        assert listed.buttons() == ["1", "2", "3"]
        press = api.press(listed, "2")
        sent = chat.wait_reply(after=press)
    assert api.file(sent).content == (knowledge / "harbour.txt").read_bytes()
    assert sent.raw["document"]["file_name"] == "harbour.txt"


def test_the_menu_of_commands_is_offered_in_each_language(bot: Running, api: BotApi) -> None:
    # those of groups, editors and people follow
    codes = [None, *languages()]
    api.wait(lambda _: len(api.calls("setMyCommands")) >= len(codes), what="the menu")
    calls = api.calls("setMyCommands")[: len(codes)]
    assert [call.params.get("language_code") for call in calls] == codes
    assert len({call.params["commands"][0]["description"] for call in calls}) == len(codes) - 1
    for call in calls:
        names = [command["command"] for command in call.params["commands"]]
        assert names == ["ask", "verify", "sources", "lang", "privacy", "forget", "help"]


@pytest.mark.parametrize("id", ["harbour.txt", "guides/tea.md", "библиотека.txt"])
def test_topics_are_headings_and_names_of_the_document(library: Library, id: str) -> None:
    document = library.document(id)
    assert document
    found = topics(document)
    assert found
    assert all(topic in document.text for topic in found)
    assert all(3 <= len(topic) <= 40 for topic in found)
    assert document.title not in found


def test_topics_come_by_heading_then_frequency(library: Library) -> None:
    tea, harbour = library.document("guides/tea.md"), library.document("harbour.txt")
    assert tea
    assert harbour
    assert topics(tea)[0] == "Storing"
    assert "Ada Brandt" in topics(harbour)


def test_topics_of_tables_are_their_things_and_numbers_of_sections_are_left_out(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "prices.csv").write_text("Fruit,Price\nApples,2.50\nPears,3.10\n")
    (folder / "rules.md").write_text(
        "# Rules\n\n## 2. Leave\n\nTen days.\n\n## 4 May 2026\n\nFree.\n"
    )
    (folder / "regeln.txt").write_text(
        "Regeln\n\nDie Schule schließt im Juli, und Clara Stone bleibt.\n"
    )
    library = make_library()
    library.desk.index.build()
    found = {
        id: topics(document)
        for id in ("prices.csv", "rules.md", "regeln.txt")
        if (document := library.document(id))
    }
    assert found["prices.csv"] == ("Apples", "Pears")
    assert found["rules.md"] == ("Leave", "4 May 2026")
    assert found["regeln.txt"] == ("Clara Stone",)


def test_examples_are_found_in_the_documents(library: Library) -> None:
    for question in examples(library):
        assert library.ask(question).outcome == "found"


def test_questions_of_the_documents_are_the_examples_in_the_persons_language(
    api: BotApi, tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    """As they stand; without any, a heading."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "faq.md").write_text(
        "# Kettle questions\n\n## How long does the battery last?\n\n"
        "The battery lasts nine hours.\n\n## Can I boil milk in the kettle?\n\n"
        "No, milk burns on the element of the kettle.\n"
    )
    (folder / "pool.md").write_text(
        "# Бассейн\n\n## Часы работы\n\nБассейн открыт с восьми утра до десяти вечера.\n"
    )
    library = make_library()
    library.desk.index.build()
    english = ("How long does the battery last?", "Can I boil milk in the kettle?")
    assert examples(library, language="en")[:2] == english
    assert examples(library, language="ru")[0] == "Часы работы"


def test_a_document_without_headings_is_an_example_by_its_title(
    tmp_path: Path, make_library: Callable[..., Library]
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "kettle.md").write_text("# Kettles\n\n## Is it loud?\n\nNo, a kettle is quiet.\n")
    (folder / "pool.txt").write_text(
        "Правила бассейна\n\nв бассейн пускают с восьми утра до десяти вечера.\n"
    )
    library = make_library()
    library.desk.index.build()
    assert examples(library, language="ru")[0] == "Правила бассейна"


def test_the_docs_list_the_commands_as_they_are() -> None:
    page = Path(__file__).parents[2] / "docs" / "questions.md"
    listed = re.findall(r"^\| `/(\w+)` \| (\w+) \| (.+) \|$", page.read_text("utf-8"), re.MULTILINE)
    assert listed == [
        (one.name, "editors" if one.editors else "everyone", one.groups.value)
        for one in commands.COMMANDS
    ]


def test_help_names_every_command(bot: Running, api: BotApi, chat: Chat) -> None:
    chat.say("/help")
    shown = chat.wait_reply().text
    for one in commands.COMMANDS:
        if one.name not in ("start", "help"):
            assert (f"/{one.name}" in shown) is not one.editors
