"""The model: what its vectors are, and what is said when it is not what it should be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from index.model import encoder as module
from index.model import tokens
from index.model.encoder import Encoder


def test_vectors_are_normalised_and_in_the_order_of_the_texts(encoder: Encoder) -> None:
    texts = [
        "The cat sleeps.",
        "A long sentence about the weather in the north. " * 5,
        "Ships.",
    ] * 30
    done: list[int] = []
    made = encoder.encode(texts, done.append)
    vectors = np.stack([embedding.vector for embedding in made])
    assert vectors.shape == (90, encoder.dimension) == (90, 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert np.allclose(vectors[:3], vectors[-3:], atol=1e-5)
    assert sum(done) == 90
    question = encoder.encode_questions(["Where does the cat sleep?"])[0].vector
    assert int(np.argmax(vectors[:3] @ question)) == 0


@pytest.mark.parametrize(
    ("settings", "before"),
    [
        ({"OMP_NUM_THREADS": "1"}, ""),
        pytest.param(
            {},
            "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]);",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it cannot be set"),
        ),
    ],
    ids=["told", "one core"],
)
def test_no_more_threads_are_taken_than_allowed(settings: dict[str, str], before: str) -> None:
    """Also once a question, which takes one, has been embedded."""
    program = before + (
        "import torch; from index.encoder import Encoder; encoder = Encoder();"
        "encoder.encode_questions(['Where?']); encoder._asked = 0; encoder.encode(['Here.']);"
        "print(torch.get_num_threads())"
    )
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "1\n"


def test_no_question_needs_no_model() -> None:
    """So that an empty one is refused at once."""
    assert Encoder("no/such-model").encode_questions([]) == []


def test_each_piece_of_a_text_has_a_vector_and_a_place(encoder: Encoder) -> None:
    text = "Kayaks glide, quietly."
    [embedding] = encoder.encode([text])
    pieces = [span.of(text) for span in embedding.tokens.spans]
    assert "".join(pieces) == text.replace(" ", "")
    assert embedding.tokens.vectors.shape == (len(pieces), 384)


def test_packed_vectors_come_near_the_exact_cosines(encoder: Encoder) -> None:
    """The best match of each word is the same, and no cosine is far off."""
    text = "The lighthouse keeper counted ships at night."
    [embedding] = encoder.encode([text])
    packed = tokens.pack(embedding.tokens.vectors, embedding.tokens.spans, text)
    # the full stop is no word
    assert packed.shape == (len(embedding.tokens.spans) - 1, 48)
    asked = encoder.encode_questions(["Who counted the ships?"])[0].tokens.vectors
    asked = asked / np.linalg.norm(asked, axis=1, keepdims=True)
    exact = embedding.tokens.vectors[:-1]
    exact = asked @ (exact / np.linalg.norm(exact, axis=1, keepdims=True)).T
    near = tokens.cosines(asked, packed)
    assert np.abs(near - exact).max() < 0.2
    assert np.array_equal(near[1:3].argmax(axis=1), exact[1:3].argmax(axis=1))


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]) == []


def test_the_languages_are_those_of_the_models_card(encoder: Encoder, tiny_model: Path) -> None:
    assert encoder.languages == {"en"}
    assert Encoder(str(tiny_model)).languages == frozenset()


def test_the_bundled_model_is_the_official_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Another file of weights in the package's place is refused by its hash."""
    (tmp_path / "impostor" / "model").mkdir(parents=True)
    (tmp_path / "impostor" / "__init__.py").write_text("")
    (tmp_path / "impostor" / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(module, "_PACKAGE", "impostor")
    with pytest.raises(ModelError, match=r"is not the official all-MiniLM-L6-v2 \(SHA-256"):
        _ = Encoder().fingerprint


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match=r"no-such-package.*is not installed; run make install"):
        _ = Encoder().fingerprint


def test_a_model_by_path_encodes_and_has_a_fingerprint_of_its_own(
    tiny_model: Path, encoder: Encoder, tmp_path: Path
) -> None:
    tiny = Encoder(str(tiny_model))
    assert tiny.encode(["a b c"])[0].vector.shape == (32,)
    assert np.isclose(np.linalg.norm(tiny.encode_questions(["a"])[0].vector), 1, atol=1e-5)
    assert tiny.fingerprint != encoder.fingerprint
    shutil.copytree(tiny_model, tmp_path / "copy")
    assert Encoder(str(tmp_path / "copy")).fingerprint == tiny.fingerprint


def test_a_folder_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"cannot be loaded from .*; CITEBOT_MODEL takes"):
        Encoder(str(tmp_path)).encode(["x"])


def test_a_name_that_cannot_be_fetched_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"no-one/nothing is neither a folder here nor could it"):
        _ = Encoder("no-one/nothing").fingerprint
