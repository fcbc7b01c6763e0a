"""The container's files beside the project they pack."""

from __future__ import annotations

import re
from importlib.metadata import requires
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import Settings
from tests.notices import NOTICE, closure, notice

ROOT = Path(__file__).parents[1]


def test_the_image_leaves_out_what_only_other_models_need() -> None:
    """The rest stays, and the list in the Dockerfile grows stale for no one."""
    dockerfile = (ROOT / "Dockerfile").read_text()
    found = re.search(r"pip uninstall --yes --quiet((?: \\\n|[ \w-])+)", dockerfile)
    assert found
    left_out = set(found[1].replace("\\", " ").split())
    others = {"torch", "sentence-transformers", "onnx", "safetensors", "tokenizers"}
    lean = closure(without=frozenset(others))
    assert left_out == closure() - lean


def test_a_plain_installation_brings_no_pytorch() -> None:
    """`pipx install .` would fetch gigabytes of CUDA with it, for what the default never runs."""
    plain = closure(extras=frozenset())
    assert "onnxruntime" in plain
    assert not plain & {"sentence-transformers", "torch", "transformers"}


def test_the_image_installs_files_of_known_digests() -> None:
    """All that the project and its extras need, in the versions that are tested."""
    lock = (ROOT / "requirements.lock").read_text()
    locked = dict(
        re.findall(r"^([a-z][\w.-]*)==([^ ;]+).* \\\n    --hash=sha256:", lock, re.MULTILINE)
    )
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.M))
    versions = {canonicalize_name(name): version for name, version in pinned.items()}
    assert {name: versions.get(name, locked[name]) for name in locked} == locked, "run make lock"
    image = {"sys_platform": "linux", "platform_machine": "x86_64", "python_version": "3.11"}
    needed = {
        canonicalize_name(requirement.name)
        for requirement in map(Requirement, requires("citebot") or [])
        if requirement.marker is None
        or any(
            requirement.marker.evaluate(image | {"extra": e})
            for e in ("", "mcp", "models", "postgres")
        )
    }
    assert needed - {"torch"} <= set(locked), "run make lock"


def test_compose_hands_on_every_setting() -> None:
    """By the file they are written in; only what the container itself decides is set beside it."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    bot = compose["services"]["citebot"]
    assert bot["env_file"] == [{"path": ".env", "required": False}]
    fixed = {"CITEBOT_KNOWLEDGE", "CITEBOT_DATA", "CITEBOT_HOST", "TZ"}
    assert set(bot["environment"]) == fixed
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?\s?(CITEBOT_\w+)=", example, re.MULTILINE))
    settings = {f"CITEBOT_{name.upper()}" for name in Settings.model_fields}
    assert named == settings
    documented = set(re.findall(r"`(CITEBOT_\w+)`", (ROOT / "docs" / "operating.md").read_text()))
    assert settings <= documented


def test_images_and_actions_are_named_by_their_digests() -> None:
    """A tag may come to mean something else; releases are built from the digest in compose.yaml."""
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
    images = [services["citebot"]["build"]["args"]["BASE"]]
    images += [service["image"] for service in services.values() if "image" in service]
    assert [name for name in images if not re.search(r"@sha256:[0-9a-f]{64}$", name)] == []
    workflows = "".join(file.read_text() for file in (ROOT / ".github/workflows").iterdir())
    used = re.findall(r"uses: (\S+)", workflows)
    assert used
    assert [name for name in used if not re.search(r"@[0-9a-f]{40}$", name)] == []


def test_the_notice_names_everything_that_is_installed() -> None:
    assert NOTICE.read_text(encoding="utf-8") == notice(), "run python -m tests.notices"


def test_what_the_image_copies_is_not_left_out_of_its_context() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    copied = re.findall(
        r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    names = {name for line in copied for name in line.split() if not name.startswith("--")}
    assert {f"!{name}" for name in names} == {line for line in ignored if line.startswith("!")}
