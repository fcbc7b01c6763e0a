"""What was reserved stays so: whatever becomes of access.toml, of folders and of their names."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.access import Access
from bot.access.guard import Guard
from bot.settings import Settings
from index.errors import SettingsError
from index.library import Library
from tests.bot.conftest import ADMIN
from tests.bot.serving import serving, until
from tests.botapi import BotApi, Chat

BOARD, PLAN = 11, "The board plans to close the northern pier in June."
OPEN = "Ferries leave for the island of Sorrel every two hours."
RULE = f"[reserved]\nboard = [{BOARD}]\n"
EVERYBODY = '[reserved]\nboard = "everybody"\n'


class House:
    """A folder of documents with a reserved one, its index, and the rules over it."""

    def __init__(self, root: Path, make: Callable[..., Library]) -> None:
        self.documents, self.data, self._make = root / "knowledge", root / "data", make
        (self.documents / "board").mkdir(parents=True)
        (self.documents / "board" / "plan.txt").write_text(PLAN)
        (self.documents / "ferries.txt").write_text(OPEN)
        self.library = make()
        self.library.desk.index.build()
        self.rules = self.data / "access.toml"

    def start(self, rules: str | None = RULE) -> Guard:
        """Begin to guard, as a start of the bot does; None leaves the file as it is."""
        if rules is not None:
            self.rules.write_text(rules)
        return Guard(self.data, self.library)

    def seen(self, guard: Guard, viewer: int = 5) -> set[str]:
        """The documents that someone is shown."""
        values = {"_env_file": None, "admins": frozenset({ADMIN})}
        access = Access(Settings(**values), guard.rules, lambda chat: chat)  # type: ignore[arg-type]
        scope = access.scope(viewer, viewer, private=True)
        found = {source.id for source, _ in self.library.sources(scope)}
        hits = self.library.rank("What is planned for the northern pier?", 5, scope).hits
        assert {hit.passage.source.id for hit in hits} <= found
        return found

    def kinds(self, guard: Guard) -> set[str]:
        return {trouble.kind for trouble in guard.trouble()}


@pytest.fixture
def house(tmp_path: Path, make_library: Callable[..., Library]) -> House:
    return House(tmp_path, make_library)


def refused(house: House, rules: str | None) -> str:
    with pytest.raises(SettingsError) as raised:
        house.start(rules)
    return str(raised.value)


def test_a_start_is_refused_if_the_rules_are_gone_empty_or_cut(house: House) -> None:
    house.start()
    for cut in ("", "[reserved]\n", "share_files = true\n", "# rules\n\n", "[reserved]\nx = []\n"):
        message = refused(house, cut)
        assert "board was reserved, and access.toml does not name it" in message
        assert '"board" = "everybody"' in message
    house.rules.unlink()
    assert "board was reserved" in refused(house, None)
    assert house.seen(house.start(EVERYBODY)) == {"board/plan.txt", "ferries.txt"}
    house.rules.unlink()
    assert house.seen(house.start(None)) == {"board/plan.txt", "ferries.txt"}


def test_a_start_is_refused_if_one_rule_of_several_is_cut_off(house: House) -> None:
    (house.documents / "pay").mkdir()
    (house.documents / "pay" / "list.txt").write_text("Everybody earns the same here.")
    house.start(RULE + "pay = [1]\n")
    assert "pay was reserved" in refused(house, RULE)


@pytest.mark.parametrize("name", ["bord", "board.md", "board/plan.txt", "knowledge/board", "*"])
def test_a_rule_that_fits_no_folder_stops_the_start(house: House, name: str) -> None:
    message = refused(house, f'[reserved]\n"{name}" = [1]\n')
    assert f"access.toml reserves {name}, and no folder" in message
    assert f'"{name}" = "everybody"' in message


def test_case_and_composition_of_letters_do_not_matter(house: House) -> None:
    (house.documents / unicodedata.normalize("NFD", "Réunions")).mkdir()
    for name in ("BOARD", "Board", unicodedata.normalize("NFC", "RÉUNIONS")):
        guard = house.start(f'[reserved]\n"{name}" = [1]\nboard = [{BOARD}]\n')
        assert house.seen(guard) == {"ferries.txt"}
        (house.data / "reserved.json").unlink()


@pytest.mark.parametrize("new", ["Board 2026", "archive/board", "ferries"])
def test_a_folder_that_is_renamed_stays_closed(house: House, new: str) -> None:
    """Also while an index of it is published in another process, and those who saw it still do."""
    guard = house.start()
    (house.documents / new).parent.mkdir(exist_ok=True)
    (house.documents / "board").rename(house.documents / new)
    house.library.desk.index.build()
    assert house.seen(guard) == {"ferries.txt"}
    assert (
        house.seen(guard, BOARD) == house.seen(guard, ADMIN) == {"ferries.txt", f"{new}/plan.txt"}
    )
    assert house.kinds(guard) == {"unfit", "moved"}
    assert "reserves board, and no folder" in refused(house, RULE)
    house.rules.write_text(f'[reserved]\n"{new}" = [{BOARD}, 12]\n')
    assert house.seen(guard) == {"ferries.txt"}
    again = house.start(None)
    assert house.seen(again) == {"ferries.txt"}
    assert house.seen(again, 12) == {"ferries.txt", f"{new}/plan.txt"}
    assert not house.kinds(again)


def test_a_folder_that_is_renamed_and_changed_stays_closed(house: House) -> None:
    guard = house.start()
    (house.documents / "board").rename(house.documents / "council")
    (house.documents / "council" / "plan.txt").write_text(PLAN + " And the southern one.")
    house.library.desk.index.build()
    assert house.seen(guard) == {"ferries.txt"}


def test_a_folder_that_is_renamed_while_nobody_looks_stays_closed(house: House) -> None:
    house.start()
    (house.documents / "board").rename(house.documents / "council")
    guard = house.start(None)
    assert house.seen(guard) == {"ferries.txt"}
    house.library.desk.index.build()
    assert house.seen(guard) == {"ferries.txt"}


def test_a_document_that_leaves_the_folder_stays_closed_until_the_file_says_other(
    house: House,
) -> None:
    """Even if it is out of the index for a while; a copy that was always open stays open."""
    (house.documents / "board" / "ferries.txt").write_text(OPEN)
    house.library.desk.index.build()
    guard = house.start()
    assert house.seen(guard) == {"ferries.txt"}
    moved = (house.documents / "board" / "plan.txt").rename(house.documents / "plan.bak")
    house.library.desk.index.build()
    house.seen(guard)
    (house.documents / "old").mkdir()
    moved.rename(house.documents / "old" / "plan.txt")
    house.library.desk.index.build()
    assert house.seen(guard) == {"ferries.txt"}
    assert [(one.kind, one.detail) for one in guard.trouble()] == [("moved", "old/plan.txt")]
    house.rules.write_text(RULE + 'old = "everybody"\n')
    assert house.seen(guard) == {"ferries.txt", "old/plan.txt"}


def test_an_inner_folder_that_is_renamed_is_not_shown_to_those_of_the_outer(house: House) -> None:
    inner = house.documents / "board" / "minutes"
    inner.mkdir()
    (inner / "may.txt").write_text("In May the board chose a new keeper.")
    house.library.desk.index.build()
    guard = house.start(f'[reserved]\nboard = [{BOARD}, 12]\n"board/minutes" = [12]\n')
    inner.rename(house.documents / "board" / "protocols")
    house.library.desk.index.build()
    assert house.seen(guard, BOARD) == {"ferries.txt", "board/plan.txt"}
    assert "board/protocols/may.txt" in house.seen(guard, 12)


def test_rules_that_change_hold_at_once_and_never_open_by_going(house: House) -> None:
    guard = house.start()
    for text in ("", "[reserved]\n", "[reser", f"[reserved]\nbord = [{BOARD}]\n"):
        house.rules.write_text(text)
        assert house.seen(guard) == {"ferries.txt"}
        assert house.seen(guard, BOARD) == {"ferries.txt", "board/plan.txt"}
        assert house.kinds(guard)
    house.rules.unlink()
    assert house.seen(guard) == {"ferries.txt"}
    assert house.kinds(guard) == {"lost"}
    house.rules.write_text("[reserved]\nboard = [12]\n")
    assert house.seen(guard, BOARD) == {"ferries.txt"}
    assert not house.kinds(guard)
    house.rules.write_text(EVERYBODY)
    assert house.seen(guard) == {"ferries.txt", "board/plan.txt"}


def test_a_memory_that_is_damaged_stops_the_start(house: House) -> None:
    house.start()
    for damage in ("", "{}}", '{"version": 2}', '{"folders": {"board": 1}}'):
        (house.data / "reserved.json").write_text(damage)
        assert "reserved.json cannot be read" in refused(house, RULE)


def test_a_running_bot_closes_and_notifies_its_editors(
    api: BotApi, house: House, chat: Chat, office: Chat, quotable: list[str]
) -> None:
    quotable += [PLAN, OPEN]
    house.rules.write_text(RULE)
    office.say("/start")
    with serving(api, house.library, data=house.data, admins=frozenset({ADMIN})):
        chat.say("What does the board plan for the northern pier?")
        assert PLAN not in chat.wait_reply().text
        house.rules.unlink()
        until(lambda: any("board was reserved" in reply.text for reply in office.replies()))
        chat.say("What does the board plan to close in June?")
        assert PLAN not in chat.wait_reply().text
