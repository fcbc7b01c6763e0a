"""Find what is wrong with an installation, and how to fix it: one line for each thing examined."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.text import Text

from bot.messages.texts import Texts
from bot.settings import Settings
from bot.terminal.console import console
from bot.terminal.doctor import documents, machine, running
from bot.terminal.doctor.findings import Finding, Verdict, wrong
from bot.terminal.doctor.telegram import telegram
from bot.terminal.starting import terminal_texts
from index.errors import CitebotError

__all__ = ["examine"]

_LOOKS = (
    machine.versions,
    machine.names,
    machine.memory,
    machine.walls,
    machine.pictures,
    machine.data,
    # before what takes long
    documents.knowledge,
    documents.model,
    documents.reranker,
    documents.voice,
    documents.index,
    documents.access,
    documents.assistants,
    documents.golden,
    documents.journal,
    running.port,
    telegram,
)
_STYLES = {Verdict.GOOD: "green", Verdict.NOTE: "yellow", Verdict.WRONG: "bold red"}
_HEADS = {
    Verdict.GOOD: "doctor_good",
    Verdict.NOTE: "doctor_note",
    Verdict.WRONG: "doctor_wrong",
}


def examine(settings: Settings) -> int:
    """Examine everything, print what was found, and return 1 if something is wrong."""
    out, texts = console(), terminal_texts()
    width = max(len(texts(key)) for key in _HEADS.values())
    worst = 0
    told: set[Finding] = set()
    for look in _LOOKS:
        for finding in _guarded(look, settings, texts):
            # several looks may find the same
            if finding in told:
                continue
            told.add(finding)
            worst |= finding.verdict is Verdict.WRONG
            head = Text(f"{texts(_HEADS[finding.verdict]):>{width}}  ")
            head.stylize(_STYLES[finding.verdict])
            out.print(head.append(finding.words, ""))
    return int(worst)


def _guarded(
    look: Callable[[Settings, Texts], Iterator[Finding]], settings: Settings, texts: Texts
) -> Iterator[Finding]:
    try:
        yield from look(settings, texts)
    except CitebotError as error:
        yield wrong(texts.reason(error))
    except PermissionError as error:
        path, reason = error.filename, texts.system(error.strerror)
        yield wrong(texts("doctor_closed", path=path, reason=reason))
    # a check that fails is a finding itself, and the others still run
    except Exception as error:
        name = look.__name__
        yield wrong(texts("doctor_failed", name=name, reason=f"{type(error).__name__}: {error}"))
