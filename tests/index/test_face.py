"""`index` as a library: its public face, and the examples of the page about it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import index

PAGE = Path(__file__).resolve().parents[2] / "docs" / "library.md"


def test_the_examples_of_the_page_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, without settings, in an empty folder."""
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(examples) > 4
    monkeypatch.chdir(tmp_path)
    # a model or a folder from the environment would be of no use here
    monkeypatch.setenv("CITEBOT_KNOWLEDGE", "/nowhere")
    names: dict[str, object] = {"__name__": "example"}
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), names)


def test_every_public_name_is_there() -> None:
    assert set(index.__all__) <= set(dir(index))
    for name in index.__all__:
        assert getattr(index, name)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = index.Nothing


def test_the_import_loads_nothing_heavy() -> None:
    words = "import index, sys; print([m for m in sys.modules if m in ('numpy', 'pydantic')])"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
