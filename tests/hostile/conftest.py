"""How many mutations of a file each reader is tried with."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutations", type=int, default=2_000, help="mutations of a file a reader")
