"""Messages to editors about scores, usage and health. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from bot.journal import Statistics
from bot.messages import quoting
from bot.messages.model import Draft, Message, clip
from bot.messages.quoting import Link
from bot.messages.texts import Texts
from bot.running.builds import State
from index.desk.promise import Promise
from index.search.ranking import Ranked
from index.types import Generation, Outcome, Parts, Thresholds

__all__ = ["Condition", "health", "stats", "why"]

_TITLE = 160
_NAMED = 5
_OUTCOMES = {
    Outcome.FOUND: "outcome_found",
    Outcome.RELATED: "outcome_related",
    Outcome.NOTHING: "outcome_nothing",
}
_PARTS = {
    "closeness": "why_closeness",
    "share": "why_share",
    "match": "why_match",
    "sentence": "why_sentence",
    "phrase": "why_phrase",
    "title": "why_title",
    "asked": "why_asked",
    "names": "why_names",
    "whole": "why_whole",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """The state of a bot.

    `promise` is what the golden questions allow; `silence` in seconds, None with a webhook; sizes
    in bytes; `up` in seconds.
    """

    generation: Generation | None
    thresholds: Thresholds | None
    promise: Promise | None
    failed: tuple[str, ...]
    building: State | None
    memory: int
    questions: int
    updates: int
    silence: float | None
    trouble: str | None
    journal: int
    free: int
    up: float


def why(question: str, ranked: Ranked, texts: Texts, *, link: Link) -> Message:
    """Show the best passages of a question with the parts of their scores, and their meaning."""
    draft = Draft()
    draft.paragraph(clip(question, _TITLE), "italic")
    found, related = ranked.thresholds.found, ranked.thresholds.related
    draft.paragraph(
        texts(
            "why_outcome",
            outcome=texts(_OUTCOMES[ranked.outcome]),
            found=texts.number(found, 2),
            related=texts.number(related, 2),
        )
    )
    if ranked.hits:
        draft.paragraph(_table(ranked, texts), "pre")
    for number, hit in enumerate(ranked.hits, 1):
        title, url = quoting.apart(clip(hit.passage.source.title, _TITLE)), link(hit.passage)
        draft.add("\n" + quoting.steady(f"{number}. {title}").removesuffix(title))
        draft.add(title, "text_link" if url else None, url)
        draft.add(f" — {quoting.place(hit.passage, texts)}")
    return draft.message()


def stats(periods: Mapping[int, Statistics], texts: Texts) -> Message:
    """Show questions, outcomes, votes and waiting times of the last days."""
    draft = Draft()
    for days, counted in periods.items():
        draft.paragraph(texts("stats_days", count=days), "bold")
        people = texts("stats_people", count=counted.people)
        lines = [texts("stats_asked", count=counted.questions, people=people)]
        if counted.questions:
            shares = {
                outcome.value: round(100 * count / counted.questions)
                for outcome, count in counted.outcomes.items()
            }
            lines.append(texts("stats_outcomes", **shares))
        if counted.up or counted.down:
            lines.append(texts("stats_votes", up=counted.up, down=counted.down))
        if counted.median is not None and counted.slow is not None:
            median, slow = _milliseconds(counted.median), _milliseconds(counted.slow)
            lines.append(texts("stats_seconds", median=median, slow=slow))
        draft.add("\n" + "\n".join(lines))
    return draft.message()


def health(now: Condition, texts: Texts) -> Message:
    """Show the state of the bot, one line for each thing."""
    lines = []
    if now.generation and now.thresholds:
        day = texts.day(now.generation.built.astimezone())
        lines += [
            texts("health_index", day=day),
            texts(
                "health_counts",
                documents=now.generation.documents,
                passages=now.generation.passages,
                sentences=now.generation.sentences,
            ),
            texts(
                "health_thresholds",
                found=texts.number(now.thresholds.found, 2),
                related=texts.number(now.thresholds.related, 2),
            ),
        ]
    else:
        lines.append(texts("health_no_index"))
    if now.promise:
        percent, count = now.promise.percent, now.promise.found
        lines.append(texts("health_promise", percent=percent, count=count))
    if now.failed:
        named = ", ".join(clip(id, _TITLE) for id in now.failed[:_NAMED])
        more = "…" if len(now.failed) > _NAMED else ""
        lines.append(f"{texts('health_failed', count=len(now.failed))}: {named}{more}")
    if now.building:
        what = texts.step(now.building.step)
        lines.append(texts("health_building", what=what, percent=now.building.percent))
    if now.trouble:
        lines.append(texts("health_trouble", trouble=now.trouble))
    if now.silence is None:
        lines.append(texts("health_webhook"))
    else:
        lines.append(texts("health_poll", seconds=round(now.silence)))
    minutes = round(now.up) // 60
    lines += [
        texts("health_queue", questions=now.questions, updates=now.updates),
        texts("health_memory", megabytes=_megabytes(now.memory)),
        texts("health_disk", journal=texts.number(now.journal / 1e6, 1), free=_megabytes(now.free)),
        texts("health_uptime", hours=minutes // 60, minutes=minutes % 60),
    ]
    return Message("\n".join(lines))


def _table(ranked: Ranked, texts: Texts) -> str:
    """Return a row for the scores and one for each part, with its weight; a column for each
    passage.
    """
    rows = [(texts("why_score"), "", [hit.score for hit in ranked.hits])]
    for part in fields(Parts):
        weight = getattr(ranked.weights, part.name)
        if weight:
            parts = [getattr(hit.parts, part.name) for hit in ranked.hits]
            rows.append((texts(_PARTS[part.name]), f"×{texts.number(weight, 2)}", parts))
    if ranked.base:
        rows.append((texts("why_base"), "", [ranked.base]))
    wide = max(len(label) for label, _, _ in rows)
    heavy = max(len(weight) for _, weight, _ in rows)
    head = " " * (wide + heavy + 1) + "".join(f"{n:5}" for n in range(1, len(ranked.hits) + 1))
    lines = [
        f"{label:{wide}} {weight:{heavy}}"
        + "".join(f"{texts.number(value, 2):>5}" for value in values)
        for label, weight, values in rows
    ]
    return "\n".join([head, *lines])


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1_000)


def _megabytes(bytes: int) -> int:
    return round(bytes / 1e6)
