"""Messages to editors about what a new index would change. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.messages import notices, quoting
from bot.messages.buttons import Action
from bot.messages.keyboards import Keyboards
from bot.messages.model import Button, Draft, Keyboard, Message, clip, units
from bot.messages.texts import Texts
from index.desk.evaluate import Evaluation, Result
from index.desk.gate import Comparison, Pair
from index.desk.staging import Staged
from index.search.copies import Copy
from index.types import Generation, Outcome, Thresholds

__all__ = ["changes", "generations", "losses", "preview", "published", "questions", "thresholds"]

_QUESTION, _TITLE, _QUOTED = 160, 80, 200
_OUTCOMES = {
    Outcome.FOUND: "outcome_found",
    Outcome.RELATED: "outcome_related",
    Outcome.NOTHING: "outcome_nothing",
}
_PAGE = 4  # questions, each with both passages
_COPIES = 5


def preview(
    staged: Staged,
    comparison: Comparison | None,
    keyboards: Keyboards,
    intro: str | None = None,
) -> Message:
    """Show what publishing would change, in numbers, with buttons for the details and for the
    decision.
    """
    texts, id = keyboards.texts, staged.generation.id
    draft = Draft()
    draft.add(intro or texts("preview"))
    draft.paragraph(notices.counts(staged.changes, texts))
    whole = staged.generation.sentences
    draft.add("\n" + texts("preview_sentences", count=whole, new=staged.embedded))
    draft.add("\n" + _golden(comparison, texts))
    if left := notices.omitted(staged.omitted, texts):
        draft.paragraph(left)
    if staged.copies:
        draft.paragraph("\n".join(_copies(staged.copies, texts)))
    if staged.behind:
        draft.paragraph(texts("preview_behind"))
        return draft.message((keyboards.one_of(texts("reindex_button"), Action.REINDEX, ""),))
    show = [*keyboards.one_of(texts("changes_button"), Action.CHANGES, id)]
    if comparison and comparison.changed:
        show += keyboards.one_of(texts("questions_button"), Action.QUESTIONS, f"{id}_0")
    return draft.message((tuple(show), _decide(id, keyboards)))


def _copies(copies: Sequence[Copy], texts: Texts) -> list[str]:
    lines = [
        texts(
            "copy_same" if copy.same else "copy_near",
            first=clip(copy.first, _TITLE),
            second=clip(copy.second, _TITLE),
        )
        for copy in copies[:_COPIES]
    ]
    rest = len(copies) - len(lines)
    return [*lines, texts("more", count=rest)] if rest else lines


def changes(staged: Staged, keyboards: Keyboards) -> Message:
    """Show the documents that publishing would add, change and remove, and those that failed."""
    words = notices.changes(staged.changes, keyboards.texts)
    return Message(words.text, words.entities, _back(staged, keyboards))


def questions(staged: Staged, comparison: Comparison, first: int, keyboards: Keyboards) -> Message:
    """Show the golden questions with a changed result, from place `first` on, the lost ones
    first: the passages now and then.
    """
    texts, id = keyboards.texts, staged.generation.id
    changed = sorted(comparison.changed, key=lambda pair: not pair.lost)
    first = min(first, max(len(changed) - 1, 0) // _PAGE * _PAGE)
    draft = Draft()
    draft.add(_counted(comparison, texts))
    for pair in changed[first : first + _PAGE]:
        _pair(draft, pair, texts)
    turn: list[Button] = []
    if first:
        turn += keyboards.one_of("◀", Action.QUESTIONS, f"{id}_{first - _PAGE}")
    if first + _PAGE < len(changed):
        turn += keyboards.one_of("▶", Action.QUESTIONS, f"{id}_{first + _PAGE}")
    return draft.message((*((tuple(turn),) if turn else ()), *_back(staged, keyboards)))


def losses(comparison: Comparison, texts: Texts, keyboard: Keyboard) -> Message:
    """Show the golden questions that would be lost, before the second confirmation."""
    lost, all = comparison.lost, len(comparison.after.results)
    draft = Draft()
    draft.add(texts("losses", count=len(lost), all=all))
    for number, pair in enumerate(lost):
        question = "\n• " + clip(pair.after.golden.question, _QUESTION)
        more = "\n" + texts("more", count=len(lost) - number)
        if not draft.fits(units(question) + units(more)):
            draft.add(more)
            break
        draft.add(question)
    draft.paragraph(texts("losses_sure"))
    return draft.message(keyboard)


def published(generation: Generation, rated: Evaluation | None, texts: Texts) -> Message:
    """Say that an index was published, and how well the golden questions are served."""
    draft = Draft()
    draft.add(texts("reindex_done"))
    draft.add("\n" + _described(generation, texts))
    if rated:
        draft.paragraph(_rates(rated, texts))
    return draft.message()


def generations(kept: Sequence[Generation], current: str | None, keyboards: Keyboards) -> Message:
    """Show the generations that are kept, with a button for each that does not serve now."""
    texts = keyboards.texts
    draft = Draft()
    draft.add(texts("generations"))
    rows = []
    # two of the same minute differ in their seconds only
    seconds = len({_when(generation, texts) for generation in kept}) < len(kept)
    for generation in kept:
        words = _described(generation, texts, seconds=seconds)
        if generation.id == current:
            draft.paragraph(texts("generation_now", words=words))
        else:
            draft.paragraph(words)
            label = f"↩ {_when(generation, texts, seconds=seconds)}"
            rows.append(keyboards.one_of(label, Action.ROLLBACK, generation.id))
    return draft.message(tuple(rows))


def thresholds(rated: Evaluation, proposed: Thresholds | None, keyboards: Keyboards) -> Message:
    """Show the effect of the thresholds on the golden questions, and of better ones."""
    texts, now = keyboards.texts, rated.thresholds
    draft = Draft()
    draft.add(texts("thresholds", **_levels(now)))
    draft.add("\n" + _rates(rated, texts))
    if proposed is None:
        draft.paragraph(texts("thresholds_few"))
        return draft.message()
    if proposed == now:
        draft.paragraph(texts("thresholds_best"))
        return draft.message()
    draft.paragraph(texts("thresholds_better", **_levels(proposed)))
    draft.add("\n" + _rates(rated, texts, proposed))
    payload = f"{round(proposed.related * 100)}-{round(proposed.found * 100)}"
    row = keyboards.one_of(texts("thresholds_button"), Action.THRESHOLDS, payload)
    return draft.message((row,))


def _golden(comparison: Comparison | None, texts: Texts) -> str:
    if comparison is None:
        return texts("preview_no_golden")
    lines = [_counted(comparison, texts)] if comparison.before else []
    if comparison.lost:
        lines.append(texts("preview_lost", count=len(comparison.lost)))
    if comparison.before:
        lines.append(texts("rates_before", rates=_rates(comparison.before, texts)))
        lines.append(texts("rates_after", rates=_rates(comparison.after, texts)))
    else:
        lines.append(_rates(comparison.after, texts))
    return "\n".join(lines)


def _counted(comparison: Comparison, texts: Texts) -> str:
    return texts(
        "preview_golden", count=len(comparison.after.results), changed=len(comparison.changed)
    )


def _rates(rated: Evaluation, texts: Texts, levels: Thresholds | None = None) -> str:
    levels = levels or rated.thresholds
    return texts(
        "rates",
        false=100 * rated.false_answers(levels.found),
        missed=100 * rated.missed_answers(levels.related),
    )


def _levels(levels: Thresholds) -> dict[str, str]:
    return {"related": f"{levels.related:.2f}", "found": f"{levels.found:.2f}"}


def _pair(draft: Draft, pair: Pair, texts: Texts) -> None:
    draft.paragraph(clip(pair.after.golden.question, _QUESTION), "bold")
    if pair.lost:
        draft.add(" — " + texts("question_lost"))
    elif pair.gained:
        draft.add(" — " + texts("question_gained"))
    draft.add("\n" + texts("question_before", words=_result(pair.before, texts)))
    draft.add("\n" + texts("question_after", words=_result(pair.after, texts)))


def _result(result: Result, texts: Texts) -> str:
    outcome = texts(_OUTCOMES[result.outcome])
    if result.outcome is Outcome.NOTHING or not result.hits:
        return outcome
    passage = result.hits[0].passage
    where = f"{clip(passage.source.title, _TITLE)}, {quoting.place(passage, texts)}"
    quoted = texts("quoted", words=clip(passage.text, _QUOTED))
    return f"{outcome}: {where}: {quoted}"


def _described(generation: Generation, texts: Texts, *, seconds: bool = False) -> str:
    return texts(
        "generation",
        count=generation.documents,
        when=_when(generation, texts, seconds=seconds),
        passages=texts("passages", count=generation.passages),
    )


def _when(generation: Generation, texts: Texts, *, seconds: bool = False) -> str:
    built = generation.built.astimezone()
    return (
        f"{texts.day(built)}, {built:%H:%M:%S}" if seconds else f"{texts.day(built)}, {built:%H:%M}"
    )


def _back(staged: Staged, keyboards: Keyboards) -> Keyboard:
    """Return the way back to the preview, and the decision unless it is too late for it."""
    id = staged.generation.id
    back = keyboards.one_of(keyboards.texts("preview_button"), Action.PREVIEW, id)
    return (back,) if staged.behind else (back, _decide(id, keyboards))


def _decide(id: str, keyboards: Keyboards) -> tuple[Button, ...]:
    texts = keyboards.texts
    return (
        *keyboards.one_of(texts("publish_button"), Action.PUBLISH, id),
        *keyboards.one_of(texts("discard_button"), Action.DISCARD, id),
    )
