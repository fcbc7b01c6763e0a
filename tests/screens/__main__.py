"""`make screenshots`: run the bot through the scenes and write a picture of each."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from index.model.encoder import Encoder
from tests.screens.chromium import Chromium, MissingError
from tests.screens.scenes import scenes, stage

SCREENS = Path(__file__).parent.parent.parent / "docs" / "screens"


def main() -> str | None:
    """Write the pictures; what is missing, if something is."""
    try:
        chromium = Chromium()
    except MissingError as error:
        return str(error)
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, stage(Path(folder), Encoder()) as api:
        for name, html in scenes(api):
            picture = SCREENS / f"{name}.png"
            chromium.photograph(html, picture)
            print(f"{picture} ({picture.stat().st_size // 1000} kB)")
    return None


if __name__ == "__main__":
    sys.exit(main())
