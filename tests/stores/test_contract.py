"""What every store does: the same tests over files and over PostgreSQL."""

from __future__ import annotations

import gc
import weakref
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import (
    BuildLockedError,
    NoIndexError,
    OtherModelError,
    StaleError,
    StoreError,
    UnknownGenerationError,
)
from index.stores import Build, OpenGeneration, Part, Store, Wanted, vectors
from index.stores.files import FileStore
from index.stores.postgres import finding
from index.types import EVERYTHING, Generation, Omitted, Scope, Span
from tests.stores.builds import build, document, documents, passages, question
from tests.stores.conftest import MakeStore

FOLDER = {"a.txt": 0, "b/c.txt": 1, "b/d.txt": 2, "порт.txt": 3}


def _publish(store: Store, build: Build) -> Generation:
    with store.locked():
        return store.publish(store.stage(build).generation.id)


def _opened(store: Store, of: Build) -> OpenGeneration:
    _publish(store, of)
    return store.open("model")


@pytest.fixture
def reference(tmp_path: Path) -> OpenGeneration:
    """The same folder in files: what every store answers is compared with it."""
    return _opened(FileStore(tmp_path / "reference"), build(FOLDER))


def test_what_was_written_is_read_back(store: Store) -> None:
    made = build(FOLDER)
    with closing(_opened(store, made)) as opened:
        assert [opened.document(each.id) for each in documents(made)] == documents(made)
        assert opened.passages(range(len(passages(made)))) == passages(made)
        assert opened.passages([5, 0, 3]) == [passages(made)[number] for number in (5, 0, 3)]
        for each in documents(made):
            of = [passage for passage in passages(made) if passage.source == each.source]
            assert opened.passages_of(each.id) == of
            assert opened.text(each.id) == each.text
        assert opened.document("c.txt") is None
        assert opened.passages_of("c.txt") == []
        assert opened.text("c.txt") == ""
        assert list(opened.sources()) == [(each.source, 3) for each in documents(made)]
        assert opened.digests() == {each.id: each.digest for each in documents(made)}
        assert opened.omissions() == {each.id: Omitted(dropped=1) for each in documents(made)[1:]}
        assert list(opened.failed()) == [("broken.pdf", "its “table” cannot be read")]
        assert opened.thresholds == made.thresholds
        assert opened.languages == {"en"}


def test_tokens_are_those_of_the_passages_sentences(store: Store) -> None:
    made = build(FOLDER)
    with closing(_opened(store, made)) as opened:
        numbers = [7, 2, 11]
        looked = opened.look(numbers)
        assert [passage for passage, _ in looked] == [passages(made)[n] for n in numbers]
        packed = [packed for part in made.parts for packed in part.tokens]
        for number, (_, (first, second)) in zip(numbers, looked, strict=True):
            np.testing.assert_array_equal(first, packed[2 * number])
            np.testing.assert_array_equal(second, packed[2 * number + 1])


def test_what_is_stored_can_be_taken_out_whole(store: Store) -> None:
    made = build(FOLDER)
    with closing(_opened(store, made)) as opened:
        again = opened.build("base")
        for name in ("model", "fingerprint", "content", "thresholds", "dimension", "embedded"):
            assert getattr(again, name) == getattr(made, name)
        assert (list(again.failed), again.base) == (made.failed, "base")
        for part, stored in zip(made.parts, again.parts, strict=True):
            assert stored.document == part.document
            assert list(stored.passages) == list(part.passages)
            np.testing.assert_array_equal(stored.vectors, part.vectors)
            np.testing.assert_array_equal(stored.whole, part.whole)
            for one, other in zip(stored.tokens, part.tokens, strict=True):
                np.testing.assert_array_equal(one, other)


def test_a_span_finds_the_passages_that_it_touches(store: Store) -> None:
    with closing(_opened(store, build(FOLDER))) as opened:
        first, second, third = opened.passages_of("a.txt")
        assert opened.passages_at("a.txt", Span(first.end - 1, second.start + 1)) == [first, second]
        assert opened.passages_at("a.txt", Span(second.start, second.end)) == [second]
        assert opened.passages_at("a.txt", Span(third.end, third.end + 5)) == []


