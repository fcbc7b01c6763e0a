"""The house: which module may import which, and where each heavy library lives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Each module may import what stands before it, and its own layer's neighbours above it.
LAYERS = [
    ["index.types", "index.errors", "index.settings"],
    [
        "index.search.alignment",
        "index.search.keys",
        "index.text.sentences",
        "index.text.languages",
        "index.text.words",
        "index.model.tokens",
        "index.model.weights",
        "index.model.origin",
        "index.model.exported",
    ],
    ["index.model.network", "index.model.tokenizer", "index.model.profiles"],
    ["index.model.bert", "index.desk.calibration"],
    ["index.model.convert"],
    ["index.model.runtime"],
    [
        "index.readers",
        "index.text.passages",
        "index.model.encoder",
        "index.model.reranker",
        "index.model.cache",
        "index.stores.keywords",
    ],
    ["index.intake", "index.fetch"],
    ["index.stores"],
    ["index.search.scoring"],
    [
        "index.search.ranking",
        "index.desk.build",
        "index.search.verify",
        "index.desk.folder",
        "index.desk.audit",
        "index.desk.gaps",
    ],
    ["index.desk.evaluate"],
    ["index.desk.golden", "index.desk.gate", "index.desk.decisions"],
    ["index.desk.staging"],
    ["index.desk.desk"],
    ["index.library"],
    ["bot.settings", "bot.texts", "bot.answers", "bot.logs", "bot.messages"],
    ["bot.callbacks", "bot.worker", "bot.journal", "bot.limits", "bot.rates"],
    ["bot.access", "bot.examples", "bot.indexing", "bot.render"],
    ["bot.health", "bot.keyboards", "bot.metrics", "bot.notices", "bot.verdicts"],
    ["bot.gaps"],
    ["bot.offers", "bot.previews", "bot.quarantine", "bot.refreshing", "bot.watching"],
    ["bot.web", "bot.figures", "bot.gaplist"],
    ["bot.console", "bot.doctor", "bot.starting"],
    ["bot.building", "bot.terminal"],
    ["bot.report", "bot.verifying", "bot.desk"],
    ["bot.addressing", "bot.commands", "bot.forms", "bot.requests", "bot.processor"],
    ["bot.backlog", "bot.delivery"],
    ["bot.letters"],
    ["bot.askers", "bot.polling", "bot.sending"],
    ["bot.claiming", "bot.webhook"],
    ["bot.connection"],
    ["bot.asking", "bot.following", "bot.joining", "bot.telling"],
    [
        "bot.checking",
        "bot.elsewhere",
        "bot.greeting",
        "bot.insight",
        "bot.news",
        "bot.personal",
        "bot.pinning",
        "bot.sources",
    ],
    ["bot.publishing"],
    ["bot.levels", "bot.removing", "bot.uploading"],
    ["bot.pressing"],
    ["bot.handlers"],
    ["bot.assembly"],
    ["bot.app"],
    ["bot.editors"],
    ["bot.cli"],
]
HOMES = {
    "faiss": {"index/stores/generation.py"},
    "sentence_transformers": {"index/model/exported.py", "index/model/reranker.py"},
    "torch": {"index/model/exported.py", "index/model/runtime.py"},
    "transformers": {"index/model/exported.py"},
    "onnx": {"index/model/network.py"},
    "onnxruntime": {"index/model/exported.py", "index/model/runtime.py"},
    "sentencepiece": {"index/model/tokenizer.py"},
    "tokenizers": {"index/model/tokenizer.py"},
    "bm25s": {"index/stores/keywords.py", "index/text/words.py"},
    "telegram": {
        "bot/addressing.py",
        "bot/app.py",
        "bot/askers.py",
        "bot/asking.py",
        "bot/backlog.py",
        "bot/checking.py",
        "bot/claiming.py",
        "bot/commands.py",
        "bot/connection.py",
        "bot/delivery.py",
        "bot/elsewhere.py",
        "bot/following.py",
        "bot/forms.py",
        "bot/greeting.py",
        "bot/handlers.py",
        "bot/insight.py",
        "bot/joining.py",
        "bot/letters.py",
        "bot/levels.py",
        "bot/personal.py",
        "bot/pinning.py",
        "bot/polling.py",
        "bot/pressing.py",
        "bot/processor.py",
        "bot/publishing.py",
        "bot/removing.py",
        "bot/requests.py",
        "bot/sending.py",
        "bot/sources.py",
        "bot/uploading.py",
        "bot/webhook.py",
    },
    "sqlite3": {
        "bot/journal/database.py",
        "bot/journal/gaps.py",
        "index/model/cache.py",
        "index/stores/texts.py",
    },
    "starlette": {"bot/app.py", "bot/connection.py", "bot/web.py", "bot/webhook.py"},
    "uvicorn": {"bot/web.py"},
    "prometheus_client": {"bot/metrics.py"},
    "httpx": {
        "bot/delivery.py",
        "bot/doctor.py",
        "bot/requests.py",
        "bot/uploading.py",
        "index/fetch/__init__.py",
        "index/fetch/connecting.py",
    },
    "httpcore": {"index/fetch/connecting.py"},
    "lxml": {
        "index/readers/docx.py",
        "index/readers/html.py",
        "index/readers/markup.py",
        "index/readers/numbering.py",
        "index/readers/styles.py",
        "index/readers/wordml.py",
    },
    "pypdfium2": {"index/readers/pdf.py"},
    "docx": {"index/readers/docx.py"},
    "typer": {"bot/cli.py", "bot/editors.py"},
    "watchfiles": {"bot/watching.py"},
    "markdown_it": {"index/readers/markdown.py"},
}


def modules() -> Iterator[Path]:
    for package in ("index", "bot"):
        yield from sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The modules that a file imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            module = node.module or ""
            for alias in node.names:
                file = ROOT / Path(*module.split("."), alias.name)
                is_module = file.with_suffix(".py").exists() or file.is_dir()
                yield f"{module}.{alias.name}" if is_module else module


def layer(module: str) -> int | None:
    for number, names in enumerate(LAYERS):
        if any(module == name or module.startswith(name + ".") for name in names):
            return number
    return None


@pytest.mark.parametrize("path", list(modules()), ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_one_way(path: Path) -> None:
    """A module imports its own layer or one before it; `index` knows nothing of `bot`."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    if name in (
        "index",
        "index.desk",
        "index.model",
        "index.search",
        "index.text",
        "bot",
        "bot.__main__",
    ):
        return
    own = layer(name)
    assert own is not None, f"{name} has no place in the house"
    for imported in imports(path):
        if imported.partition(".")[0] in ("index", "bot", "tests", "benchmarks"):
            if imported in ("index", "bot"):
                raise AssertionError(f"{name} imports a module of {imported} that is not there")
            other = layer(imported)
            assert other is not None, f"{name} imports {imported}, which has no place"
            assert other <= own, f"{name} imports {imported}, which stands above it"


def test_each_heavy_library_has_one_home() -> None:
    found: dict[str, set[str]] = {}
    for path in modules():
        for imported in imports(path):
            top = imported.partition(".")[0]
            if top in HOMES:
                found.setdefault(top, set()).add(path.relative_to(ROOT).as_posix())
    for library, files in found.items():
        assert files <= HOMES[library], library


def test_knowledge_holds_documents_only() -> None:
    kinds = {path.suffix for path in (ROOT / "knowledge").rglob("*") if path.is_file()}
    assert kinds <= {".md", ".txt"}
