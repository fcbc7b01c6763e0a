"""The table of rows names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_row_has_a_test_that_is_there() -> None:
    page = (HERE / "ROWS.md").read_text(encoding="utf-8")
    rows = [
        line for line in page.splitlines() if line.startswith("|") and not line.startswith("|-")
    ]
    named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", page)
    missing = [
        f"{file}::{test}"
        for file, test in named
        if not re.search(rf"^(?:async )?def {test}\(", (HERE / file).read_text("utf-8"), re.M)
    ]
    assert not missing
    titles = 4
    assert sum("::" in row for row in rows) == len(rows) - titles
