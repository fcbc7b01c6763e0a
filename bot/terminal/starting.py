"""The start of every command: the settings, and the library, which takes a moment."""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

from bot.messages.signs import visible

if TYPE_CHECKING:
    from bot.messages.texts import Texts
    from bot.settings import Settings
    from index.errors import CitebotError
    from index.library import Library

__all__ = [
    "finished",
    "library_of",
    "open_library",
    "read_settings",
    "say",
    "terminal_texts",
    "worded",
]


def read_settings() -> Settings:
    """Return the settings, or raise SettingsError; report variables that are not settings."""
    from bot.settings import Settings, unknown, unread

    # it has words of its own for such a line, each time that the file is read
    logging.getLogger("dotenv.main").setLevel(logging.ERROR)
    for line in unread():
        say(terminal_texts()("cli_unread_line", number=line))
    for name, meant in unknown().items():
        key = "cli_unknown_setting_meant" if meant else "cli_unknown_setting"
        say(terminal_texts()(key, name=name, meant=meant))
    return Settings.read()


def open_library(settings: Settings) -> Library:
    """Return the library of these settings; announce that it starts."""
    # the imports of the index take a moment; the person should know why
    say(terminal_texts()("cli_starting"))
    finished(settings)
    return library_of(settings)


def finished(settings: Settings) -> None:
    """Raise SettingsError if a folder is closed to this user, or a backup half restored."""
    from index.desk.backup import UNFINISHED
    from index.errors import SettingsError

    for place in (settings.data, settings.knowledge):
        try:
            begun = (place / UNFINISHED).exists()
        except OSError as error:
            raise SettingsError(
                f"{place}: {error.strerror}; give this user rights to it, or set another folder",
                "folder_closed",
                path=place,
                reason=error.strerror,
            ) from None
        if begun:
            raise SettingsError(
                f"{place}: restoring a backup was interrupted; run citebot restore FILE again",
                "restore_unfinished",
                path=place,
            )


def library_of(settings: Settings) -> Library:
    """Return the library of these settings."""
    from index.library import Library

    return Library(
        knowledge=settings.knowledge,
        data=settings.data,
        model=settings.model,
        reranker=settings.reranker,
        database=settings.database,
        ocr_languages=settings.ocr_languages,
        max_sentences=settings.max_sentences,
    )


def worded(error: CitebotError) -> str:
    """Return an error in the language of this terminal."""
    return terminal_texts().reason(error)


def terminal_texts() -> Texts:
    """Return the words of CITEBOT_LANGUAGE, else of the locale, also if a setting is wrong."""
    from bot.messages.texts import texts_for
    from bot.settings import Settings
    from index.errors import SettingsError

    try:
        language = Settings.read().language
    except SettingsError:
        language = os.environ.get("CITEBOT_LANGUAGE")
    return texts_for(language, _of_locale(), chat=False)


def _of_locale() -> str | None:
    # the first that is set holds, whatever its value, as in POSIX
    names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    # such as ru_RU.UTF-8
    return next((name.partition("_")[0].partition(".")[0] for name in names if name), None)


def say(words: str) -> None:
    """Print to the person who runs the command, on standard error."""
    # names of files are anybody's words
    print(f"citebot: {visible(words)}", file=sys.stderr, flush=True)
