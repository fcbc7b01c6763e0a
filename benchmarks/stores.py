"""Whether both stores give the same answers on the public sets:
`python -m benchmarks.stores DATABASE_URL --sets squad2 scifact --data PATH`.

Each set is indexed in files, in the folder of `benchmarks.floors`, and copied to an empty
database (a schema for each set, which is dropped). Questions are asked of both: how many have the
same first five passages in the same order, the same first passage and the same outcome, and how far
their scores are apart. `--near` searches vectors by cells and by HNSW however few there are.
`--part` takes a folder of what so many questions need, of sets that are large.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from benchmarks import data, further, sets
from benchmarks.folders import home, indexed
from benchmarks.sets import PublicSet
from benchmarks.systems import ROOT
from index.desk import copying
from index.model.encoder import Encoder
from index.search.searcher import Searcher
from index.stores import OpenGeneration
from index.stores.files import FileStore
from index.stores.postgres import PostgresStore
from index.stores.postgres.writing import NEIGHBOURS_FROM
from index.types import Query

__all__ = ["main"]

_XQUAD = {f"xquad-{language}": sets.xquad(language) for language in ("ar", "de", "zh")}
_FURTHER: dict[str, Callable[[Path], PublicSet]] = {
    "acl-verbatim": further.papers,
    "cmrc2018": further.chinese,
    "kazqad": further.kazakh,
    "mtrag": lambda data: further.conversations(data)[0],
    "qmd": further.paraphrases,
}
_SETS = sorted([*sets.SETS, *_XQUAD, *_FURTHER])
_TOP, _CLOSE = 5, 1e-3
# Fewer vectors than any set has.
_FEW = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each set; 1 if an exact search gives other answers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores", description=__doc__)
    parser.add_argument("database", help="the address of a database")
    parser.add_argument("--sets", nargs="+", default=["squad2"], choices=_SETS)
    parser.add_argument("--sample", type=int, help="questions of each set; all unless given")
    parser.add_argument("--part", type=int, help="questions that a part of the set is made for")
    parser.add_argument("--near", action="store_true", help="search by neighbours")
    options = data.options(parser, arguments)
    searcher = Searcher(Encoder(None, ROOT / ".benchmark" / "models"))
    print("| set | questions | same five | same first | same outcome | furthest score |")
    print("|---|---|---|---|---|---|", flush=True)
    right = True
    for name in options.sets:
        if further_set := _FURTHER.get(name):
            public = further_set(options.data)
        elif xquad := _XQUAD.get(name):
            public = xquad(name, options.data, True, options.part)
        else:
            public = sets.load(name, options.data, titled=True, sample=options.part)
        root = home(searcher.encoder) / (f"{name}-{options.part}" if options.part else name)
        indexed(name, public, root, searcher.encoder).close()
        asked = [Query(question.text, _TOP) for question in public.questions]
        asked = asked[:: max(1, len(asked) // (options.sample or len(asked)))]
        with tempfile.TemporaryDirectory() as folder, _schema(options.database) as url:
            own = FileStore(root / "data")
            right &= _compare(name, own, asked, searcher, Path(folder), url, near=options.near)
    return int(not right)


def _compare(
    name: str,
    own: FileStore,
    queries: Sequence[Query],
    searcher: Searcher,
    folder: Path,
    url: str,
    *,
    near: bool,
) -> bool:
    # the same index, exactly, or by cells and by HNSW
    one = FileStore(folder, _FEW) if near else own
    with closing(PostgresStore(url, _FEW if near else NEIGHBOURS_FROM)) as other:
        for target in (one, other):
            if target is not own:
                copying.copy(own, target, lambda done, whole: None)
        with closing(own.open(None)) as exact, closing(one.open(None)) as files:
            asked: tuple[OpenGeneration, ...] = (exact, files, other.open(None))
            ranked = [searcher.rank(generation, queries) for generation in asked]
    fives = firsts = outcomes = 0
    furthest = 0.0
    for row in zip(*ranked, strict=True):
        passages = [[hit.passage for hit in each.hits] for each in row]
        fives += all(each == passages[0] for each in passages)
        firsts += all(each[:1] == passages[0][:1] for each in passages)
        outcomes += len({each.outcome for each in row}) == 1
        for hits in zip(*(each.hits for each in row), strict=False):
            if len({hit.passage for hit in hits}) == 1:
                scores = [hit.score for hit in hits]
                furthest = max(furthest, max(scores) - min(scores))
    count = len(queries)
    print(
        f"| {name} | {count:,} | {fives / count:.4f} | {firsts / count:.4f} | "
        f"{outcomes / count:.4f} | {furthest:.5f} |",
        flush=True,
    )
    return near or (fives == count and furthest <= _CLOSE)


@contextmanager
def _schema(database: str) -> Iterator[str]:
    """The address of a schema of its own, until the block ends."""
    name = "citebot_benchmark"
    again = f"DROP SCHEMA IF EXISTS {name} CASCADE"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute(again)
        connection.execute(f"CREATE SCHEMA {name}")
        separator = "&" if "?" in database else "?"
        path = quote(f"-csearch_path={name},public")
        try:
            yield f"{database}{separator}options={path}"
        finally:
            connection.execute(again)


if __name__ == "__main__":
    raise SystemExit(main())
