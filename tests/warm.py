"""What each fork finds loaded: libraries, the words of the bot, the default model's pieces."""

from __future__ import annotations

import functools
import gc
import importlib
import os
import pkgutil
from pathlib import Path

import sentencepiece

import bot.terminal
from bot.messages import texts
from index.model import convert, origin
from index.text import languages, messages

__all__: list[str] = []

for _found in pkgutil.iter_modules(bot.terminal.__path__, "bot.terminal."):
    importlib.import_module(_found.name)
for _name in ("bot.app", "bot.journal", "index.library"):
    importlib.import_module(_name)
for _language in texts.languages():
    texts.texts_for(_language)
messages.read("When is bread baked?")
languages.detect("When is bread baked?")


@functools.cache
def _loaded(file: str) -> sentencepiece.SentencePieceProcessor:
    """It takes each process half a second otherwise."""
    return _engine(model_file=file)


def _once(model_file: str) -> sentencepiece.SentencePieceProcessor:
    return _loaded(os.path.realpath(model_file))


_engine = sentencepiece.SentencePieceProcessor
sentencepiece.SentencePieceProcessor = _once  # type: ignore[misc,assignment]
# set once the tests have converted the model
if _models := os.environ.get("TESTED_MODELS"):
    _default = convert.converted(origin.find(origin.default_model()), Path(_models))
    _once(str(_default / "pieces.model"))
# forks share these pages as long as no one writes to them
gc.collect()
gc.freeze()
