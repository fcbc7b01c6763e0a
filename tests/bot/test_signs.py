"""What a document says steers neither a terminal nor a citation."""

from __future__ import annotations

import pytest

from bot.messages.model import clip
from bot.messages.signs import on_one_line, visible
from bot.terminal.console import console
from bot.terminal.starting import say


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;x\x07\x1b[2J", "␛]0;x␇␛[2J"),
        ("a\x00\x08\x7f", "a␀␈␡"),
        ("\x9b31m\x85", "�31m�"),
        ("pay\u202etxt.exe\u202c \u2066x\u2069", "pay�txt.exe� �x�"),
        ("one\r\ntwo\rthree\tfour\n", "one\r\ntwo␍three\tfour\n"),
        ("שלום 🐚 a\u200fb naïve", "שלום 🐚 a\u200fb naïve"),
    ],
)
def test_signs_that_steer_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert len(visible(text)) == len(text)


def test_a_title_takes_one_line() -> None:
    assert on_one_line("a\x00b\u202e\n\nnext\u2028") == "a␀b�  next "
    assert clip("T\x1b[2J\u202e\n\nnext", 100) == "T␛[2J� next"


def test_nothing_printed_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("\x1b[2J\u202ex")
    assert capsys.readouterr().out == "␛[2J�x\n"
    say("\x1b]0;x\x07\u202e.pdf: no PDF")
    assert capsys.readouterr().err == "citebot: ␛]0;x␇�.pdf: no PDF\n"
