"""The optional reranker: a real CrossEncoder, tiny and with random weights, over real answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import ModelError
from index.library import Library
from index.model.encoder import Encoder
from index.model.reranker import Reranker


@pytest.fixture(scope="module")
def cross_encoder(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cross-encoder of two small layers."""
    import torch
    from sentence_transformers import CrossEncoder

    folder = tmp_path_factory.mktemp("reranker") / "model"
    torch.manual_seed(3)
    model = CrossEncoder(str(tiny_model.parent / "bert"), num_labels=1, device="cpu")
    # fresh weights are so small that every pair scores alike
    with torch.no_grad():
        model.model.classifier.weight.mul_(100)
    model.save_pretrained(str(folder))
    return folder


def test_the_reranker_orders_what_the_score_has_chosen(
    cross_encoder: Path, knowledge: Path, encoder: Encoder, library: Library, tmp_path: Path
) -> None:
    """The passages and scores are the same; their order is the cross-encoder's own."""
    from sentence_transformers import CrossEncoder

    reranked = Library(
        knowledge=knowledge, data=tmp_path, model=encoder, reranker=str(cross_encoder)
    )
    reranked.desk.index.build()
    question = "When does the last ferry leave in winter?"
    plain = library.rank(question, 20)
    found = reranked.rank(question, 20)
    assert found.outcome is plain.outcome
    assert {hit.passage.locator for hit in found.hits} == {h.passage.locator for h in plain.hits}
    assert {h.passage.locator: h.score for h in found.hits} == {
        h.passage.locator: h.score for h in plain.hits
    }
    texts = [hit.passage.text for hit in found.hits]
    scores = CrossEncoder(str(cross_encoder), device="cpu").predict(
        [(question, text) for text in texts], show_progress_bar=False
    )
    assert list(scores) == pytest.approx(sorted(scores, reverse=True), abs=2e-5)
    assert [hit.passage.locator for hit in found.hits] != [h.passage.locator for h in plain.hits]


def test_a_folder_that_is_no_cross_encoder_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="CITEBOT_RERANKER takes a CrossEncoder's name or folder"):
        Reranker(str(tmp_path)).order("question", ["one", "two"])


def test_one_passage_needs_no_model() -> None:
    assert Reranker("no-one/nothing").order("question", ["one"]) == [0]
