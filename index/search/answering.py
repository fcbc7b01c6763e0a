"""From messages to answers: each question is read in every way, and the best answer is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest

from index.search import exact
from index.search.conversation import ORDER, Reading, chosen, in_context
from index.search.differing import differing
from index.search.following import followed, place
from index.search.ranking import Ranked, Spoken
from index.search.searcher import Searcher
from index.search.spelling import fixes, in_cyrillic
from index.stores import OpenGeneration
from index.text import followups, messages
from index.text.tasks import asks_about_all, is_task
from index.types import Answer, Hit, Outcome, Query, Talk

__all__ = ["answers"]

# Passages searched for an identifier, whatever number is shown.
_DEPTH = 10
_NEAREST_TITLES = 2
# The share of a related passage's lowest score from which a title is close enough to be named.
_NEAR = 0.8
# A word of this length that may be right as it is, is corrected if nothing at all was found.
_LONG = 6


def answers(
    queries: Sequence[Query],
    generation: OpenGeneration,
    searcher: Searcher,
) -> list[Answer]:
    """Return the answers to messages, in their order, without timing.

    A question about one document that does not answer it is asked of the others too.
    """
    found = _answers(queries, generation, searcher)
    missed = {
        number: _elsewhere(query)
        for number, (query, answer) in enumerate(zip(queries, found, strict=True))
        if query.scope.document and answer.outcome is Outcome.NOTHING and not answer.talk
    }
    others = _answers(list(missed.values()), generation, searcher) if missed else []
    for number, other in zip(missed, others, strict=True):
        document = queries[number].scope.document
        titles = [source.title for source, _ in generation.sources() if source.id == document]
        there = other.outcome is not Outcome.NOTHING and titles
        count = found[number].documents + other.documents
        found[number] = replace(other, not_in=titles[0] if there else None, documents=count)
    return found


def _elsewhere(query: Query) -> Query:
    """Ask the other documents the question that was about one of them."""
    hidden = query.scope.hidden.union([query.scope.document or ""])
    return replace(query, scope=replace(query.scope, hidden=hidden, document=None))


def _answers(
    queries: Sequence[Query],
    generation: OpenGeneration,
    searcher: Searcher,
) -> list[Answer]:
    read = [_read(query) for query in queries]
    wanted = [
        asked
        for query, message in zip(queries, read, strict=True)
        for part, before in _in_order(message, query)
        for asked in _readings(query, part, before)
    ]
    found = iter(searcher.rank(generation, wanted) if wanted else [])
    done = []
    for query, message in zip(queries, read, strict=True):
        parts = []
        for part, before in _in_order(message, query):
            readings = [Reading(asked, next(found)) for asked in _readings(query, part, before)]
            best = chosen(readings)
            if query.before or followups.leans(part.question):
                asked = replace(best.asked, question=part.question, before=_context(part, before))
                best = in_context(asked, best, part.told, generation, searcher)
            parts.append(_part(query, part, best, generation, searcher))
        done.append(_whole(query, message, parts, generation))
    return done


def _read(query: Query) -> messages.Message:
    """Return the questions of a message; a bare one with nothing before it asks nothing: “why?”."""
    message = messages.read(query.question)
    alone = not query.before and len(message.parts) == 1
    if alone and followups.is_bare(message.parts[0].question):
        return messages.Message((), Talk.UNCLEAR)
    return message


def _in_order(message: messages.Message, query: Query) -> Iterator[tuple[messages.Part, str]]:
    """Return each question of a message, and the last one before it that stands alone; empty if
    none, or if the same message is asked again.
    """
    before = f"\n{query.before or ''}".removesuffix(f"\n{query.question}").strip()
    for part in message.parts:
        yield part, before
        if not before or not followups.leans(part.question):
            before = part.question


def _readings(query: Query, part: messages.Part, before: str) -> list[Query]:
    """Return the ways to rank a question by itself; if it says nothing, the one after the question
    before.
    """
    alone = replace(query, before=None, top=max(query.top, _DEPTH))
    context = _context(part, before)
    if context and followups.is_bare(part.question):
        return [replace(alone, question=part.question, before=context)]
    return [replace(alone, question=text) for text in part.readings]


def _context(part: messages.Part, before: str) -> str:
    """Return the questions that this one follows. Asked again, by a button or by hand, it follows
    what it followed before.
    """
    return followed(before.removesuffix(part.question).strip())


def _part(
    query: Query,
    part: messages.Part,
    best: Reading,
    generation: OpenGeneration,
    searcher: Searcher,
) -> Answer:
    title = _title(query, generation) if asks_about_all(part.question) else None
    if text := title or in_cyrillic(best.text, generation, query.scope):
        asked = replace(best.asked, question=text, before=None)
        [ranked] = searcher.rank(generation, [asked])
        if ranked.outcome is not Outcome.NOTHING:
            best = Reading(asked, ranked, taken_for=text)
    # the words of a language that no document is in are not misspelt
    if best.ranked.outcome is not Outcome.FOUND and best.ranked.spoken.possible:
        sure = False
        for text, written, surface in fixes(best.text, generation, query.scope):
            # beside one misspelt word, another that is unknown is hardly right
            sure = sure or not searcher.is_word(written, surface)
            refused = best.ranked.outcome is Outcome.NOTHING
            if not sure and not (refused and len(written) >= _LONG):
                continue
            asked = replace(best.asked, question=text, before=None)
            [ranked] = searcher.rank(generation, [asked])
            if not sure and ranked.outcome is Outcome.FOUND:
                ranked = replace(ranked, outcome=Outcome.RELATED)
            fixed = Reading(asked, ranked, taken_for=text)
            # a correction that finds nothing is not worth mentioning
            if fixed.worth > best.worth and ranked.outcome is not Outcome.NOTHING:
                best = fixed
    return _answer(query, part.question, best, generation)


def _title(query: Query, generation: OpenGeneration) -> str | None:
    """Return the title of the only document in scope, which says what all of it is about."""
    titles = [source.title for source, _ in generation.sources() if query.scope.allows(source.id)]
    return titles[0] if len(titles) == 1 else None


def _answer(
    query: Query,
    question: str,
    reading: Reading,
    generation: OpenGeneration,
) -> Answer:
    ranked, hits = reading.ranked, list(reading.ranked.hits)
    outcome = ranked.outcome
    lacking, instead = exact.missing(hits, reading.text)
    if outcome is Outcome.FOUND and (lacking or is_task(question) or is_task(query.question)):
        outcome = Outcome.RELATED
    wanted = exact.identifiers(reading.text)
    if wanted and not lacking and outcome is Outcome.NOTHING and exact.all_held(hits, wanted):
        outcome = Outcome.RELATED
    hits = exact.first(hits, wanted)
    nothing = outcome is Outcome.NOTHING
    found = outcome is Outcome.FOUND

    def mark(hit: Hit) -> Hit:
        marked = ranked.mark(hit)
        return replace(marked, highlights=exact.marked(marked, wanted))

    differ = differing(hits, reading.text, ranked.spoken.language, mark) if found else ()
    places = set(map(place, differ))
    others = [hit for hit in hits if place(hit) not in places]
    shown = () if nothing else islice(chain(differ, map(mark, others)), query.top)
    spoken, top = ranked.spoken, next((h.passage.source.language for h in (*differ, *others)), "")
    far = spoken.language and top not in {spoken.language, *spoken.possible}
    return Answer(
        question=question,
        outcome=outcome,
        hits=tuple(shown),
        thresholds=ranked.thresholds,
        generation=generation.generation,
        seconds=0.0,
        documents=generation.documents(query.scope),
        nearest=_nearest(ranked) if nothing else (),
        confidence=ranked.confidence,
        taken_for=reading.taken_for,
        context=reading.context,
        missing=lacking,
        instead=instead if lacking else (),
        differ=len(differ),
        language=spoken.language,
        quoted_in=top if far and not nothing else None,
        ask_in=_ask_in(spoken, generation, query) if nothing else (),
    )


def _nearest(ranked: Ranked) -> tuple[str, ...]:
    """Return the titles of the best passages that come close to being related, best first."""
    least = _NEAR * ranked.thresholds.related
    near = [hit.passage.source.title for hit in ranked.hits if hit.score >= least]
    return tuple(dict.fromkeys(near))[:_NEAREST_TITLES]


def _ask_in(spoken: Spoken, generation: OpenGeneration, query: Query) -> tuple[str, ...]:
    """Return the languages of the documents in scope, if the model does not know that of the
    question and it is certainly none of them.
    """
    if spoken.known or spoken.possible:
        return ()
    seen = [source for source, _ in generation.sources() if query.scope.allows(source.id)]
    return tuple(sorted({source.language for source in seen}))


def _whole(
    query: Query, message: messages.Message, parts: Sequence[Answer], generation: OpenGeneration
) -> Answer:
    """Return the answer to a message: that to its one question, or those to all of them."""
    if len(parts) == 1:
        # “Great, that helped a lot, thanks!”
        nothing = parts[0].outcome is Outcome.NOTHING
        return replace(parts[0], question=query.question, talk=message.perhaps if nothing else None)
    if not parts:
        return Answer(
            question=query.question,
            outcome=Outcome.NOTHING,
            hits=(),
            thresholds=generation.thresholds,
            generation=generation.generation,
            seconds=0.0,
            documents=generation.documents(query.scope),
            talk=message.talk,
            context=query.before or "",
        )
    best = max(parts, key=lambda part: ORDER.index(part.outcome))
    shown = [part.hits for part in parts if part.outcome is best.outcome]
    before = followed(query.before or "")
    goes_on = before and any(part.context.startswith(f"{before}\n") for part in parts)
    return replace(
        best,
        question=query.question,
        hits=tuple(_in_turn(shown))[: max(query.top, len(parts))],
        taken_for=None,
        context=f"{before}\n{query.question}" if goes_on else query.question,
        missing=(),
        instead=(),
        differ=0,
        parts=tuple(parts),
    )


def _in_turn(rows: Sequence[Sequence[Hit]]) -> list[Hit]:
    """Return the best of each row, then the second of each; a passage once, at its first place."""
    found: dict[tuple[str, int], Hit] = {}
    for hit in chain(*zip_longest(*rows)):
        if hit is not None:
            found.setdefault(place(hit), hit)
    return list(found.values())
