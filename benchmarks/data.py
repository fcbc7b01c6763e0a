"""Where the public sets lie: `--data`, or CITEBOT_BENCHMARK_DATA, or beside the project."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.sets import FOLDERS
from benchmarks.systems import ROOT

__all__ = ["add_folder", "options"]


def add_folder(parser: argparse.ArgumentParser) -> None:
    """Let the parser take the folder of the public sets, as `data`."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("CITEBOT_BENCHMARK_DATA") or ROOT.parent / "shared" / "data"),
        help="the folder of the public sets (default: CITEBOT_BENCHMARK_DATA, or ../shared/data)",
    )


def options(
    parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None
) -> argparse.Namespace:
    """Return what `parser` reads, with the folder as `data`; exits with 2 if the sets are not
    there.
    """
    add_folder(parser)
    read = parser.parse_args(arguments)
    missing = [name for name in FOLDERS if not (read.data / name).is_dir()]
    if missing:
        parser.exit(
            2,
            f"{read.data}: not the benchmark data, {', '.join(missing)} missing; pass --data "
            "PATH or set CITEBOT_BENCHMARK_DATA to the folder that holds them. python -m "
            "benchmarks.fetch fetches them, or says where they come from\n",
        )
    return read
