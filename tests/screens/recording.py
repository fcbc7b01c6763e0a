"""A session at the terminal, typed by a script -> a moving picture of it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyte
from PIL import Image, ImageDraw, ImageFont

__all__ = ["record"]

ROOT = Path(__file__).parents[2]
# what a new user might type, and seconds for reading the answer
_TYPED = [
    ("How many troops will take part?", 4.0),
    ("and which countries?", 4.0),
    ("How do I boil an egg?", 2.5),
    ("/quit", 1.0),
]
_COLUMNS, _ROWS = 92, 30
_KEY = 0.045  # seconds between two keys
_READY = b"\x1b[?2004h"  # pasted text will be announced: the prompt waits
_STARTING = 120  # seconds until the first prompt, at most

_COLOURS = {
    "default": "#d8dee9", "black": "#3b4252", "red": "#bf616a", "green": "#a3be8c",
    "brown": "#ebcb8b", "blue": "#81a1c1", "magenta": "#b48ead", "cyan": "#88c0d0",
    "white": "#eceff4",
}  # fmt: skip
_PAPER = "#20242c"
_SIZE, _MARGIN = 15, 12


def record(picture: Path) -> None:
    """Type a session at a real terminal and write it as a GIF."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "knowledge", Path(folder, "knowledge"))
        citebot = [sys.executable, "-m", "bot"]
        subprocess.run([*citebot, "index"], cwd=folder, check=True, capture_output=True)
        with _terminal([*citebot, "run"], folder) as ours:
            frames = list(_frames(ours))
    painter = _Painter()
    images = [painter.paint(screen) for screen, _ in frames]
    lasts = [round(seconds * 1000) for _, seconds in frames]
    images[0].save(
        picture, save_all=True, append_images=images[1:], duration=lasts, loop=0, optimize=True
    )


_Screen = list[list[tuple[str, str, bool]]]
"""Rows of characters, each with its colour and whether it is bold."""


def _frames(ours: int) -> Iterator[tuple[_Screen, float]]:
    """Type; yield what the screen shows after each key and answer, and for how many seconds."""
    screen = pyte.Screen(_COLUMNS, _ROWS)
    stream = pyte.ByteStream(screen)
    _feed(ours, stream, _STARTING)
    yield _shown(screen), 1
    for text, seconds in _TYPED:
        for key in text:
            os.write(ours, key.encode())
            _feed(ours, stream, _KEY)
            yield _shown(screen), _KEY
        os.write(ours, b"\r")
        _feed(ours, stream, _STARTING)
        yield _shown(screen), seconds


def _feed(ours: int, stream: Any, patience: float) -> None:
    """Show what comes until the prompt waits, or for so many seconds."""
    end = time.monotonic() + patience
    while (left := end - time.monotonic()) > 0 and select.select([ours], [], [], left)[0]:
        try:
            data = os.read(ours, 65_536)
        except OSError:  # how Linux tells the end of a pseudo-terminal
            return
        stream.feed(data)
        if _READY in data or not data:
            end = time.monotonic() + _KEY


def _shown(screen: Any) -> _Screen:
    """Return what the screen shows, the cursor as a block."""
    rows = []
    for number in range(_ROWS):
        row = [screen.buffer[number][column] for column in range(_COLUMNS)]
        rows.append([(cell.data, cell.fg, cell.bold) for cell in row])
    cursor = screen.cursor
    if not cursor.hidden and cursor.x < _COLUMNS:
        rows[cursor.y][cursor.x] = ("█", "default", False)
    return rows


class _Painter:
    """Draws screens in a font of one width."""

    def __init__(self) -> None:
        self._fonts = {bold: ImageFont.truetype(_font(bold), _SIZE) for bold in (False, True)}
        self._width = round(self._fonts[False].getlength("M"))
        self._height = round(_SIZE * 1.35)

    def paint(self, screen: _Screen) -> Image.Image:
        size = _COLUMNS * self._width + 2 * _MARGIN, _ROWS * self._height + 2 * _MARGIN
        image = Image.new("RGB", size, _PAPER)
        draw = ImageDraw.Draw(image)
        for number, row in enumerate(screen):
            for column, (sign, colour, bold) in enumerate(row):
                if sign.strip():
                    place = _MARGIN + column * self._width, _MARGIN + number * self._height
                    fill = _COLOURS.get(colour, _COLOURS["default"])
                    draw.text(place, sign, fill=fill, font=self._fonts[bold])
        # few colours: a small file
        return image.quantize(32, dither=Image.Dither.NONE)


def _font(bold: bool) -> str:
    pattern = "monospace:bold" if bold else "monospace"
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", pattern], capture_output=True, text=True, check=True
    )
    return found.stdout


@contextmanager
def _terminal(command: list[str], folder: str) -> Iterator[int]:
    """Run the command on a pseudo-terminal; yield our end of it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
    settings = {name: value for name, value in os.environ.items() if name[:8] != "CITEBOT_"}
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        settings.pop(name, None)
    process = subprocess.Popen(
        command, cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
        env=settings | {"TERM": "xterm-256color"}, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    try:
        yield ours
    finally:
        process.kill()
        process.wait()
        os.close(ours)
