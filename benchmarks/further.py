"""Further public sets: other languages, paraphrases, conversations, evidence marked by people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sets import Paragraph, PublicSet, Question, Span

__all__ = [
    "Evidence",
    "Turn",
    "chinese",
    "conversations",
    "evidence",
    "kazakh",
    "papers",
    "paraphrases",
]


@dataclass(frozen=True, slots=True)
class Turn:
    """The last question of a conversation, and what the same person asked before it, in order."""

    text: str
    earlier: tuple[str, ...]

    @property
    def before(self) -> str:
        return self.earlier[-1] if self.earlier else ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A query, its passages as files, and the parts of each that people marked; none if it is not
    relevant.
    """

    query: str
    files: dict[str, str]
    marked: dict[str, tuple[Span, ...]]


def kazakh(data: Path) -> PublicSet:
    """KazQAD: questions of exams in Kazakh, every paragraph a file."""
    rows = list(_lines(data / "kazqad" / "validation-part.jsonl"))
    asked = [
        (
            row["question"],
            row["context"],
            zip(row["answers"]["answer_start"], row["answers"]["text"], strict=True),
        )
        for row in rows
    ]
    return _set("kazqad", "kk", [(row["title"], row["context"]) for row in rows], asked)


def chinese(data: Path) -> PublicSet:
    """CMRC 2018: questions in Chinese, every paragraph a file."""
    content = json.loads((data / "cmrc2018" / "dev-part.json").read_text(encoding="utf-8"))
    paragraphs = [paragraph for each in content["data"] for paragraph in each["paragraphs"]]
    asked = [
        (
            question["question"],
            paragraph["context"],
            [(answer["answer_start"], answer["text"]) for answer in question["answers"]],
        )
        for paragraph in paragraphs
        for question in paragraph["qas"]
    ]
    return _set("cmrc", "zh", [("", paragraph["context"]) for paragraph in paragraphs], asked)


def paraphrases(data: Path) -> PublicSet:
    """The queries of qmd: keywords and paraphrases, of which the right document is known."""
    folder = data / "qmd-eval"
    files = {
        path.name: path.read_bytes().decode()
        for path in sorted(folder.glob("*.md"))
        if path.name != "SOURCES.md"
    }
    paragraphs = [Paragraph(name, (0, len(text)), text) for name, text in files.items()]
    questions = [
        Question(
            row["query"],
            tuple(n for n, each in enumerate(paragraphs) if row["document"] in each.file),
        )
        for row in _lines(folder / "queries.jsonl")
    ]
    return PublicSet("qmd", "en", files, paragraphs, questions, titled=True)


def conversations(data: Path) -> tuple[PublicSet, Sequence[Turn]]:
    """MTRAG-UN: the last turn of each conversation, answered by its reference passages or by none.

    Underspecified questions are left out: they are to be asked back.
    """
    rows = list(_lines(data / "mtrag-un" / "reference-part.jsonl"))
    texts = {each["document_id"]: each["text"] for row in rows for each in row["contexts"]}
    numbers = {id: number for number, id in enumerate(texts)}
    files = {f"{number}.txt": text for number, text in enumerate(texts.values())}
    paragraphs = [Paragraph(name, (0, len(text)), text) for name, text in files.items()]
    questions, turns = [], []
    for row in rows:
        if row["answerability"] == ["UNDERSPECIFIED"]:
            continue
        said = [turn["text"] for turn in row["input"] if turn["speaker"] == "user"]
        gold = tuple(numbers[each["document_id"]] for each in row["contexts"])
        questions.append(Question(said[-1], gold))
        turns.append(Turn(said[-1], tuple(said[:-1])))
    return PublicSet("mtrag", "en", files, paragraphs, questions, titled=False), turns


def evidence(data: Path) -> list[Evidence]:
    """ACL-Verbatim: queries of a search in papers; passages that nobody judged are left out."""
    found = []
    for row in _lines(data / "acl-verbatim" / "gold-part.jsonl"):
        judged = [each for each in row["results"] if each["relevance_label"] in ("r", "n")]
        files = {f"{number}.txt": each["chunk"] for number, each in enumerate(judged)}
        marked = {
            f"{number}.txt": tuple(_places(each["chunk"], each["gold_extraction"]))
            for number, each in enumerate(judged)
        }
        found.append(Evidence(row["query"], files, marked))
    return found


def papers(data: Path) -> PublicSet:
    """ACL-Verbatim: all its passages together, each a file of its own, and its queries."""
    found = evidence(data)
    texts = list(dict.fromkeys(text for each in found for text in each.files.values()))
    files = {f"{number}.txt": text for number, text in enumerate(texts)}
    paragraphs = [Paragraph(name, (0, len(text)), text) for name, text in files.items()]
    questions = [
        Question(
            each.query,
            tuple(texts.index(each.files[name]) for name, marked in each.marked.items() if marked),
        )
        for each in found
    ]
    return PublicSet("acl-verbatim", "en", files, paragraphs, questions, titled=False)


def _places(text: str, parts: Iterable[str]) -> Iterator[Span]:
    # the evidence is kept in capitals or with other blanks
    folded = text.casefold()
    for part in parts:
        at = folded.find(part.casefold())
        if at >= 0:
            yield at, at + len(part)


def _set(
    name: str,
    language: str,
    texts: Sequence[tuple[str, str]],
    asked: Iterable[tuple[str, str, Iterable[tuple[int, str]]]],
) -> PublicSet:
    """A set of titled paragraphs, each a file of its own."""
    files: dict[str, str] = {}
    paragraphs: list[Paragraph] = []
    numbers: dict[str, int] = {}
    for title, text in texts:
        if text not in numbers:
            above = f"{title}\n\n" if title else ""
            numbers[text] = len(paragraphs)
            file = f"{len(paragraphs)}.txt"
            files[file] = above + text
            paragraphs.append(Paragraph(file, (len(above), len(above) + len(text)), text))
    questions = []
    for question, text, answers in asked:
        home = paragraphs[numbers[text]]
        first = home.span[0]
        spans = tuple((first + start, first + start + len(words)) for start, words in answers)
        questions.append(Question(question, (numbers[text],), home.file, spans))
    return PublicSet(name, language, files, paragraphs, questions, titled=bool(texts[0][0]))


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
