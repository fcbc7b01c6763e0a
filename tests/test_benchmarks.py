"""The benchmark's measures on cases worked out by hand, and what it says without its data."""

from __future__ import annotations

import hashlib
import math
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from benchmarks import costs, fetch, measures, report, run, sets, weights
from benchmarks.judge import judge
from benchmarks.measures import Shared
from benchmarks.results import Run
from benchmarks.sets import Paragraph, PublicSet, Question
from benchmarks.systems import SYSTEMS, Found, Reply


def test_first_at_looks_at_the_first_k_hits() -> None:
    hits = [False, False, True]
    assert [measures.first_at(hits, k) for k in (1, 2, 3)] == [0, 0, 1]
    assert measures.first_at([], 1) == 0


def test_reciprocal_rank_is_of_the_first_right_hit() -> None:
    assert measures.reciprocal_rank([True, True]) == 1
    assert measures.reciprocal_rank([False, False, True, True]) == pytest.approx(1 / 3)
    assert measures.reciprocal_rank([False, False]) == 0


def test_ndcg_of_one_right_document_is_its_discount() -> None:
    assert measures.ndcg([7, 3, 5], {7}) == 1
    assert measures.ndcg([3, 7, 5], {7}) == pytest.approx(1 / math.log2(3))
    assert measures.ndcg([3, 5], {7}) == 0


def test_ndcg_of_several_is_against_their_best_order() -> None:
    # places 1 and 3 of two: (1 + 1/2) / (1 + 1/log2(3))
    assert measures.ndcg([1, 9, 2], {1, 2}) == pytest.approx(1.5 / (1 + 1 / math.log2(3)))


def test_ndcg_cuts_both_orders_at_k() -> None:
    assert measures.ndcg(list(range(20)), set(range(20)), k=10) == pytest.approx(1)
    assert measures.ndcg([*range(10, 20), 0], {0}, k=10) == 0


def test_auroc_counts_pairs_and_half_of_ties() -> None:
    assert measures.auroc([2, 3], [0, 1]) == 1
    assert measures.auroc([0, 1], [2, 3]) == 0
    assert measures.auroc([1, 1], [1, 1]) == 0.5
    # of six pairs four are above and one is level
    assert measures.auroc([1, 3, 5], [1, 2]) == pytest.approx(4.5 / 6)


def test_a_threshold_keeps_at_least_the_part_asked_for() -> None:
    scores = [float(number) for number in range(100)]
    threshold = measures.kept_threshold(scores, 0.95)
    assert threshold == 5
    assert sum(score >= threshold for score in scores) == 95


def test_refused_is_the_part_below_the_threshold() -> None:
    answerable = [float(number) for number in range(100)]
    assert measures.refused(answerable, [1, 4, 5, 6]) == 0.5
    assert measures.refused(answerable, [5, 6]) == 0


def test_risk_grows_with_coverage_where_the_unsure_answers_are_wrong() -> None:
    coverage, risk = measures.risk_coverage([0.9, 0.8, 0.2, 0.1], [True, True, False, False])
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1]
    assert risk.tolist() == pytest.approx([0, 0, 1 / 3, 1 / 2])


def test_equal_scores_are_answered_together() -> None:
    coverage, risk = measures.risk_coverage([1, 1, 0], [True, False, True])
    assert coverage.tolist() == pytest.approx([2 / 3, 1])
    assert risk.tolist() == pytest.approx([1 / 2, 1 / 3])


@pytest.mark.parametrize(
    ("one", "two", "shared"),
    [((0, 10), (5, 20), 5), ((0, 10), (10, 20), 0), ((0, 30), (5, 20), 15), ((8, 9), (0, 2), 0)],
)
def test_overlap(one: tuple[int, int], two: tuple[int, int], shared: int) -> None:
    assert measures.overlap(one, two) == measures.overlap(two, one) == shared


def test_recall_is_the_part_of_the_right_ones_that_was_found() -> None:
    assert measures.recall([3, 7, 5], {7, 9}) == 0.5
    assert measures.recall([], {7}) == 0


def test_characters_shared_by_what_is_wanted_and_found() -> None:
    # 10 wanted, 20 found, 5 of them shared: 5 / 10, 5 / 20 and 5 / 25
    assert measures.characters([(0, 10)], [(5, 25)]) == Shared(recall=0.5, precision=0.25, iou=0.2)
    assert measures.characters([(0, 10)], [(0, 10)]) == Shared(1, 1, 1)
    assert measures.characters([(0, 10)], []) == Shared(0, 0, 0)


def test_characters_found_twice_count_once_and_elsewhere_in_full() -> None:
    assert measures.characters([(0, 10), (5, 20)], [(0, 8), (4, 20)]) == Shared(1, 1, 1)
    # 10 wanted and found, 30 found in another document
    assert measures.characters([(0, 10)], [(0, 10)], elsewhere=30) == Shared(1, 0.25, 0.25)


