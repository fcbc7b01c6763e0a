"""Every public set through the product and its peers: `python -m benchmarks.run --data PATH`.

Each system runs in a process of its own for each set, one at a time, so that times and memory are
its own. What is finished is kept; `--resume` goes on with it. A whole run writes
benchmarks/RESULTS.md and the pictures beside it, a part of one writes them below .benchmark/.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import data, report, sets, systems
from benchmarks.judge import Judged, judge
from benchmarks.results import Result, Run, mean
from benchmarks.sets import SETS, PublicSet
from benchmarks.systems import (
    CACHE,
    ROOT,
    SYSTEMS,
    Found,
    Reply,
    Session,
    System,
    SystemFailedError,
)

__all__ = ["main"]

# Published figures of paragraph vectors with this model; if they are not met, the harness is wrong.
_CHECKS = {"xquad-en": 0.944, "scifact": 0.645}
_TOLERANCE = 0.01


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for; 1 if a check or a system failed."""
    options = data.options(_parser(), arguments)
    chosen = [SYSTEMS[name] for name in options.systems]
    systems.prepare(chosen)
    results: dict[tuple[str, str], Result] = {}
    try:
        checks = _run(options, chosen, results)
    except _CheckError as failed:
        print(f"\n{failed}", file=sys.stderr)
        return 1
    whole = not options.sample and set(options.sets) == set(SETS) and len(chosen) == len(SYSTEMS)
    folder = ROOT / "benchmarks" if whole else CACHE
    run = Run(results, options.sets, chosen, checks, options.sample)
    print(report.write(run, folder, "make benchmark" if whole else _command(options)))
    print(f"written to {folder.name}/RESULTS.md", file=sys.stderr)
    return int(any(result.error for result in results.values()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--systems", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    parser.add_argument(
        "--sample",
        type=int,
        metavar="N",
        help="at most N questions a set, on thinned documents: a quick look, not a result",
    )
    parser.add_argument(
        "--resume", action="store_true", help="keep what is finished and whose code is unchanged"
    )
    return parser


def _command(options: argparse.Namespace) -> str:
    """How such a part of a run is asked for, wherever the data lies."""
    words = ["python -m benchmarks.run"]
    if options.sets != list(SETS):
        words += ["--sets", *options.sets]
    if options.systems != list(SYSTEMS):
        words += ["--systems", *options.systems]
    if options.sample:
        words += ["--sample", str(options.sample)]
    return " ".join(words)


class _CheckError(Exception):
    pass


def _run(
    options: argparse.Namespace,
    chosen: Sequence[System],
    results: dict[tuple[str, str], Result],
) -> dict[str, float]:
    """Fill `results`; the checks' figures. The checks come first, so that they fail early."""
    checks: dict[str, float] = {}
    vectors = SYSTEMS["faiss"]
    if vectors in chosen and not options.sample:
        for name in [name for name in _CHECKS if name in options.sets]:
            results[name, vectors.name] = result = _one(name, vectors, options)
            if result.error:
                raise _CheckError(f"the harness check on {name} failed: {result.error}")
            checks[name] = found = mean(result.judged.ndcg)
            print(
                f"harness check: {name} nDCG@10 {found:.3f}, published {_CHECKS[name]:.3f}",
                file=sys.stderr,
            )
            if abs(found - _CHECKS[name]) > _TOLERANCE:
                raise _CheckError(
                    f"{name}: paragraph vectors reach nDCG@10 {found:.3f} where "
                    f"{_CHECKS[name]:.3f} ± {_TOLERANCE} is published; the harness is not right"
                )
    if options.sample:
        # a quick look pays for each start once
        for system in chosen:
            _all(system, chosen, options, results)
        return checks
    for name in options.sets:
        for system in chosen:
            if (name, system.name) not in results and not _repeats(name, system, chosen):
                results[name, system.name] = _one(name, system, options)
    return checks


def _repeats(name: str, system: System, chosen: Sequence[System]) -> bool:
    """Return True if another chosen system is the same on this set, whose files are as they are."""
    return (
        system.name == "citebot-untitled"
        and name in sets.AS_THEY_ARE
        and (SYSTEMS[systems.PRODUCT] in chosen)
    )


def _one(name: str, system: System, options: argparse.Namespace) -> Result:
    """One system on one set, in a process of its own, or what is kept of it."""
    public = sets.load(name, options.data, titled=system.titled, sample=None)
    kept = _kept(name, system)
    if options.resume and kept.exists():
        stored = json.loads(kept.read_text())
        if stored["fingerprint"] == _fingerprint(system, public):
            return _result(public, stored)
    try:
        with Session(system, _log(system)) as session:
            stored = _measured(session, public)
    except SystemFailedError as failed:
        print(f"{name}: {system.label} failed: {failed}", file=sys.stderr)
        return Result(Judged(), error=str(failed))
    kept.parent.mkdir(exist_ok=True)
    kept.write_text(json.dumps(stored))
    return _result(public, stored)


def _all(
    system: System,
    chosen: Sequence[System],
    options: argparse.Namespace,
    results: dict[tuple[str, str], Result],
) -> None:
    name = options.sets[0]
    try:
        with Session(system, _log(system)) as session:
            for name in options.sets:
                if _repeats(name, system, chosen):
                    continue
                public = sets.load(name, options.data, titled=system.titled, sample=options.sample)
                results[name, system.name] = _result(public, _measured(session, public))
    except SystemFailedError as failed:
        print(f"{name}: {system.label} failed: {failed}", file=sys.stderr)
        results[name, system.name] = Result(Judged(), error=str(failed))


def _measured(session: Session, public: PublicSet) -> dict[str, Any]:
    """Index a set and ask all its questions; everything that was seen, as JSON."""
    fingerprint = _fingerprint(session.system, public)
    with session.indexed(public) as seconds:
        replies = [session.ask(question.text, public) for question in public.questions]
    peak = session.peak()
    asking = sorted(reply.seconds for reply in replies)
    print(
        f"{datetime.now().astimezone():%H:%M:%S} {public.name:9} {session.system.label:26} "
        f"start {session.started:5.1f} s, index {seconds:6.1f} s, "
        f"a question {1000 * asking[len(asking) // 2]:6.1f} ms, {peak / 2**20:5.0f} MB",
        file=sys.stderr,
        flush=True,
    )
    return {
        "fingerprint": fingerprint,
        "when": datetime.now(UTC).isoformat(timespec="minutes"),
        "start": session.started,
        "index": seconds,
        "peak": peak,
        "replies": [dataclasses.asdict(reply) for reply in replies],
    }


def _fingerprint(system: System, public: PublicSet) -> str:
    """Return what decides a system's answers: its code, and the set, of which Chroma's
    paragraphs are the passages that the product cuts.
    """
    digest = hashlib.sha256(system.fingerprint().encode())
    digest.update(repr(public).encode())
    return digest.hexdigest()[:16]


def _result(public: PublicSet, stored: dict[str, Any]) -> Result:
    replies = [
        Reply(
            hits=tuple(
                Found(
                    hit["file"],
                    tuple(hit["span"]),
                    hit["score"],
                    tuple((start, end) for start, end in hit["marks"]),
                    hit["number"],
                )
                for hit in reply["hits"]
            ),
            seconds=reply["seconds"],
            outcome=reply["outcome"],
            misquoted=reply["misquoted"],
        )
        for reply in stored["replies"]
    ]
    return Result(
        judged=judge(public, replies),
        when=stored["when"],
        start=stored["start"],
        index=stored["index"],
        peak=stored["peak"],
        seconds=[reply.seconds for reply in replies],
        quoted=sum(len(reply.hits) for reply in replies if reply.outcome),
        misquoted=sum(reply.misquoted for reply in replies),
    )


def _kept(name: str, system: System) -> Path:
    return CACHE / "results" / f"{name}.{system.name}.json"


def _log(system: System) -> Path:
    return CACHE / f"{system.name}.log"


if __name__ == "__main__":
    raise SystemExit(main())
