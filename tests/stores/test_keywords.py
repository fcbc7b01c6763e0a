"""The words of an index: BM25 as Lucene has it, whichever way the index is written and searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log
from pathlib import Path

import bm25s
import numpy as np
import pytest

from index.stores.keywords import ALL, Keywords
from index.stores.postings import Postings

PASSAGES = [["ship", "sea", "sea"], ["ship", "harbour"], ["tea"], []]


Make = Callable[[Sequence[Sequence[str]]], Keywords]


@pytest.fixture(params=[0, ALL], ids=["many", "few"])
def index(tmp_path: Path, request: pytest.FixtureRequest) -> Make:
    """Makes an index of passages given as their terms; few are searched in another way."""

    def make(passages: Sequence[Sequence[str]], held: int = 1_000) -> Keywords:
        folder = tmp_path / f"words{len(list(tmp_path.iterdir()))}"
        postings = Postings(folder, held)
        for terms in passages:
            postings.add(terms)
        postings.close()
        return Keywords(folder, request.param)

    return make


def _made_up(count: int) -> list[list[str]]:
    random = np.random.default_rng(5)
    sizes = random.integers(0, 9, count)
    return [[f"w{word}" for word in random.zipf(1.4, size)] for size in sizes]


def test_share_is_bm25_over_the_weight_of_what_was_asked(index: Make) -> None:
    """The figures follow from Lucene's formula with k1 = 1.2 and b = 0.75, terms given twice."""
    words = index([[*passage, *passage] for passage in PASSAGES])
    [share, *_] = words.shares(["sea", "whale"], range(4))
    # a small collection weighs terms as one of a thousand passages does
    idf = log(1 + (1_000 - 1 + 0.5) / (1 + 0.5))
    unknown = log(1 + (1_000 + 0.5) / 0.5)
    tf = 2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / 1.5))
    assert share == pytest.approx(idf * tf / (idf + unknown), rel=1e-5)


def test_a_term_counts_once_however_often_it_is_asked(index: Make) -> None:
    words = index(PASSAGES)
    assert words.shares(["sea"], [0, 1]).tolist() == words.shares(["sea", "sea"], [0, 1]).tolist()


def test_unknown_words_and_no_words_share_nothing(index: Make) -> None:
    words = index(PASSAGES)
    assert words.shares(["whale"], range(4)).tolist() == [0, 0, 0, 0]
    assert words.shares([], range(4)).tolist() == [0, 0, 0, 0]


def test_passages_without_any_word_can_be_indexed(index: Make) -> None:
    words = index([[], []])
    assert words.shares(["sea"], [0, 1]).tolist() == [0, 0]
    assert words.best(["sea"], 5).tolist() == []


def test_the_best_are_those_of_all_by_share_and_place(index: Make) -> None:
    words = index(_made_up(300))
    random = np.random.default_rng(6)
    shown = random.random(300) < 0.5
    for number in range(40):
        question = [f"w{word}" for word in random.zipf(1.4, 4)] + ["nowhere"] * (number % 2)
        shares = words.shares(question, range(300))
        order = sorted(np.flatnonzero(shares > 0).tolist(), key=lambda n: (-shares[n], n))
        for count in (1, 5, 20):
            assert words.best(question, count).tolist() == order[:count]
            among = [n for n in order if shown[n]]
            assert words.best(question, count, shown).tolist() == among[:count]


@pytest.mark.parametrize("count", [1, 1_500])
def test_written_in_one_piece_or_in_many_the_scores_are_those_of_bm25s(
    tmp_path: Path, count: int
) -> None:
    made = [["w1", "w1", "w2"], *_made_up(count)]
    known = sorted({term for terms in made for term in terms})
    numbers = {term: number for number, term in enumerate(known)}
    engine = bm25s.BM25(method="lucene", k1=2.4, b=0.75)
    ids = [[numbers[term] for term in terms] for terms in made]
    engine.index((ids, numbers), create_empty_token=False, show_progress=False)
    factor = 1.0 if count > 1 else None
    files: list[dict[str, bytes]] = []
    for held in (10**6, 100):
        folder = tmp_path / f"words{held}"
        postings = Postings(folder, held)
        for terms in made:
            postings.add(terms)
        postings.close()
        files.append({path.name: path.read_bytes() for path in sorted(folder.iterdir())})
        holding = np.load(folder / "indices.csc.index.npy")
        assert holding.tolist() == engine.scores["indices"].tolist()
        if factor:
            scores = np.load(folder / "data.csc.index.npy")
            assert scores.tolist() == engine.scores["data"].tolist()
    assert files[0] == files[1]
