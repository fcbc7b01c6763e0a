"""The public sets: documents as files, the same text as paragraphs, and judged questions."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from index import readers
from index.readers import File
from index.text import passages

__all__ = ["AS_THEY_ARE", "FOLDERS", "SETS", "Paragraph", "PublicSet", "Question", "load", "xquad"]

FOLDERS = ("squad2", "xquad", "clapnq", "scifact", "chroma_chunking")
"""The folders of the data, named in its SOURCES.md."""

AS_THEY_ARE = ("scifact", "chroma")
"""The sets whose files are the same with titles or without."""

Span = tuple[int, int]
_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What a peer ranks: `text` stands at `span` of a file, exactly or nearly so."""

    file: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question: `gold` are the numbers of the right paragraphs, empty if nothing answers.

    `answers` are ranges of `file`: the answers' own words, sentences or excerpts, where known.
    """

    text: str
    gold: tuple[int, ...]
    file: str = ""
    answers: tuple[Span, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.gold)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """One public set: `files` by name; `titled` says whether they begin with their title."""

    name: str
    language: str
    files: dict[str, str]
    paragraphs: Sequence[Paragraph]
    questions: Sequence[Question]
    titled: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question of an article's paragraph; answers are ranges of that paragraph."""

    text: str
    place: tuple[int, int] | None
    answers: tuple[Span, ...] = ()
    others: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Article:
    title: str
    paragraphs: tuple[str, ...]


def load(name: str, data: Path, *, titled: bool, sample: int | None) -> PublicSet:
    """A set as it is, or every k-th question of it so that at most `sample` are left.

    Of a sampled set only the documents that its questions need are kept and about as many others,
    so its figures are too good to be compared with those of whole sets. `titled` puts an article's
    title on the first line of its file, as people do; the peers get paragraphs either way.
    """
    return SETS[name](name, data, titled, sample)


def _squad2(name: str, data: Path, titled: bool, sample: int | None) -> PublicSet:
    """Every answerable question, and every second one of the near misses: they are many."""
    articles, asked = _squad(data / "squad2" / "dev-v2.0-part.json")
    missing = [question for question in asked if not question.place]
    left_out = {id(question) for question in missing[1::2]}
    asked = [question for question in asked if id(question) not in left_out]
    return _composed(name, "en", articles, asked, titled, sample)


def _off_topic(name: str, data: Path, titled: bool, sample: int | None) -> PublicSet:
    """Every second article in the index, every second answerable question of all of them."""
    articles, asked = _squad(data / "squad2" / "dev-v2.0-part.json")
    kept = [_Article(a.title, a.paragraphs if n % 2 == 0 else ()) for n, a in enumerate(articles)]
    questions = [
        question if question.place[0] % 2 == 0 else _Asked(question.text, None)
        for question in asked
        if question.place
    ]
    return _composed(name, "en", kept, questions[::2], titled, sample)


def xquad(language: str) -> Callable[[str, Path, bool, int | None], PublicSet]:
    """A reader of XQuAD in a language; the questions are the same, in the same order, in all."""

    def read(name: str, data: Path, titled: bool, sample: int | None) -> PublicSet:
        articles, asked = _squad(data / "xquad" / f"xquad.{language}.json")
        return _composed(name, language, articles, asked, titled, sample)

    return read


def _squad(path: Path) -> tuple[list[_Article], list[_Asked]]:
    articles, asked = [], []
    for number, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        paragraphs = article["paragraphs"]
        title = article["title"].replace("_", " ")
        articles.append(_Article(title, tuple(each["context"] for each in paragraphs)))
        for place, paragraph in enumerate(paragraphs):
            for each in paragraph["qas"]:
                answers = {
                    (answer["answer_start"], answer["answer_start"] + len(answer["text"]))
                    for answer in each["answers"]
                }
                where = None if each.get("is_impossible") else (number, place)
                asked.append(_Asked(each["question"], where, tuple(sorted(answers))))
    return articles, asked


def _clapnq(name: str, data: Path, titled: bool, sample: int | None) -> PublicSet:
    """Every passage a file; the answers are the gold sentences of all annotators."""
    numbers: dict[str, int] = {}
    articles: list[_Article] = []
    asked = []
    for part in ("answerable", "unanswerable"):
        for row in _lines(data / "clapnq" / f"dev_{part}_part.jsonl"):
            passage = row["passages"][0]
            text = passage["text"]
            if text not in numbers:
                numbers[text] = len(articles)
                articles.append(_Article(passage["title"], (text,)))
            if part == "unanswerable":
                asked.append(_Asked(row["input"], None))
                continue
            sentences = {
                sentence.strip()
                for output in row["output"]
                for sentence in output.get("selected_sentences") or ()
            }
            starts = {sentence: text.find(sentence) for sentence in sentences}
            answers = sorted((at, at + len(words)) for words, at in starts.items() if at >= 0)
            asked.append(_Asked(row["input"], (numbers[text], 0), tuple(answers)))
    return _composed(name, "en", articles, asked, titled, sample)