def test_bootstrap_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    values = [1.0] * 80 + [0.0] * 20
    interval = measures.bootstrap(values)
    assert interval.value == 0.8
    # the normal approximation: .8 ± 1.96 · sqrt(.8 · .2 / 100) = .722 to .878
    assert interval.low == pytest.approx(0.722, abs=0.015)
    assert interval.high == pytest.approx(0.878, abs=0.015)
    assert measures.bootstrap(values) == interval


def test_bootstrap_of_one_value_has_no_width() -> None:
    assert measures.bootstrap([0.5, 0.5]) == measures.Interval(0.5, 0.5, 0.5)


def test_bootstrap_of_two_groups_draws_each_by_itself() -> None:
    parted = measures.bootstrap_two(measures.auroc, [2, 3, 4], [0, 1])
    assert parted == measures.Interval(1, 1, 1)
    mixed = measures.bootstrap_two(measures.auroc, [1, 3, 5], [1, 2])
    assert mixed.value == pytest.approx(0.75)
    assert mixed.low < mixed.value < mixed.high


# One file of a short paragraph (0 to 100) and a long one (102 to 3102).
_PARAGRAPHS = [Paragraph("0.txt", (0, 100), ""), Paragraph("0.txt", (102, 3102), "")]


def _asked(question: Question, *replies: Reply, name: str = "squad2") -> PublicSet:
    return PublicSet(name, "en", {"0.txt": ""}, _PARAGRAPHS, [question] * len(replies), True)


def test_a_part_of_a_long_paragraph_is_right_and_does_not_cover_it() -> None:
    hits = (Found("0.txt", (1102, 2102), 1.5), Found("0.txt", (0, 100), 1.0))
    reply = Reply(hits, 0.01, "found")
    judged = judge(_asked(Question("?", (1,)), reply), [reply])
    assert judged.r1 == [1]
    assert judged.strict_r1 == [0]
    assert judged.right == [True]


def test_a_wrong_first_hit_costs_its_place() -> None:
    hits = (Found("0.txt", (102, 1102), 1.5), Found("0.txt", (0, 100), 1.0))
    reply = Reply(hits, 0.01, "found")
    judged = judge(_asked(Question("?", (0,)), reply), [reply])
    assert (judged.r1, judged.r3, judged.mrr) == ([0], [1], [0.5])
    assert judged.ndcg == [pytest.approx(1 / math.log2(3))]


def test_a_mark_is_right_if_it_holds_a_whole_answer() -> None:
    question = Question("?", (0,), "0.txt", ((20, 25),))
    held, cut = (
        Reply((Found("0.txt", (0, 100), 1.5, (mark,)),), 0.01, "found")
        for mark in ((10, 40), (22, 40))
    )
    judged = judge(_asked(question, held, cut), [held, cut])
    assert judged.marked == [1, 0]
    assert judged.right_and_marked == [1, 0]


def test_scores_of_what_cannot_be_answered_are_kept_apart() -> None:
    found, none = Reply((Found("0.txt", (0, 100), 1.5),), 0.01, "found"), Reply((), 0.01, "nothing")
    judged = judge(_asked(Question("?", ()), found, none), [found, none])
    assert judged.answerable == []
    assert judged.unanswerable[0] == 1.5
    assert judged.unanswerable[1] < 0
    assert judged.outcomes == {"unanswerable": ["found", "nothing"]}
    assert judged.r1 == []


def test_without_the_data_it_says_what_to_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "squad2").mkdir()
    with pytest.raises(SystemExit, match=r"^2$"):
        run.main(["--data", str(tmp_path)])
    printed = capsys.readouterr()
    assert printed.out == ""
    assert str(tmp_path) in printed.err
    assert "xquad, clapnq, scifact, chroma_chunking missing" in printed.err
    assert "pass --data PATH or set CITEBOT_BENCHMARK_DATA" in printed.err


def test_what_was_measured_is_reported_though_no_picture_can_be_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = shutil.which("false")
    assert broken
    monkeypatch.setattr(report, "python", lambda: Path(broken))
    text = report.write(Run({}, ["clapnq"], [SYSTEMS["citebot"]], {}, None), tmp_path, "a run")
    assert "- command: `a run`" in text
    assert "![" not in text
    assert (tmp_path / "RESULTS.md").read_text(encoding="utf-8") == text
    assert "no pictures: they could not be drawn by" in capsys.readouterr().err


def test_the_data_is_looked_for_where_the_variable_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CITEBOT_BENCHMARK_DATA", str(tmp_path / "elsewhere"))
    with pytest.raises(SystemExit, match=r"^2$"):
        run.main([])
    assert str(tmp_path / "elsewhere") in capsys.readouterr().err