def test_notes_are_replaced_and_removed(make_store: MakeStore) -> None:
    store, other = make_store(), make_store()
    assert store.notes.read("golden.jsonl") is None
    store.notes.write({"golden.jsonl": b"{}\n", "GOLDEN": b"1"})
    store.notes.write({"golden.jsonl": "“порт”\0".encode()})
    assert other.notes.read("golden.jsonl") == "“порт”\0".encode()
    other.notes.write({"golden.jsonl": None, "nothing": None})
    assert store.notes.read("golden.jsonl") is None
    assert store.notes.read("GOLDEN") == b"1"


SCOPES = [
    EVERYTHING,
    Scope(frozenset({"b"})),
    Scope(frozenset({"b/c.txt", "A.TXT"})),
    Scope(document="порт.txt"),
    Scope(frozenset({"b"}), "b/c.txt"),
]


TERMS = ["harbour", "чай", "^har", "nowhere", "tide", "nowhere"]


def test_every_store_finds_the_same_passages(store: Store, reference: OpenGeneration) -> None:
    with closing(_opened(store, build(FOLDER))) as opened, closing(reference):
        for scope in SCOPES:
            assert opened.documents(scope) == reference.documents(scope)
            for seed in range(6):
                counts = ((3, 0, 0), (0, 3, 0), (0, 0, 3), (4, 2, 2), (100, 100, 100))[seed % 5]
                wanted = Wanted(question(seed), TERMS[seed % 4 :], *counts)
                one, other = opened.find(wanted, scope), reference.find(wanted, scope)
                assert list(one.numbers) == list(other.numbers)
                np.testing.assert_allclose(one.shares, other.shares, atol=1e-6)
                np.testing.assert_allclose(one.wholes, other.wholes, atol=1e-6)
                for near, same in zip(one.cosines, other.cosines, strict=True):
                    np.testing.assert_allclose(near, same, atol=1e-6)
                matching = (TERMS[seed % 4 :], seed + 1, scope)
                assert list(opened.matching(*matching)) == list(reference.matching(*matching))


