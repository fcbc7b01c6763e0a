"""Who may ask, what they see, and who may edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.access import Access, Reservations
from bot.settings import Settings
from index.errors import SettingsError
from index.types import EVERYTHING, Scope

BOARD, ANN, BEN, ED = -1001, 11, 12, 13
FILE = f"""
[reserved]
"board" = [{BOARD}, {ANN}]
"board/minutes/" = [{ANN}]
"""


def access(tmp_path: Path, text: str = FILE, moved: dict[int, int] | None = None) -> Access:
    (tmp_path / "access.toml").write_text(text, encoding="utf-8")
    values: dict[str, Any] = {"_env_file": None, "admins": frozenset({ED})}
    reservations = Reservations.read(tmp_path / "access.toml")
    return Access(
        Settings(**values), lambda: reservations, lambda chat: (moved or {}).get(chat, chat)
    )


def visible(scope: Scope) -> list[bool]:
    return [scope.allows(id) for id in ("open.txt", "board/plan.txt", "board/minutes/may.txt")]


def test_a_reserved_folder_is_seen_by_those_it_names(tmp_path: Path) -> None:
    """One within another needs both; in a group the group counts, regardless of the asker."""
    them = access(tmp_path)
    assert visible(them.scope(ANN, ANN, private=True)) == [True, True, True]
    assert visible(them.scope(BEN, BEN, private=True)) == [True, False, False]
    assert visible(them.scope(BOARD, BEN, private=False)) == [True, True, False]
    assert visible(them.scope(-1002, ANN, private=False)) == [True, False, False]
    assert visible(them.scope(None, ANN, private=False)) == [True, False, False]


def test_an_editor_sees_all_in_private_and_elsewhere_what_the_chat_may(tmp_path: Path) -> None:
    them = access(tmp_path)
    assert them.scope(ED, ED, private=True) == EVERYTHING
    assert visible(them.scope(-1002, ED, private=False)) == [True, False, False]


def test_a_group_keeps_its_rights_when_it_gets_another_id(tmp_path: Path) -> None:
    them = access(tmp_path, moved={-1009: BOARD})
    assert visible(them.scope(-1009, BEN, private=False)) == [True, True, False]


def test_without_a_file_everybody_sees_everything(tmp_path: Path) -> None:
    reservations = Reservations.read(tmp_path / "access.toml")
    assert reservations.scope([BEN]) == EVERYTHING
    assert not reservations.share_files


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[reserved]\nboard = ['ann']", "reserved.board.0: Input should be a valid integer"),
        ("[reserved]\nboard = 5", "reserved.board: Input should be a valid frozenset"),
        ("[reserved]\n'../x' = [1]", "name a folder below the documents' folder"),
        ("[reserved]\n'' = [1]", "name a folder below the documents' folder"),
        ("reserve = 1", "reserve: there is no such key"),
        ("[reserved", "Expected"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    """Better no bot than one that shows what was meant to be hidden."""
    with pytest.raises(SettingsError, match=r"access\.toml") as raised:
        access(tmp_path, text)
    assert message in str(raised.value)