def test_other_weights_put_other_passages_first() -> None:
    """Two questions of which the first can be answered, by the second of its two passages."""
    parts = np.full((2, 3, 8), -np.inf)
    parts[0, :2] = [[0.9, 0.1, 0, 0, 0, 0, 0, 0], [0.5, 0.6, 0, 0, 0, 0, 0, 0]]
    parts[1, 0] = [0.8, 0, 0, 0, 0, 0, 0, 0]
    right = np.array([[False, True, False], [False, False, False]])
    squad2, scifact = (
        weights.Candidates(name, parts, right, [[[3], [4]], [[5]]], gold)
        for name, gold in (
            ("squad2", [frozenset({4}), frozenset()]),
            ("scifact", [frozenset({4}), frozenset({5})]),
        )
    )
    closeness, both = np.eye(8)[0], np.eye(8)[0] + np.eye(8)[1]
    assert weights.measure(squad2, closeness) == {"squad2, R@1": 0, "squad2, AUROC": 1}
    assert weights.measure(squad2, both) == {"squad2, R@1": 1, "squad2, AUROC": 1}
    assert weights.measure(scifact, both) == {"SciFact, nDCG@10": 1}
    second = 1 / math.log2(3)
    assert weights.measure(scifact, closeness) == {
        "SciFact, nDCG@10": pytest.approx((second + 1) / 2)
    }


def test_what_is_installed_counts_each_package_that_is_needed_once() -> None:
    # httpx needs httpcore, and both need certifi
    sizes = costs.installed("httpx")
    assert {"httpx", "httpcore", "certifi"} <= set(sizes)
    assert all(size > 1_000 for size in sizes.values())
    lean = costs.installed("httpx", without={"httpcore"})
    assert "httpcore" not in lean
    assert sum(lean.values()) < sum(sizes.values())


def test_a_cost_stands_beside_that_of_another_system() -> None:
    ours, theirs = costs.Cost(0.5, 9, 0.004, 250), costs.Cost(5, 10, 0.01, 500)
    assert ours.ratios(theirs) == pytest.approx((0.1, 0.9, 0.4, 0.5))


class _Sets(BaseHTTPRequestHandler):
    """A site with one file."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/whole.json" else 404)
        self.end_headers()
        self.wfile.write(b"[1, 2]" if self.path == "/whole.json" else b"no such file")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Sets) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _listed(address: str, content: bytes, cut: str = "") -> fetch.Listed:
    digest = hashlib.sha256(content).hexdigest()
    return fetch.Listed("set/file.json", address, digest, "MIT", cut)


def _fetched(file: fetch.Listed, data: Path) -> int:
    return fetch.main(["--data", str(data)], [file])


def test_a_file_of_a_set_is_fetched_once(site: str, tmp_path: Path) -> None:
    file = _listed(f"{site}/whole.json", b"[1, 2]")
    assert _fetched(file, tmp_path) == 0
    assert (tmp_path / "set" / "file.json").read_bytes() == b"[1, 2]"
    # the address is not asked again
    assert _fetched(_listed("http://127.0.0.1:1/", b"[1, 2]"), tmp_path) == 0


@pytest.mark.parametrize(
    ("page", "content", "words"),
    [
        ("/whole.json", b"[1, 2, 3]", "another file is at"),
        ("/moved.json", b"[1, 2]", "404"),
    ],
)
def test_what_is_not_the_file_that_was_measured_is_not_kept(
    page: str,
    content: bytes,
    words: str,
    site: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _fetched(_listed(site + page, content), tmp_path) == 1
    assert words in capsys.readouterr().out
    assert not list(tmp_path.rglob("*.json*"))


def test_a_part_of_a_set_is_named_with_what_was_taken(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _listed(f"{site}/whole.json", b"[1]", "the first of its two numbers")
    assert _fetched(file, tmp_path) == 1
    assert f"cut from {site}/whole.json: the first of its two numbers" in capsys.readouterr().out
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "file.json").write_bytes(b"[1]")
    assert _fetched(file, tmp_path) == 0


def test_a_file_that_was_changed_is_named_and_left(
    site: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "file.json").write_bytes(b"[2]")
    assert _fetched(_listed(f"{site}/whole.json", b"[1, 2]"), tmp_path) == 1
    assert "not what was measured" in capsys.readouterr().out
    assert (tmp_path / "set" / "file.json").read_bytes() == b"[2]"


def test_every_file_of_the_sets_is_listed_once_with_address_digest_and_licence() -> None:
    files = fetch.listed()
    assert len({file.path for file in files}) == len(files)
    assert {file.path.split("/")[0] for file in files} > set(sets.FOLDERS)
    for file in files:
        assert file.address.startswith("https://")
        assert len(bytes.fromhex(file.sha256)) == 32
        assert file.licence