def _scifact(name: str, data: Path, titled: bool, sample: int | None) -> PublicSet:
    """Title and abstract are one document, for the peers one text; `titled` changes nothing."""
    folder = data / "scifact"
    corpus = list(_lines(folder / "corpus.jsonl"))
    numbers = {row["_id"]: number for number, row in enumerate(corpus)}
    judged: dict[str, list[int]] = defaultdict(list)
    for line in (folder / "qrels_test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        claim, document, relevance = line.split("\t")
        if int(relevance) > 0:
            judged[claim].append(numbers[document])
    asked = [
        _Asked(row["text"], (gold[0], 0), others=tuple((number, 0) for number in gold[1:]))
        for row in _lines(folder / "queries_test.jsonl")
        if (gold := judged.get(row["_id"]))
    ]
    articles = [_Article(row["title"], (row["text"],)) for row in corpus]
    whole = _composed(name, "en", articles, asked, True, sample)
    documents = [
        Paragraph(each.file, (0, each.span[1]), whole.files[each.file].replace("\n\n", " ", 1))
        for each in whole.paragraphs
    ]
    return replace(whole, paragraphs=documents)


def _chroma(name: str, data: Path, titled: bool, sample: int | None) -> PublicSet:
    """Five corpora searched together; the peers get the passages that the product cuts.

    The corpora are nameless files, for a name such as state_of_the_union would be read as a title.
    A sample leaves the two large corpora out.
    """
    folder = data / "chroma_chunking"
    corpora = ["chatlogs", "state_of_the_union", "wikitexts"]
    if not sample:
        corpora += ["finance", "pubmed"]
    files: dict[str, str] = {}
    paragraphs: list[Paragraph] = []
    for number, corpus in enumerate(corpora):
        file = f"{number}.txt"
        content = (folder / f"{corpus}.md").read_bytes()
        files[file] = content.decode()
        paragraphs += [
            Paragraph(file, (passage.start, passage.end), passage.text)
            for passage in passages.split(readers.read(File(file, folder / file), content))
        ]
    questions = []
    with (folder / "questions_df.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["corpus_id"] not in corpora:
                continue
            file = f"{corpora.index(row['corpus_id'])}.txt"
            excerpts = json.loads(row["references"])
            spans = tuple((each["start_index"], each["end_index"]) for each in excerpts)
            gold = tuple(
                number
                for number, each in enumerate(paragraphs)
                if each.file == file
                and any(each.span[0] < end and start < each.span[1] for start, end in spans)
            )
            questions.append(Question(row["question"], gold, file, spans))
    return PublicSet(name, "en", files, paragraphs, _every(questions, sample), titled=False)


def _composed(
    name: str,
    language: str,
    articles: Sequence[_Article],
    asked: Sequence[_Asked],
    titled: bool,
    sample: int | None,
) -> PublicSet:
    """Articles as files of paragraphs between blank lines, and where each paragraph stands."""
    asked = _every(asked, sample)
    needed = _needed(articles, asked, sample)
    files: dict[str, str] = {}
    paragraphs: list[Paragraph] = []
    numbers: dict[tuple[int, int], int] = {}
    for number, article in enumerate(articles):
        file = f"{number}.txt"
        parts = [article.title] if titled else []
        at = sum(len(part) + 2 for part in parts)
        for place, text in enumerate(article.paragraphs):
            if (number, place) in needed:
                numbers[number, place] = len(paragraphs)
                paragraphs.append(Paragraph(file, (at, at + len(text)), text))
                parts.append(text)
                at += len(text) + 2
        if len(parts) > titled:
            files[file] = "\n\n".join(parts)
    questions = []
    for each in asked:
        if each.place is None:
            questions.append(Question(each.text, ()))
            continue
        gold = tuple(numbers[place] for place in (each.place, *each.others))
        home = paragraphs[gold[0]]
        spans = tuple((home.span[0] + start, home.span[0] + end) for start, end in each.answers)
        questions.append(Question(each.text, gold, home.file, spans))
    return PublicSet(name, language, files, paragraphs, questions, titled)


def _needed(
    articles: Sequence[_Article], asked: Sequence[_Asked], sample: int | None
) -> set[tuple[int, int]]:
    """The paragraphs to keep: all, or of a sample the right ones and about as many others."""
    every = [
        (n, place) for n, article in enumerate(articles) for place in range(len(article.paragraphs))
    ]
    if not sample:
        return set(every)
    gold = {place for each in asked if each.place for place in (each.place, *each.others)}
    return gold | set(every[:: -(-len(every) // sample)])


def _every(questions: Sequence[_Each], sample: int | None) -> Sequence[_Each]:
    return questions[:: -(-len(questions) // sample)] if sample else questions


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


SETS: dict[str, Callable[[str, Path, bool, int | None], PublicSet]] = {
    "squad2": _squad2,
    "off-topic": _off_topic,
    "xquad-en": xquad("en"),
    "xquad-ru": xquad("ru"),
    "clapnq": _clapnq,
    "scifact": _scifact,
    "chroma": _chroma,
}
