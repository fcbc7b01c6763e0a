"""`make screenshots`: run the bot through the scenes and write a picture of each, and a moving one
of the terminal; with a folder named, write pictures of every kind of message there, in each
language.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bot.messages.texts import languages
from index.model.encoder import Encoder
from tests.screens.chromium import Chromium, MissingError
from tests.screens.every import every
from tests.screens.recording import record
from tests.screens.scenes import scenes, stage

SCREENS = Path(__file__).parent.parent.parent / "docs" / "screens"


def main(folder: str | None = None) -> str | None:
    """Write the pictures; what is missing, if something is."""
    try:
        chromium = Chromium()
    except MissingError as error:
        return str(error)
    pictures = Path(folder) if folder else SCREENS
    for language in languages() if folder else ("",):
        place = pictures / language
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as data, stage(Path(data), Encoder()) as api:
            for name, html in every(api, language) if folder else scenes(api):
                picture = place / f"{name}.png"
                chromium.photograph(html, picture)
                print(f"{picture} ({picture.stat().st_size // 1000} kB)")
    if not folder:
        record(SCREENS / "terminal.gif")
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
