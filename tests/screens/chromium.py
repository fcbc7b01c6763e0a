"""A page -> a PNG, by a Chromium without a window."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

__all__ = ["WIDTH", "Chromium", "MissingError"]

WIDTH = 420  # pixels of the page, about a phone's; the picture has twice as many
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # the picture is taken when all of the page is painted
    "--run-all-compositor-stages-before-draw",
    "--virtual-time-budget=2000",
    "--force-device-scale-factor=2",
]


class MissingError(Exception):
    """There is no Chromium; the message says how to install one."""


class Chromium:
    """The browser that is installed; MissingError if there is none."""

    def __init__(self) -> None:
        found = next(filter(None, map(shutil.which, _NAMES)), None)
        if found is None:
            raise MissingError(
                "no Chromium found; on Debian or Ubuntu: "
                "apt-get install chromium fonts-noto-core fonts-noto-color-emoji"
            )
        self._program = found

    def photograph(self, html: str, picture: Path) -> None:
        """Write the page as a PNG as wide as a phone and as high as the page is."""
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder, "page.html")
            page.write_text(html, encoding="utf-8")
            shown = self._run(folder, "--dump-dom", page.as_uri())
            height = re.search(r'<html[^>]* data-height="(\d+)"', shown)
            if height is None:
                raise RuntimeError(f"{self._program}: the page has no height: {shown[:200]!r}")
            size = f"--window-size={WIDTH},{height[1]}"
            self._run(folder, size, f"--screenshot={picture.absolute()}", page.as_uri())

    def attribute(self, address: str, name: str) -> str | None:
        """Return what the page of an address has written of itself into `data-NAME`; None for
        nothing.
        """
        with tempfile.TemporaryDirectory() as folder:
            shown = self._run(folder, "--window-size=800,600", "--dump-dom", address)
        found = re.search(rf'<html[^>]* data-{name}="([^"]*)"', shown)
        return found[1] if found else None

    def _run(self, folder: str, *arguments: str) -> str:
        profile = f"--user-data-dir={tempfile.mkdtemp(dir=folder)}"
        return subprocess.run(
            [self._program, *_QUIET, profile, *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=180,
            check=True,
        ).stdout
