"""What the tests share: the real model, loaded once, and a small folder indexed once."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.memory import Remembering

# What the person who runs the tests has set is not theirs: settings, language, terminal, warnings.
_OWN = {"COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "LANG", "LANGUAGE", "PYTHONWARNINGS"}
for _name in [*os.environ]:
    if _name in _OWN or _name.startswith(("CITEBOT_", "LC_")):
        del os.environ[_name]
_ROOT = Path(__file__).parent.parent
# Each of the processes that tests start would compile the program again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ |= {"LC_ALL": "C.UTF-8", "PYTHONPATH": str(_ROOT)}

HARBOUR = """The Harbour of Lindmouth

The harbour of Lindmouth was opened on 4 May 1872 by the engineer Ada Brandt. Its two stone piers \
are 640 metres long together. The lighthouse at the end of the northern pier has 118 steps.

Ferries leave for the island of Sorrel every two hours between April and October. A ticket costs \
£7.50, and children under 12 travel free. In winter the last ferry leaves at 4 p.m. because of the \
tides.

Dr. J. R. Hollis measured the tides here from 1901 to 1934. “The sea is never late,” he wrote in \
his diary. His instruments are shown in the museum 🐚 on Quay Street.
"""

TEA = """---
title: How to brew tea
date: 2024-03-09
language: en
url: https://tea.example/brew
---

# How to brew tea

Green tea is brewed with water of 80 degrees, black tea with *boiling* water. Leaves that steep \
longer than five minutes turn bitter.

## Storing

Tea keeps for two years in a closed tin. Light & <heat> spoil it_soon_.

- Keep it dry.
- Keep it away from coffee.
"""

RUSSIAN = """Библиотека на Садовой улице

Библиотека на Садовой улице открылась в 1956 году. В её фондах хранится 84 тысячи книг и журналов. \
Читальный зал работает с 9 до 21 часа, кроме понедельника.

Директор библиотеки, А. С. Петрова, пришла сюда в 1998 г. молодым специалистом. Она основала \
детский клуб «Закладка», где занимаются 120 школьников.
"""


@pytest.fixture(scope="session", autouse=True)
def elsewhere() -> Iterator[None]:
    """Run in a folder in which no .env is."""
    before = Path.cwd()
    os.chdir(_ROOT / "docs")
    yield
    os.chdir(before)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the models are kept that the tests have converted, one folder for the run.

    A data directory of which another process is to make use gets a link to it, `models`.
    """
    temporary = tmp_path_factory.getbasetemp()
    # each worker has a folder in that of the run
    run = temporary.parent if "PYTEST_XDIST_WORKER" in os.environ else temporary
    folder = run / "models"
    folder.mkdir(exist_ok=True)
    os.environ["TESTED_MODELS"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def encoder(models: Path) -> Remembering:
    """The default model."""
    return Remembering(None, models)


@pytest.fixture
def uncached(encoder: Remembering) -> Iterator[None]:
    """Embed each text each time: for tests of what the model itself returns."""
    encoder.remembers = False
    yield
    encoder.remembers = True


@pytest.fixture
def make_library(tmp_path: Path, encoder: Encoder) -> Callable[..., Library]:
    """Makes a library of a folder and a data directory below the test's own, on one model."""

    def make(
        knowledge: str = "knowledge", data: str = "data", max_sentences: int | None = None
    ) -> Library:
        settings = IndexSettings(knowledge=tmp_path / knowledge, data=tmp_path / data)
        return Library(
            knowledge=settings.knowledge,
            data=settings.data,
            model=encoder,
            max_sentences=max_sentences,
        )

    return make


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of three documents in two formats and two languages."""
    folder = tmp_path_factory.mktemp("knowledge")
    (folder / "harbour.txt").write_text(HARBOUR, encoding="utf-8")
    (folder / "guides").mkdir()
    (folder / "guides" / "tea.md").write_text(TEA, encoding="utf-8")
    (folder / "библиотека.txt").write_text(RUSSIAN, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def library(
    knowledge: Path, encoder: Encoder, models: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """The library of `knowledge`, built. Tests only ask it; what changes it makes its own."""
    data = tmp_path_factory.mktemp("data")
    (data / "models").symlink_to(models)
    library = Library(knowledge=knowledge, data=data, model=encoder)
    library.desk.index.build()
    yield library
    library.close()


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sentence-transformers model of two small layers and random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("tiny")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{x}" for x in letters),
    ]
    (folder / "vocab.txt").write_text("\n".join(vocabulary))
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"), max_seq_length=64)
    pooling = Pooling(transformer.get_embedding_dimension())
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(folder / "model"))
    return folder / "model"
