"""The library as its users see it: documents in, cited answers out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.desk import build
from index.errors import (
    DamagedIndexError,
    KnowledgeError,
    NoIndexError,
    OtherModelError,
    QuestionError,
    UnknownGenerationError,
)
from index.library import MAX_QUESTION, Library
from index.model.cache import EmbeddingCache
from index.model.encoder import Encoder
from index.types import EVERYTHING, Outcome, Query, Scope

MakeLibrary = Callable[..., Library]


def test_the_best_passage_comes_first_and_its_answering_sentence_is_marked(
    library: Library,
) -> None:
    answer = library.ask("When was the harbour of Lindmouth opened?")
    assert answer.outcome is Outcome.FOUND
    best = answer.hits[0]
    assert best.passage.source.id == "harbour.txt"
    assert best.passage.source.title == "The Harbour of Lindmouth"
    assert (best.passage.first_paragraph, best.passage.last_paragraph) == (1, 1)
    # the title goes with the first passage
    assert best.passage.text.startswith("The Harbour of Lindmouth\n\nThe harbour of Lindmouth was")
    document = library.document("harbour.txt")
    assert document is not None
    assert [span.of(document.text) for span in best.highlights] == [
        "The harbour of Lindmouth was opened on 4 May 1872 by the engineer Ada Brandt."
    ]


@pytest.mark.parametrize(
    "question",
    [
        "How much is a ferry ticket?",
        "Who wrote that the sea is never late?",
        "temperature for green tea",
        "Сколько книг хранится в библиотеке?",
        "🐚",
        "when does the last ferry leave in winter",
    ],
)
def test_every_quoted_character_is_a_slice_of_its_document(
    library: Library, knowledge: Path, question: str
) -> None:
    for hit in library.ask(question, top=10).hits:
        passage = hit.passage
        document = library.document(passage.source.id)
        assert document is not None
        assert document.text[passage.start : passage.end] == passage.text
        if passage.source.id.endswith(".txt"):
            file = (knowledge / passage.source.id).read_bytes().decode()
            assert file[passage.start : passage.end] == passage.text
        for highlight in hit.highlights:
            assert highlight in passage.sentences
        assert passage.sentences[0].start == passage.start
        assert passage.sentences[-1].end == passage.end


def test_a_russian_question_finds_the_russian_document(library: Library) -> None:
    answer = library.ask("В каком году открылась библиотека на Садовой улице?")
    assert answer.outcome is Outcome.FOUND
    assert answer.hits[0].passage.text.startswith("Библиотека на Садовой улице\n\nБиблиотека")


@pytest.mark.parametrize(
    "question",
    [
        "How do I repair a diesel engine?",
        "¿Quién ganó el mundial?",
        "東京の人口は?",
        "qwxz",
    ],
)
def test_what_no_document_holds_gets_nothing_and_the_nearest_titles(
    library: Library, question: str
) -> None:
    answer = library.ask(question)
    assert answer.outcome is Outcome.NOTHING
    assert answer.hits == ()
    assert len(answer.nearest) <= 2


def test_more_passages_are_given_when_asked_for_best_first(library: Library) -> None:
    hits = library.ask("When does the ferry leave?", top=5).hits
    assert len(hits) == 5
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({hit.passage.locator for hit in hits}) == 5


@pytest.mark.parametrize("question", ["", "   ", "\n\t"])
def test_an_empty_question_is_refused(library: Library, question: str) -> None:
    with pytest.raises(QuestionError, match="the question is empty"):
        library.ask(question)


def test_a_question_too_long_is_refused_with_the_limit_and_its_length(library: Library) -> None:
    with pytest.raises(QuestionError, match="100,000 characters; the limit is 1,000"):
        library.ask("a" * 100_000)
    # longer than the model reads: its end counts as words only
    long = "a b " * 240 + "boiling black tea"
    assert len(long) <= MAX_QUESTION
    assert library.rank(long).hits[0].passage.source.id == "guides/tea.md"


@pytest.mark.parametrize("question", ["\u0301", "a\u0301\u0302", "ๆๆ", "\U0001d54f ¼", "_", "\x00"])
def test_odd_characters_are_a_question_like_any_other(library: Library, question: str) -> None:
    assert len(library.rank(question, 3).hits) == 3


@pytest.mark.usefixtures("uncached")
def test_the_same_question_gives_the_same_answer_also_on_a_rebuilt_index(
    make_library: MakeLibrary, knowledge: Path, tmp_path: Path
) -> None:
    shutil.copytree(knowledge, tmp_path / "knowledge")
    library = make_library()
    library.desk.index.build()
    first = library.ask("How many steps has the lighthouse?")
    again = library.ask("How many steps has the lighthouse?")
    library.desk.index.build(rebuild=True)
    rebuilt = library.ask("How many steps has the lighthouse?")
    assert first.hits == again.hits == rebuilt.hits
    assert rebuilt.generation.id.startswith("0002-")


@pytest.mark.usefixtures("uncached")
def test_the_same_files_give_the_same_index_byte_for_byte(
    make_library: MakeLibrary, knowledge: Path, tmp_path: Path
) -> None:
    folders = []
    for data in ("one", "two"):
        library = Library(knowledge=knowledge, data=tmp_path / data, model=make_library()._encoder)
        generation = library.desk.index.build().generation
        assert generation
        folders.append(tmp_path / data / "generations" / generation.id)
    names = sorted(p.relative_to(folders[0]) for p in folders[0].rglob("*") if p.is_file())
    assert len(names) > 5
    for name in names:
        if name.name != "manifest.json":  # it says when it was built
            assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name


def test_the_vector_of_a_passage_is_the_mean_of_its_sentences_by_their_length(
    encoder: Encoder, tmp_path: Path
) -> None:
    text = "Bread costs four crowns. In winter it costs five, and at the fair it is given away."
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "bread.txt").write_text(text)
    library = Library(knowledge=tmp_path / "knowledge", data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    document = library.document("bread.txt")
    assert document
    with closing(EmbeddingCache(tmp_path / "data" / "embeddings.sqlite")) as cache:
        made = build.part(document, encoder, cache)
    [whole], [short, long] = made.whole, made.vectors
    assert np.isclose(np.linalg.norm(whole), 1, atol=1e-5)
    assert whole @ short < whole @ long
    few, many = map(len, made.tokens)
    mean = few * short + many * long
    assert np.allclose(whole, mean / np.linalg.norm(mean), atol=1e-5)


def test_a_changed_sentence_is_the_only_one_embedded(
    make_library: MakeLibrary, knowledge: Path, tmp_path: Path
) -> None:
    shutil.copytree(knowledge, tmp_path / "knowledge")
    library = make_library()
    first = library.desk.index.build()
    assert first.generation
    assert first.embedded == first.generation.sentences
    file = tmp_path / "knowledge" / "harbour.txt"
    file.write_text(file.read_text().replace("has 118 steps", "has 121 steps"))
    second = library.desk.index.build()
    assert second.changes.changed == ("harbour.txt",)
    assert second.embedded == 1
    assert "121 steps" in library.ask("How many steps has the lighthouse?").hits[0].passage.text


def test_nothing_changed_publishes_nothing(make_library: MakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("Bread is baked at night.")
    library = make_library()
    first = library.desk.index.build()
    second = library.desk.index.build()
    assert (first.published, second.published) == (True, False)
    assert second.generation == first.generation
    assert library.desk.index.is_current()


def test_a_removed_document_leaves_no_trace(make_library: MakeLibrary, tmp_path: Path) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "a.txt").write_text("Bread is baked at night.")
    (folder / "b.txt").write_text("The secret word is heliotrope.")
    library = make_library()
    library.desk.index.build()
    assert "heliotrope" in library.ask("What is the secret word?").hits[0].passage.text
    (folder / "b.txt").unlink()
    report = library.desk.index.build()
    assert report.changes.removed == ("b.txt",)
    assert all("heliotrope" not in h.passage.text for h in library.ask("secret word").hits)
    assert library.document("b.txt") is None
    assert [source.id for source, _ in library.sources()] == ["a.txt"]
    assert report.generation
    serving = tmp_path / "data" / "generations" / report.generation.id
    for file in [*serving.rglob("*"), tmp_path / "data" / "embeddings.sqlite"]:
        assert file.is_dir() or b"heliotrope" not in file.read_bytes(), file


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "a.txt").write_text("Bread is baked at night. It is sold at dawn.")
    library = make_library()
    report = library.desk.index.build(dry_run=True)
    assert report.changes.added == ("a.txt",)
    assert (report.embedded, report.published, report.generation) == (2, False, None)
    with pytest.raises(NoIndexError, match="run citebot index"):
        library.ask("When is bread baked?")


def test_a_file_that_breaks_is_named_and_its_earlier_version_still_answers(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "a.txt").write_text("Bread is baked at night.")
    (folder / "b.txt").write_text("Milk is delivered at six.")
    library = make_library()
    library.desk.index.build()
    (folder / "b.txt").write_bytes(b"\xff\xfe\x00\xd8 broken")
    (folder / "c.txt").write_text("Eggs come on Friday.")
    report = library.desk.index.build()
    assert report.changes.added == ("c.txt",)
    assert [id for id, _ in report.changes.failed] == ["b.txt"]
    assert report.changes.kept == ("b.txt",)
    assert library.ask("When is milk delivered?").hits[0].passage.source.id == "b.txt"
    assert library.failed() == report.changes.failed
    assert library.desk.index.build().published is False


def test_an_empty_folder_is_an_error_and_the_index_serves_on(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    library = make_library()
    with pytest.raises(KnowledgeError, match="no documents to read; put"):
        library.desk.index.build()
    (folder / "a.txt").write_text("Bread is baked at night.")
    library.desk.index.build()
    (folder / "a.txt").unlink()
    with pytest.raises(KnowledgeError, match="still answers"):
        library.desk.index.build()
    assert library.ask("When is bread baked?").outcome is Outcome.FOUND


def test_a_missing_folder_is_named(make_library: MakeLibrary) -> None:
    with pytest.raises(KnowledgeError, match=r"nowhere: no such folder; make it .*KNOWLEDGE"):
        make_library(knowledge="nowhere").desk.index.build()


def test_a_new_generation_is_seen_by_the_next_question_of_another_library(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    (folder / "a.txt").write_text("Bread is baked at night.")
    writer, reader = make_library(), make_library()
    writer.desk.index.build()
    assert "night" in reader.ask("When is bread baked?").hits[0].passage.text
    (folder / "a.txt").write_text("Bread is baked at noon.")
    writer.desk.index.build()
    assert "noon" in reader.ask("When is bread baked?").hits[0].passage.text


def test_rollback_answers_from_the_generation_before_and_a_restart_does_not_undo_it(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    folder = tmp_path / "knowledge"
    folder.mkdir()
    library = make_library()
    for word in ("night", "noon"):
        (folder / "a.txt").write_text(f"Bread is baked at {word}.")
        library.desk.index.build()
    back = library.desk.index.rollback()
    assert back.id.startswith("0001-")
    assert "night" in library.ask("When is bread baked?").hits[0].passage.text
    assert library.desk.index.is_current()
    assert make_library().desk.index.build().published is False
    forward = library.desk.index.rollback(library.history()[0].id)
    assert forward.id.startswith("0002-")
    assert "noon" in library.ask("When is bread baked?").hits[0].passage.text
    library.desk.index.rollback("0001" + back.id[4:])
    (folder / "a.txt").write_text("Bread is baked at dawn.")
    library.desk.index.build()
    assert "dawn" in library.ask("When is bread baked?").hits[0].passage.text
    # the one that served before, not the one that was rolled back
    assert library.desk.index.rollback() == back


def test_rollback_names_what_is_kept(make_library: MakeLibrary, tmp_path: Path) -> None:
    library = make_library()
    with pytest.raises(UnknownGenerationError, match="no earlier generation; kept: none"):
        library.desk.index.rollback()
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("Bread is baked at night.")
    built = library.desk.index.build().generation
    assert built
    with pytest.raises(UnknownGenerationError, match=f"xyz is not kept; kept: {built.id}"):
        library.desk.index.rollback("xyz")


def test_three_generations_are_kept(make_library: MakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    library = make_library()
    for number in range(5):
        (tmp_path / "knowledge" / "a.txt").write_text(f"Bread costs {number} crowns.")
        library.desk.index.build()
    assert [g.id[:4] for g in library.history()] == ["0005", "0004", "0003"]
    assert len(list((tmp_path / "data" / "generations").iterdir())) == 3


def test_an_altered_file_is_noticed_and_a_build_mends_it(
    make_library: MakeLibrary, tmp_path: Path
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("Bread is baked at night.")
    generation = make_library().desk.index.build().generation
    assert generation
    folder = tmp_path / "data" / "generations" / generation.id
    names = [p.relative_to(folder) for p in sorted(folder.rglob("*")) if p.is_file()]
    # the mark of what has served holds nothing
    names.remove(Path("published"))
    for name in names:
        serving = (
            tmp_path / "data" / "generations" / (make_library()._serving.store.current() or "")
        )
        whole = (serving / name).read_bytes()
        for damaged in (whole[: len(whole) // 2], whole[:-1] + bytes([whole[-1] ^ 1]), b""):
            (serving / name).write_bytes(damaged)
            with pytest.raises(DamagedIndexError, match=f"{name}.*run citebot index"):
                make_library().ask("When is bread baked?")
        report = make_library().desk.index.build()
        assert report.published
        assert make_library().ask("When is bread baked?").outcome is Outcome.FOUND


def test_a_damaged_pointer_changes_nothing(make_library: MakeLibrary, tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("Bread is baked at night.")
    make_library().desk.index.build()
    (tmp_path / "data" / "CURRENT").write_bytes(b"\xff\x00nonsense")
    assert make_library().ask("When is bread baked?").outcome is Outcome.FOUND
    assert not make_library().desk.index.build().published
    assert make_library().ask("When is bread baked?").outcome is Outcome.FOUND


def test_an_index_of_another_model_is_refused_and_rebuilt(
    make_library: MakeLibrary, tmp_path: Path, tiny_model: Path
) -> None:
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "a.txt").write_text("Bread is baked at night.")
    make_library().desk.index.build()
    other = Library(knowledge=tmp_path / "knowledge", data=tmp_path / "data", model=str(tiny_model))
    with pytest.raises(
        OtherModelError, match=r"built with another model \(multilingual-e5-small\)"
    ):
        other.ask("When is bread baked?")
    assert other.is_outdated()
    assert other.desk.index.build().embedded == 1
    assert not other.is_outdated()
    assert other.ask("When is bread baked?").hits[0].passage.text == "Bread is baked at night."
    with pytest.raises(OtherModelError, match="run citebot index, or set CITEBOT_MODEL back"):
        make_library().ask("When is bread baked?")


TEA = "How long does tea keep in a closed tin?"
GUIDES = Scope(frozenset({"guides"}))


def test_what_is_hidden_is_neither_quoted_nor_named_nor_counted(library: Library) -> None:
    assert library.ask(TEA).hits[0].passage.source.id == "guides/tea.md"
    hidden = library.ask(TEA, top=50, scope=GUIDES)
    assert hidden.outcome is Outcome.NOTHING
    assert hidden.documents == 2
    assert "How to brew tea" not in hidden.nearest
    assert {hit.passage.source.id for hit in library.rank(TEA, 50, GUIDES).hits} <= {
        "harbour.txt",
        "библиотека.txt",
    }
    assert [source.id for source, _ in library.sources(GUIDES)] == ["harbour.txt", "библиотека.txt"]


def test_a_folder_hides_what_lies_in_it_and_not_what_is_called_alike() -> None:
    assert not GUIDES.allows("guides/tea.md")
    assert not GUIDES.allows("guides/old/tea.md")
    assert GUIDES.allows("guides.md")
    assert GUIDES.allows("my/guides/tea.md")


def test_a_folder_is_hidden_however_its_name_is_spelt() -> None:
    """MacOS decomposes letters and ignores their case."""
    hidden = Scope(frozenset({"Pläne"}))
    for spelt in ("Pläne", "Pla\u0308ne", "pläne", "PLÄNE"):
        assert not hidden.allows(f"{spelt}/may.txt")
    assert hidden.allows("Plane/may.txt")


def test_a_question_may_be_about_one_document(library: Library) -> None:
    """Passages of others are not among its hits, however well they would fit."""
    scoped = library.rank(TEA, 50, Scope(document="harbour.txt"))
    assert {hit.passage.source.id for hit in scoped.hits} == {"harbour.txt"}
    assert len(scoped.hits) == 3
    assert not library.rank(TEA, 50, Scope(document="nowhere.txt")).hits


@pytest.mark.usefixtures("uncached")
def test_questions_asked_together_get_the_answers_they_get_alone(library: Library) -> None:
    questions = ["When was the harbour opened?", TEA, "Сколько книг хранится в библиотеке?", TEA]
    together = library.ask_together([Query(question) for question in questions])
    for question, answer in zip(questions, together, strict=True):
        alone = library.ask(question)
        assert not isinstance(answer, QuestionError)
        assert (answer.question, answer.outcome) == (question, alone.outcome)
        assert [hit.passage for hit in answer.hits] == [hit.passage for hit in alone.hits]
        assert [hit.highlights for hit in answer.hits] == [hit.highlights for hit in alone.hits]


def test_a_question_that_is_none_does_not_harm_those_beside_it(library: Library) -> None:
    scopes = (EVERYTHING, EVERYTHING, GUIDES, EVERYTHING)
    asked = [TEA, " ", TEA, "x" * (MAX_QUESTION + 1)]
    queries = [Query(question, scope=scope) for question, scope in zip(asked, scopes, strict=True)]
    seen, empty, hidden, long = library.ask_together(queries)
    assert not isinstance(seen, QuestionError)
    assert not isinstance(hidden, QuestionError)
    assert (seen.outcome, hidden.outcome) == (Outcome.FOUND, Outcome.NOTHING)
    assert "is empty" in str(empty)
    assert "1,001 characters" in str(long)


def test_half_of_a_surrogate_pair_is_read_as_a_question_mark(library: Library) -> None:
    answer = library.ask("When was the harbour \udce9 opened?")
    assert answer.question == "When was the harbour ? opened?"
    assert answer.hits[0].passage.source.id == "harbour.txt"


FAQ = """# Questions about the lamp

## How do I reset the lamp to its factory settings?

Hold the button for ten seconds, until the ring blinks red.

## Which bulbs fit?

E27, up to nine watts.

## Where do I send it for repair?

To the shop you bought it in, with the receipt.
"""


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How do I reset it to factory settings?", "Hold the button for ten seconds"),
        ("Which bulbs fit the lamp?", "E27, up to nine watts."),
        ("where to send it for repair", "To the shop you bought it in"),
    ],
)
def test_a_list_of_questions_answers_them_and_marks_what_stands_below(
    make_library: MakeLibrary, tmp_path: Path, question: str, answer: str
) -> None:
    """The words that are asked for stand in the heading alone."""
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "faq.md").write_text(FAQ)
    library = make_library()
    library.desk.index.build()
    found = library.ask(question)
    assert found.outcome is Outcome.FOUND
    [mark] = found.hits[0].highlights
    assert found.hits[0].passage.quote(mark).startswith(answer)
