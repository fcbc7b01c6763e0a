"""Builds made up for the stores' tests: texts in several scripts, vectors that have neighbours."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index.stores import Build, Part
from index.types import Document, Heading, Omission, Passage, Source, Span, Thresholds

__all__ = ["DIMENSION", "build", "document", "documents", "passages", "question"]

DIMENSION = 32

_WORDS = "harbour pier tide ferry lamp bread oven milk farm чай порт 海 café naïve 🐚 tin".split()


def question(seed: int) -> NDArray[np.float32]:
    """A vector of length one."""
    return np.asarray(_units(np.random.default_rng(seed), 1)[0])


def document(id: str, seed: int = 0, paragraphs: int = 3) -> Document:
    """A document of short paragraphs, each with two sentences."""
    random = np.random.default_rng([seed, *id.encode()])
    text, spans, sentences = "", [], []
    for _ in range(paragraphs):
        text += "\n\n" if text else ""
        begin = len(text)
        for _ in range(2):
            text += " " if len(text) > begin else ""
            words = random.choice(_WORDS, size=int(random.integers(3, 9)))
            sentences.append(Span(len(text), len(text) + len(" ".join(words)) + 1))
            text += " ".join(words) + "."
        spans.append(Span(begin, len(text)))
    return Document(
        source=Source(
            id, f"Of {id}", "en", f"https://docs.example/{id}", datetime.date(2024, 2, 29)
        ),
        text=text,
        paragraphs=tuple(spans),
        sentences=tuple(sentences),
        headings=(Heading(0, 4, 1, "A “heading” with \\ and 'signs'"),),
        pages=(Span(0, len(text)),),
        digest=hashlib.sha256(text.encode()).hexdigest(),
        labels=(sentences[0],),
        omissions=(Omission("furniture", "Page 1\tof 2\n"),) if seed else (),
    )


def build(
    documents: Mapping[str, int],
    base: str | None = None,
    passages: int = 3,
    fingerprint: str = "model",
) -> Build:
    """A build of documents given as their ids with a seed for their words."""
    parts = [_part(document(id, seed, passages)) for id, seed in sorted(documents.items())]
    return Build(
        model="a model",
        fingerprint=fingerprint,
        content=hashlib.sha256(repr(sorted(documents.items())).encode()).hexdigest(),
        thresholds=Thresholds(0.25, 0.5),
        parts=parts,
        dimension=DIMENSION,
        terms=_terms,
        failed=[("broken.pdf", "its “table” cannot be read")],
        base=base,
        embedded=sum(len(part.vectors) for part in parts),
    )


def documents(build: Build) -> list[Document]:
    """The documents of a build."""
    return [part.document for part in build.parts]


def passages(build: Build) -> list[Passage]:
    """The passages of a build."""
    return [passage for part in build.parts for passage in part.passages]


def _part(document: Document) -> Part:
    split = _passages(document)
    sentences = [each for passage in split for each in map(passage.quote, passage.sentences)]
    # the same text has the same vector, wherever it stands
    return Part(
        document,
        split,
        _vectors(sentences),
        _vectors([passage.text for passage in split]),
        [_tokens(sentence) for sentence in sentences],
    )


def _passages(document: Document) -> list[Passage]:
    return [
        Passage(
            source=document.source,
            text=span.of(document.text),
            start=span.start,
            end=span.end,
            sentences=document.sentences[2 * number : 2 * number + 2],
            first_paragraph=number + 1,
            last_paragraph=number + 1,
            heading=None if number else "A heading",
            page=number + 1 if number else None,
            labels=document.labels if number == 0 else (),
        )
        for number, span in enumerate(document.paragraphs)
    ]


def _terms(passage: Passage) -> list[str]:
    words = passage.text.replace(".", "").split()
    return [*words, *words, *(f"^{word[:3]}" for word in words if len(word) > 4)]


def _vectors(texts: list[str]) -> NDArray[np.float32]:
    return np.stack([question(int.from_bytes(_hash(text))) for text in texts])


def _tokens(text: str) -> NDArray[np.uint8]:
    # a sentence of signs alone has none
    count = 0 if text.startswith("🐚") else len(text.split())
    random = np.random.default_rng(int.from_bytes(_hash(text)))
    return random.integers(0, 256, size=(count, DIMENSION // 8), dtype=np.uint8)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:8]


def _units(random: np.random.Generator, count: int) -> NDArray[np.float32]:
    vectors = random.standard_normal((count, DIMENSION), dtype=np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