def test_a_scope_far_from_the_question_gets_as_many_as_it_has(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index of neighbours meets many others first, and stops looking at some point."""
    monkeypatch.setattr(vectors, "_PROBED", 2)
    few = ("hnsw.ef_search = 20", "hnsw.max_scan_tuples = 1", "enable_sort = off")
    settings = (*finding._BY_NEIGHBOURS, *(f"SET LOCAL {each}" for each in few))
    monkeypatch.setattr(finding, "_BY_NEIGHBOURS", settings)
    made = build({f"{'far' if n % 3 else 'near'}/{n:02}.txt": n for n in range(60)}, passages=4)
    made = replace(made, parts=[_moved(part) for part in made.parts])
    with closing(_opened(store, made)) as opened:
        for scope in (Scope(frozenset({"far"})), Scope(hidden=frozenset({"near"}))):
            assert len(opened.find(Wanted(_NEAR, [], 0, 20, 0), scope).numbers) == 20
            # a passage has two sentences
            assert len(opened.find(Wanted(_NEAR, [], 20, 0, 0), scope).numbers) >= 10


_NEAR = question(99)


def _moved(part: Part) -> Part:
    """The part with its vectors near to the question, or else opposite to it."""
    by = 3 * _NEAR if part.document.source.id.startswith("near") else -3 * _NEAR
    one, whole = part.vectors + by, part.whole + by
    return replace(
        part,
        vectors=one / np.linalg.norm(one, axis=1, keepdims=True),
        whole=whole / np.linalg.norm(whole, axis=1, keepdims=True),
    )


def test_what_is_found_is_measured_as_it_is(store: Store) -> None:
    made = build(FOLDER)
    vectors = np.concatenate([part.vectors for part in made.parts])
    whole = np.concatenate([part.whole for part in made.parts])
    wanted = Wanted(question(1), [], 5, 5, 5)
    with closing(_opened(store, made)) as opened:
        found = opened.find(wanted, EVERYTHING)
        nearest = np.argsort(-(vectors @ wanted.vector))[:5] // 2
        best = np.argsort(-(whole @ wanted.vector))[:5]
        assert set(found.numbers) == {*nearest.tolist(), *best.tolist()}
        for number, cosines, cosine in zip(found.numbers, found.cosines, found.wholes, strict=True):
            expected = vectors[2 * number : 2 * number + 2] @ wanted.vector
            np.testing.assert_allclose(cosines, expected, atol=1e-6)
            assert cosine == pytest.approx(whole[number] @ wanted.vector, abs=1e-6)
        assert found.shares.tolist() == [0] * len(found.numbers)
        one = opened.measure(wanted, [found.numbers[1]])
        assert (list(one.numbers), one.shares.tolist()) == ([found.numbers[1]], [0])
        np.testing.assert_allclose(one.cosines[0], found.cosines[1], atol=1e-6)
        np.testing.assert_allclose(one.wholes, found.wholes[1:2], atol=1e-6)


def test_every_store_knows_and_weighs_the_same_words(
    store: Store, reference: OpenGeneration
) -> None:
    with closing(_opened(store, build(FOLDER))) as opened, closing(reference):
        assert opened.weights(TERMS) == pytest.approx(reference.weights(TERMS))
        assert list(opened.vocabulary()) == list(reference.vocabulary())
        assert opened.knows(["nowhere", "tide"], EVERYTHING)
        assert not opened.knows(["nowhere"], EVERYTHING)
        for each in documents(build(FOLDER)):
            others = Scope(hidden=frozenset(FOLDER) - {each.id})
            assert opened.knows(["oven"], others) == ("oven" in each.text)


def test_texts_that_hold_words_to_the_letter(store: Store) -> None:
    made = build(FOLDER)
    with closing(_opened(store, made)) as opened:
        for words in (["harbour"], ["harbour", "чай"], ["Harbour"], ["naïve", "🐚"], ["%"]):
            for scope in SCOPES:
                expected = [
                    (each.id, each.text)
                    for each in documents(made)
                    if scope.allows(each.id) and all(word in each.text for word in words)
                ]
                assert list(opened.holding(words, scope)) == expected


def test_texts_of_odd_characters_come_back_as_they_were(store: Store) -> None:
    odd = "a\0b \x01 \ufffd \ufeff e\u0301 \U0001f41a 'quoted' \\N \t %s {x}"
    made = build({"odd.txt": 0}, passages=1)
    [part] = made.parts
    changed = odd + part.document.text[len(odd) :]
    passage = replace(part.passages[0], text=changed)
    part = replace(part, document=replace(part.document, text=changed), passages=[passage])
    with closing(_opened(store, replace(made, parts=[part], terms=lambda _: ["a"]))) as opened:
        assert opened.text("odd.txt") == changed
        assert opened.passages([0]) == [passage]


def test_an_empty_store_says_what_to_run(store: Store) -> None:
    assert store.current() is None
    assert store.staged() is None
    assert store.content() is None
    assert store.discarded() is None
    assert store.history() == []
    with pytest.raises(NoIndexError, match="citebot index"):
        store.open(None)
    with pytest.raises(UnknownGenerationError, match="no earlier generation"):
        store.rollback()


def test_what_is_staged_waits_for_everyone(make_store: MakeStore) -> None:
    store, other = make_store(), make_store()
    made = build(FOLDER)
    with store.locked():
        pending = store.stage(made)
    assert other.staged() == pending
    assert other.current() is None
    with closing(other.open("model", pending.generation.id)) as waiting:
        assert waiting.passages([0]) == passages(made)[:1]
    with pytest.raises(OtherModelError, match="another model"):
        other.open("another", pending.generation.id)
    assert other.publish(pending.generation.id) == pending.generation
    assert other.publish(pending.generation.id) == pending.generation, "it is current already"
    assert store.current() == pending.generation.id
    assert store.content() == made.content
    assert (store.staged(), store.discarded()) == (None, None)
    assert store.history() == [pending.generation]


def test_what_is_staged_takes_the_place_of_what_waited(store: Store) -> None:
    with store.locked():
        first = store.stage(build({"a.txt": 0}))
        second = store.stage(build({"a.txt": 1}))
    assert store.staged() == second
    with pytest.raises(StaleError, match="build it again"):
        store.publish(first.generation.id)
    assert store.publish(second.generation.id) == second.generation


def test_what_was_begun_before_another_was_published_is_refused(store: Store) -> None:
    first = _publish(store, build({"a.txt": 0}))
    _publish(store, build({"a.txt": 1}, base=first.id))
    with store.locked():
        late = store.stage(build({"a.txt": 2}, base=first.id))
    with pytest.raises(StaleError, match="became the index while"):
        store.publish(late.generation.id)


def test_what_is_discarded_is_gone(store: Store) -> None:
    made = build(FOLDER)
    with store.locked():
        pending = store.stage(made)
    assert not store.discard("0009-12345678", for_good=True)
    assert store.discard(pending.generation.id, for_good=True)
    assert store.discarded() == made.content
    assert store.staged() is None
    with pytest.raises(StoreError):
        store.open(None, pending.generation.id)
    published = _publish(store, build({"a.txt": 0}))
    assert store.discarded() is None
    assert not store.discard(published.id, for_good=True), "what serves is not discarded"
    assert store.current() == published.id


def test_three_generations_are_kept_and_can_serve_again(store: Store) -> None:
    made: list[Generation] = []
    for seed in range(5):
        base = made[-1].id if made else None
        made.append(_publish(store, build({"a.txt": seed}, base=base)))
    assert list(store.history()) == made[:1:-1]
    assert store.rollback() == made[3]
    assert store.current() == made[3].id
    assert store.content() == build({"a.txt": 4}).content, "what was left is the newest"
    with closing(store.open("model")) as opened:
        assert opened.document("a.txt") == document("a.txt", 3)
    assert store.rollback(made[2].id) == made[2]
    with pytest.raises(UnknownGenerationError, match=f"kept: {made[4].id}"):
        store.rollback(made[0].id)
    assert store.rollback(made[4].id) == made[4]
    assert store.current() == made[4].id


def test_questions_end_on_the_generation_they_began_with(make_store: MakeStore) -> None:
    store, other = make_store(), make_store()
    before = _opened(store, build({"a.txt": 0}))
    _publish(other, build({"a.txt": 1}, base=before.generation.id))
    assert store.current() != before.generation.id
    assert before.passages_of("a.txt")[0].text == document("a.txt", 0).paragraphs[0].of(
        document("a.txt", 0).text
    )
    assert before.find(Wanted(question(3), [], 3, 0, 0), EVERYTHING).numbers
    before.close()


def test_a_generation_is_freed_with_its_last_user(store: Store) -> None:
    """The search for garbage may leave it out."""
    opened = _opened(store, build({"a.txt": 0}))
    opened.find(Wanted(question(3), [], 3, 0, 0), Scope(document="a.txt"))
    gone = weakref.ref(opened)
    gc.disable()
    try:
        opened.close()
        del opened
        assert gone() is None
    finally:
        gc.enable()


def test_one_builds_at_a_time(make_store: MakeStore) -> None:
    store, other = make_store(), make_store()
    with store.locked():
        with pytest.raises(BuildLockedError, match="being built by process"), other.locked():
            pass
        assert other.current() is None, "it may be read meanwhile"
    with other.locked():
        pass


def test_a_build_that_breaks_leaves_nothing(store: Store) -> None:
    published = _publish(store, build({"a.txt": 0}))
    made = build(FOLDER, base=published.id)
    # half of a surrogate pair, as no reader lets through
    *parts, last = made.parts
    last = replace(last, document=replace(last.document, text="\udcff"))
    broken = replace(made, parts=[*parts, last])
    with pytest.raises(StoreError, match="cannot write the index"), store.locked():
        store.stage(broken)
    assert store.staged() is None
    assert store.current() == published.id
    assert store.history() == [published]
    _publish(store, made)


def test_a_folder_without_words(store: Store) -> None:
    made = build({"a.txt": 0})
    made = replace(made, terms=lambda _: [])
    with closing(_opened(store, made)) as opened:
        assert opened.matching(["harbour"], 10, EVERYTHING).tolist() == []
        found = opened.find(Wanted(question(0), ["harbour"], 2, 2, 2), EVERYTHING)
        assert not found.shares.any()
        assert not opened.knows(["harbour"], EVERYTHING)
