"""An index is staged, looked at, and published or discarded; the golden questions guard it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from index.desk.evaluate import Golden
from index.desk.gate import RegressionError
from index.desk.staging import Report
from index.errors import (
    DamagedIndexError,
    GoldenError,
    StaleError,
    StoreError,
    UnknownGenerationError,
)
from index.library import Library
from index.model.encoder import Encoder
from index.types import Outcome, Thresholds
from tests.forks import kill_at_random
from tests.records import records

MakeLibrary = Callable[..., Library]

BREAD = "Bread is baked at night. It is sold at dawn in the old market hall."
MILK = "Milk is delivered at six. It comes from a farm on the island."
EGGS = "Eggs come on Friday. They are brown."
GOLDEN = [
    Golden(question="When is bread baked?", document="bread.txt", text="Bread is baked at night"),
    Golden(question="When is milk delivered?", document="milk.txt", text="delivered at six"),
    Golden(question="When do the eggs come?", document="eggs.txt", text="Eggs come on Friday"),
    Golden(question="Who won the chess championship?", kind="off"),
]
# It says of itself that it answers three of them better than the documents that do.
BREAKER = (
    "When is bread baked? Bread is baked at noon.\n\n"
    "When is milk delivered? Milk is delivered at noon.\n\n"
    "When do the eggs come? The eggs come at noon.\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name, text in (("bread", BREAD), ("milk", MILK), ("eggs", EGGS)):
        (folder / f"{name}.txt").write_text(text)
    return folder


@pytest.fixture
def guarded(make_library: MakeLibrary, folder: Path) -> Library:
    """A library that is built, with golden questions that are all answered rightly."""
    library = make_library()
    library.desk.index.build()
    library.desk.golden.add(GOLDEN, "Ann")
    evaluation = library.desk.golden.evaluate()
    assert evaluation
    assert evaluation.right == 1
    return library


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_staged_can_be_looked_at_and_does_not_answer(
    guarded: Library, folder: Path
) -> None:
    before = guarded.generation()
    (folder / "bread.txt").write_text(BREAD.replace("dawn", "sunrise"))
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    (folder / "broken.txt").write_bytes(b"\xff\xfe\x00\xd8 broken")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    assert (staged.changes.added, staged.changes.changed) == (("tea.txt",), ("bread.txt",))
    assert [id for id, _ in staged.changes.failed] == ["broken.txt"]
    assert staged.embedded == 2
    assert guarded.generation() == before
    assert "dawn" in guarded.ask("When is bread sold?").hits[0].passage.text
    assert guarded.history() == [before]
    with pytest.raises(UnknownGenerationError, match="is not kept"):
        guarded.desk.index.rollback(staged.generation.id)
    comparison = guarded.desk.golden.compare(staged.generation.id)
    assert comparison
    assert (comparison.lost, comparison.gained) == ([], [])
    [changed] = comparison.changed
    assert changed.before.hits[0].passage.text == BREAD
    assert "sunrise" in changed.after.hits[0].passage.text


def test_what_is_staged_survives_a_restart_and_is_published_once(
    guarded: Library, folder: Path, make_library: MakeLibrary
) -> None:
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    restarted = make_library()
    assert restarted.desk.index.staged() == staged
    assert restarted.desk.index.is_current(), "a start must not decide in the editors' place"
    published = restarted.desk.index.publish(staged.generation.id, "Ann")
    assert published == staged.generation
    assert guarded.ask("How long does tea keep?").hits[0].passage.source.id == "tea.txt"
    assert guarded.desk.index.staged() is None
    assert guarded.desk.index.publish(staged.generation.id, "Bob") == published
    publishes = [entry for entry in records(guarded.desk.audit) if entry.action == "publish"]
    assert [(entry.by, entry.what) for entry in publishes] == [
        ("Ann", published.id),
        ("citebot", publishes[-1].what),
    ]


def test_the_next_automatic_build_publishes_what_one_left_staged(
    guarded: Library, folder: Path, make_library: MakeLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = guarded.desk.index

    def end(id: str) -> None:
        raise StoreError("the network is gone")

    def ended(text: str) -> str:
        (folder / "tea.txt").write_text(text)
        with monkeypatch.context() as patch:
            patch.setattr(guarded.store, "publish", end)
            with pytest.raises(StoreError, match="network"):
                index.refresh(by="citebot")
        staged = index.staged()
        assert staged
        return staged.generation.id

    staged = ended("Tea keeps for two years.")
    report = make_library().desk.index.refresh(by="citebot")
    assert isinstance(report, Report)
    assert report.generation
    assert report.generation.id == staged
    assert index.staged() is None

    staged = ended("Tea keeps for three years.")
    index.stage(by="Ann")
    assert index.refresh(by="citebot") is None, "it waits for Ann"
    assert index.publish(staged, "Ann").id == staged

    (folder / "breaker.txt").write_text(BREAKER)
    with pytest.raises(RegressionError):
        index.refresh(by="citebot")
    assert index.refresh(by="citebot") is None, "it waits for the editors"


def test_staging_the_same_folder_twice_is_one_index(guarded: Library, folder: Path) -> None:
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    first, second = guarded.desk.index.stage(by="Ann"), guarded.desk.index.stage(by="Bob")
    assert first == second
    assert len(_files(folder.parent / "data" / "generations")) == 2


def test_a_new_stage_takes_the_place_of_the_one_before(guarded: Library, folder: Path) -> None:
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    first = guarded.desk.index.stage(by="Ann")
    (folder / "tea.txt").write_text("Tea keeps for three years.")
    second = guarded.desk.index.stage(by="Ann")
    assert first
    assert second
    with pytest.raises(StaleError, match="is not waiting to be published"):
        guarded.desk.index.publish(first.generation.id, "Ann")
    assert guarded.desk.index.publish(second.generation.id, "Ann") == second.generation
    assert first.generation not in guarded.history()


def test_a_folder_that_changed_since_is_not_published(guarded: Library, folder: Path) -> None:
    """What the editor saw in the preview is what goes live, or nothing."""
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    (folder / "tea.txt").write_text("Tea keeps for ever.")
    with pytest.raises(StaleError, match=f"changed since {staged.generation.id} was made; build"):
        guarded.desk.index.publish(staged.generation.id, "Ann")


def test_two_editors_do_not_undo_each_other(
    guarded: Library, folder: Path, make_library: MakeLibrary
) -> None:
    """Ann looks at a new index; Bob goes back to the one before; hers would undo that unseen."""
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    guarded.desk.index.build()
    (folder / "soup.txt").write_text("Soup is served hot.")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    back = make_library().desk.index.rollback(by="Bob")
    assert guarded.desk.index.staged() is not None
    with pytest.raises(StaleError, match=f"{back.id} became the index while"):
        guarded.desk.index.publish(staged.generation.id, "Ann")
    again = guarded.desk.index.stage(by="Ann")
    assert again
    assert again.changes.added == ("soup.txt", "tea.txt")
    assert guarded.desk.index.publish(again.generation.id, "Ann") == again.generation
    assert guarded.desk.index.rollback() == back


def test_discarding_leaves_no_trace_and_a_start_does_not_build_it_again(
    guarded: Library, folder: Path, make_library: MakeLibrary
) -> None:
    data = folder.parent / "data"
    before = _files(data / "generations")
    (folder / "secret.txt").write_text("The secret word is heliotrope.")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    assert guarded.desk.index.discard(staged.generation.id, "Ann")
    assert not guarded.desk.index.discard(staged.generation.id, "Bob")
    assert guarded.desk.index.staged() is None
    assert _files(data / "generations") == before
    for file in data.rglob("*"):
        assert file.is_dir() or b"heliotrope" not in file.read_bytes(), file
    assert guarded.ask("What is the secret word?").outcome is not Outcome.FOUND
    assert make_library().desk.index.is_current()
    assert records(guarded.desk.audit, 1)[0].action == "discard"
    # said again, it is done
    assert guarded.desk.index.build().published
    assert guarded.ask("What is the secret word?").outcome is Outcome.FOUND


def test_a_damaged_index_that_waits_is_made_again(guarded: Library, folder: Path) -> None:
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    file = folder.parent / "data" / "generations" / staged.generation.id / "vectors.faiss"
    file.write_bytes(b"")
    with pytest.raises(DamagedIndexError, match=r"vectors.faiss is damaged"):
        guarded.desk.index.publish(staged.generation.id, "Ann")
    assert guarded.desk.index.build().published
    assert guarded.ask("How long does tea keep?").hits[0].passage.source.id == "tea.txt"


def test_a_folder_that_is_as_it_was_leaves_nothing_waiting(guarded: Library, folder: Path) -> None:
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    assert guarded.desk.index.stage(by="Ann")
    (folder / "tea.txt").unlink()
    assert guarded.desk.index.stage(by="Ann") is None
    assert guarded.desk.index.staged() is None
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    assert not guarded.desk.index.is_current()


def test_a_document_that_breaks_three_golden_questions_is_held_back_by_a_build(
    guarded: Library, folder: Path
) -> None:
    serving = guarded.generation()
    (folder / "breaker.txt").write_text(BREAKER)
    with pytest.raises(RegressionError, match="it would lose 3 of 4 golden questions") as caught:
        guarded.desk.index.build()
    for pair, golden in zip(caught.value.comparison.lost, GOLDEN, strict=False):
        assert pair.before.golden == golden
        assert pair.before.hits[0].passage.source.id == golden.document
        assert pair.after.hits[0].passage.source.id == "breaker.txt"
    assert guarded.generation() == serving
    assert "night" in guarded.ask("When is bread baked?").hits[0].passage.text
    waiting = guarded.desk.index.staged()
    assert waiting
    assert waiting.generation.id == caught.value.id
    report = guarded.desk.index.build(force=True, by="Ann")
    assert report.published
    assert report.comparison
    assert len(report.comparison.lost) == 3
    entry = records(guarded.desk.audit)[0]
    assert (entry.by, entry.action, entry.before) == ("Ann", "publish", serving and serving.id)
    assert entry.after
    assert all(golden.id in entry.after for golden in GOLDEN[:3])


def test_a_document_that_breaks_three_golden_questions_is_held_back_at_the_publish(
    guarded: Library, folder: Path
) -> None:
    guarded.desk.documents.add("breaker.txt", BREAKER.encode(), "Ann")
    staged = guarded.desk.index.stage(by="Ann")
    assert staged
    for _ in range(2):
        with pytest.raises(RegressionError, match=f"{staged.generation.id} is held back"):
            guarded.desk.index.publish(staged.generation.id, "Ann")
    assert guarded.ask("When is bread baked?").hits[0].passage.source.id == "bread.txt"
    assert guarded.desk.index.publish(staged.generation.id, "Ann", force=True) == staged.generation


def test_a_golden_question_whose_document_is_gone_is_lost(guarded: Library) -> None:
    guarded.desk.documents.remove("milk.txt", "Ann")
    with pytest.raises(RegressionError) as caught:
        guarded.desk.index.build()
    [lost] = caught.value.comparison.lost
    assert lost.after.golden == GOLDEN[1]
    assert lost.after.rank is None
    # pinned words that were edited away count the same
    guarded.desk.documents.restore(guarded.desk.documents.trash()[0].key, "Ann")
    guarded.desk.documents.add(
        "milk.txt", MILK.replace("at six", "at 6").encode(), "Ann", replace=True
    )
    with pytest.raises(RegressionError, match="it would lose 1 of 4"):
        guarded.desk.index.build()


def test_a_first_index_and_questions_that_were_never_right_hold_nothing_back(
    make_library: MakeLibrary, folder: Path
) -> None:
    library = make_library()
    library.desk.golden.add([*GOLDEN, Golden(question="Why?", document="no.txt", text="x")], "Ann")
    first = library.desk.index.build()
    assert first.published
    assert first.comparison
    assert first.comparison.before is None
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    second = library.desk.index.build()
    assert second.comparison
    assert [result.right for result in second.comparison.after.results] == [True] * 4 + [False]


def test_golden_questions_that_cannot_be_read_hold_everything_back(
    guarded: Library, folder: Path
) -> None:
    """The gate does not open because its list is damaged."""
    golden = folder.parent / "data" / "golden.jsonl"
    golden.write_text(golden.read_text() + "{\n")
    (folder / "tea.txt").write_text("Tea keeps for two years.")
    with pytest.raises(GoldenError, match=r"golden.jsonl, line 5: "):
        guarded.desk.index.build()
    assert guarded.document("tea.txt") is None


def test_thresholds_that_would_lose_a_golden_question_are_not_applied(guarded: Library) -> None:
    before = guarded.thresholds()
    with pytest.raises(RegressionError, match="The thresholds stay as they were"):
        guarded.desk.thresholds.apply(Thresholds(related=4.5, found=5.0), "Ann")
    assert guarded.desk.index.is_current()
    assert guarded.desk.index.staged() is None
    assert guarded.desk.index.build().published is False
    assert guarded.thresholds() == before
    guarded.desk.thresholds.apply(Thresholds(related=4.5, found=5.0), "Ann", force=True)
    assert guarded.thresholds() == Thresholds(related=4.5, found=5.0)
    assert guarded.ask("When is bread baked?").outcome is Outcome.NOTHING
    changes = [entry for entry in records(guarded.desk.audit) if entry.action == "thresholds"]
    assert changes[0].after == "related 4.5, found 5.0"


def test_thresholds_of_another_version_stay_if_new_ones_are_not_applied(
    guarded: Library, folder: Path
) -> None:
    """A person who goes back to that version still has them."""
    file = folder.parent / "data" / "thresholds.json"
    file.write_text('{"fingerprint": "another", "related": 1.5, "found": 2.5}')
    with pytest.raises(RegressionError):
        guarded.desk.thresholds.apply(Thresholds(related=4.5, found=5.0), "Ann")
    assert '"related": 1.5' in file.read_text()


def test_questions_are_answered_all_through_a_build(guarded: Library, folder: Path) -> None:
    """Each is answered whole by the old index or by the new one."""
    for number in range(40):
        (folder / f"{number}.txt").write_text(f"List {number} costs {number} crowns this year.")
    seen = set()
    with ThreadPoolExecutor(1) as threads:
        building = threads.submit(guarded.desk.index.build)
        while not building.done():
            answer = guarded.ask("When is bread baked?")
            assert answer.hits[0].passage.text == BREAD
            seen.add(answer.generation.id)
        report = building.result()
    assert report.published
    assert report.generation
    assert guarded.ask("When is bread baked?").generation == report.generation
    assert seen - {report.generation.id}, "nothing was asked while it was built"


def _edit_again_and_again(root: Path, models: Path, first: int, told: Connection) -> None:
    """Add, stage, and publish or discard, over and over, telling when it begins and of each."""
    encoder = Encoder(None, models)
    # so that they die in an action and not before it
    encoder.load()
    library = Library(knowledge=root / "knowledge", data=root / "data", model=encoder)
    told.send("begun")
    for number in range(first, first + 100):
        text = f"The price of tea is {number} crowns.".encode()
        library.desk.documents.add("tea.txt", text, "Ann", replace=True)
        staged = library.desk.index.stage(by="Ann")
        assert staged
        if number % 3:
            library.desk.index.publish(staged.generation.id, "Ann")
        else:
            library.desk.index.discard(staged.generation.id, "Ann")
        told.send("done")


def test_killed_at_random_moments_of_staging_and_publishing(
    guarded: Library, folder: Path, models: Path, make_library: MakeLibrary
) -> None:
    """Whatever was published last answers, what was staged is there or not, nothing is between."""
    generations = folder.parent / "data" / "generations"
    served = set()
    for _ in kill_at_random(_edit_again_and_again, folder.parent, models, rounds=4, seed=7):
        library = make_library()
        assert library.ask("When is bread baked?").hits[0].passage.text == BREAD
        now = library.generation()
        assert now
        served.add(now.id)
        assert now in library.history()
        staged = library.desk.index.staged()
        if staged:
            assert staged.generation not in library.history()
            assert library.desk.golden.compare(staged.generation.id) is not None
        # each document is whole: its old version or its new one
        tea = folder / "tea.txt"
        if tea.exists():
            assert tea.read_text().endswith("crowns.")
        library.close()
    assert len(served) > 3, "the editors were killed before they published anything"
    library = make_library()
    (folder / "tea.txt").write_text("The price of tea is 9999 crowns.")
    assert library.desk.index.build().published
    assert "9999" in library.ask("What is the price of tea?").hits[0].passage.text
    assert library.desk.index.staged() is None
    kept = {generation.id for generation in library.history()}
    assert set(_files(generations)) == kept
