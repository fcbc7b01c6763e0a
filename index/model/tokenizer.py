"""From texts to the numbers of a model's pieces, and the place of each piece in the text."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from index.model.weights import Vocabulary
from index.types import Span

__all__ = ["JsonTokenizer", "SentencePieces", "Tokenizer", "write_pieces"]

Pieces = tuple[list[int], list[Span]]
"""The numbers of a text's pieces and their places; pieces of no text are at (0, 0)."""

_NOWHERE = Span(0, 0)


class Tokenizer(Protocol):
    """Cuts texts into pieces, at most as many as the model reads."""

    def encode(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the pieces of each text, with the marks of begin and end."""


class JsonTokenizer:
    """A tokenizer.json, as the library tokenizers reads it."""

    def __init__(self, file: Path, limit: int) -> None:
        from tokenizers import Tokenizer as Engine

        self._engine = Engine.from_file(str(file))
        self._engine.no_padding()
        self._engine.enable_truncation(limit)

    def encode(self, texts: Sequence[str]) -> list[Pieces]:
        found = self._engine.encode_batch(list(texts))
        return [(each.ids, [Span(*pair) for pair in each.offsets]) for each in found]


class SentencePieces:
    """A SentencePiece model. Its trie takes a fifth of the memory of a tokenizer.json."""

    def __init__(self, file: Path, limit: int) -> None:
        from sentencepiece import SentencePieceProcessor

        self._engine: Any = SentencePieceProcessor(model_file=str(file))
        self._limit = limit - 2

    def encode(self, texts: Sequence[str]) -> list[Pieces]:
        begin, end = self._engine.bos_id(), self._engine.eos_id()
        found: list[Pieces] = []
        for text in texts:
            # one by one: for a list it starts a thread, which takes longer than a question
            cut = self._engine.encode(text, return_type="offset_mapping")
            numbers = [begin, *cut["ids"][: self._limit], end]
            places = [_trimmed(text, *pair) for pair in cut["offsets"][: self._limit]]
            found.append((numbers, [_NOWHERE, *places, _NOWHERE]))
        return found


def write_pieces(vocabulary: Vocabulary, file: Path) -> None:
    """Write a SentencePiece model of these pieces, with the normalisation of XLM-R's tokenizer.

    The library writes only what it trained. So it trains on one line, and its pieces are replaced:
    the file is a message of protocol buffers, whose first field repeats for each piece.
    """
    from sentencepiece import SentencePieceTrainer

    trained = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(["a"]),
        model_writer=trained,
        vocab_size=8,
        hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc",
        bos_id=vocabulary.begin,
        eos_id=vocabulary.end,
        pad_id=vocabulary.pad,
        unk_id=vocabulary.unknown,
        minloglevel=2,
    )
    rest = b"".join(raw for number, raw in _fields(trained.getvalue()) if number != 1)
    special = {vocabulary.begin, vocabulary.end, vocabulary.pad}
    with file.open("wb") as stream:
        for number, (piece, score) in enumerate(
            zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True)
        ):
            kind = _UNKNOWN if number == vocabulary.unknown else _NORMAL
            if number in special or piece == "<mask>":
                kind = _CONTROL
            spelt = piece.encode()
            body = b"\x0a" + _varint(len(spelt)) + spelt + b"\x15" + struct.pack("<f", score)
            body += b"\x18" + _varint(kind)
            stream.write(b"\x0a" + _varint(len(body)) + body)
        stream.write(rest)


# The types of pieces in sentencepiece_model.proto.
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3


def _fields(message: bytes) -> list[tuple[int, bytes]]:
    """Return the number and the bytes of each field of a message whose fields all have a length."""
    found, at = [], 0
    while at < len(message):
        start = at
        key, at = _read_varint(message, at)
        length, at = _read_varint(message, at)
        at += length
        found.append((key >> 3, message[start:at]))
    return found


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while message[at] > 127:
        value |= (message[at] & 127) << shift
        shift += 7
        at += 1
    return value | message[at] << shift, at + 1


def _trimmed(text: str, start: int, end: int) -> Span:
    """Return the place of a piece without the space before it."""
    while start < end and text[start].isspace():
        start += 1
    return Span(start, end) if start < end else _NOWHERE
