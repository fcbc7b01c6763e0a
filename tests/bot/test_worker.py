"""The threads that search: in order, one a core, within bounds."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest

from bot.running import worker
from bot.running.worker import BusyError, Worker
from index.errors import QuestionError
from index.library import Library
from index.types import Answer, Query


class Held:
    """Answers questions in capitals, each only once it is let."""

    def __init__(self) -> None:
        self.done = list[str]()
        self.begun, self.on = threading.Semaphore(0), threading.Event()

    def answer(self, question: str) -> str:
        self.done.append(question)
        self.begun.release()
        assert self.on.wait(10)
        if question == "wrong":
            raise KeyError(question)
        return question.upper()

    def note(self, name: str) -> str:
        self.done.append(name)
        return name


@pytest.fixture
def held() -> Held:
    return Held()


@pytest.fixture
def busy(held: Held) -> Iterator[Worker[str, str]]:
    """A worker that has begun with one question, "first", when a test asks through `begin`."""
    made = Worker(held.answer, 1)
    yield made
    held.on.set()
    made.close()


async def begin(busy: Worker[str, str], held: Held) -> asyncio.Task[str]:
    first = asyncio.create_task(busy.ask("first"))
    await asyncio.to_thread(held.begun.acquire)
    return first


async def give_up(asked: asyncio.Task[str]) -> None:
    """Cancel a question and see it gone, so that what comes next meets a worker that knows."""
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked


async def test_as_many_are_answered_at_once_as_there_are_threads(held: Held) -> None:
    """The others wait for the first that is done, not for all that began with it."""
    worker = Worker(held.answer, 2)
    asked = [asyncio.create_task(worker.ask(f"q{n}")) for n in range(5)]
    for _ in range(2):
        await asyncio.to_thread(held.begun.acquire)
    assert sorted(held.done) == ["q0", "q1"]
    assert worker.waiting == 5
    held.on.set()
    assert await asyncio.gather(*asked) == [f"Q{n}" for n in range(5)]
    assert worker.waiting == 0
    worker.close()


async def test_all_is_done_in_its_order_and_a_failure_costs_the_others_nothing(
    held: Held, busy: Worker[str, str]
) -> None:
    first = await begin(busy, held)
    rest = [
        asyncio.create_task(work)
        for work in (
            busy.ask("a"),
            busy.run(held.note, "between"),
            busy.ask("wrong"),
            busy.prepare(lambda: held.note("prepared")),
            busy.ask("c"),
        )
    ]
    await asyncio.sleep(0)
    held.on.set()
    found = await asyncio.gather(first, *rest, return_exceptions=True)
    assert held.done == ["first", "a", "between", "wrong", "prepared", "c"]
    assert [found[n] for n in (0, 1, 2, 5)] == ["FIRST", "A", "between", "C"]
    assert isinstance(found[3], KeyError)


async def test_what_nobody_waits_for_any_more_is_never_searched(
    held: Held, busy: Worker[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither after the deadline nor where the asker was cancelled."""
    first = await begin(busy, held)
    gone = asyncio.create_task(busy.ask("gone"))
    await asyncio.sleep(0)
    with monkeypatch.context() as patch:
        patch.setattr(worker, "DEADLINE", 0.01)
        with pytest.raises(TimeoutError):
            await busy.ask("late")
        with pytest.raises(TimeoutError):
            await busy.run(held.note, "late work")
    await give_up(gone)
    last = asyncio.create_task(busy.ask("last"))
    await asyncio.sleep(0)
    held.on.set()
    assert [await first, await last] == ["FIRST", "LAST"]
    assert held.done == ["first", "last"]


async def test_the_deadline_counts_from_when_the_model_is_there(
    held: Held, busy: Worker[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who asks right after a start waits; a question given up meanwhile is never
    searched.
    """
    monkeypatch.setattr(worker, "DEADLINE", 0.5)
    loading, loaded = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def load() -> None:
        loop.call_soon_threadsafe(loading.set)
        assert loaded.wait(10)

    held.on.set()
    preparing = asyncio.create_task(busy.prepare(load))
    await loading.wait()
    asked, gone = asyncio.create_task(busy.ask("first")), asyncio.create_task(busy.ask("gone"))
    await asyncio.sleep(0.6)
    await give_up(gone)
    loaded.set()
    assert await asked == "FIRST"
    await preparing
    assert held.done == ["first"]


async def test_where_too_many_wait_the_next_is_refused_at_once(
    held: Held, busy: Worker[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_MOST", 3)
    first = await begin(busy, held)
    asked = [asyncio.create_task(busy.ask(name)) for name in ("a", "b")]
    await asyncio.sleep(0)
    with pytest.raises(BusyError, match="3 questions are already waiting"):
        await busy.ask("c")
    with pytest.raises(BusyError):
        await busy.run(held.note, "work")
    held.on.set()
    await asyncio.gather(first, *asked)
    assert await busy.ask("c") == "C"


async def test_who_waits_when_the_worker_closes_is_let_go(
    held: Held, busy: Worker[str, str]
) -> None:
    first = await begin(busy, held)
    asked = [asyncio.create_task(busy.ask(name)) for name in ("a", "b")]
    await asyncio.sleep(0)
    busy.close()
    held.on.set()
    done = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(error) for error in done] == [asyncio.CancelledError] * 2
    assert await first == "FIRST"


async def test_what_takes_long_is_done_aside_and_ends_when_nobody_waits(
    held: Held, busy: Worker[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def endless(wanted: Callable[[], bool]) -> None:
        begun.set()
        while wanted():
            ended.wait(0.01)
        ended.set()

    held.on.set()
    long = asyncio.create_task(busy.aside(endless))
    await asyncio.to_thread(begun.wait)
    assert await busy.ask("a") == "A", "nobody waits for it"
    monkeypatch.setattr(worker, "_MOST_ASIDE", 1)
    with pytest.raises(BusyError):
        await busy.aside(lambda _: None)
    long.cancel()
    with pytest.raises(asyncio.CancelledError):
        await long
    assert await asyncio.to_thread(ended.wait, 10)
    assert await busy.aside(lambda wanted: wanted())


async def test_what_is_done_aside_ends_when_the_worker_closes(busy: Worker[str, str]) -> None:
    begun = threading.Event()

    def endless(wanted: Callable[[], bool]) -> str:
        begun.set()
        while wanted():
            pass
        return "ended"

    long = asyncio.create_task(busy.aside(endless))
    await asyncio.to_thread(begun.wait)
    busy.close()
    assert await long == "ended"
    with pytest.raises(asyncio.CancelledError):
        await busy.aside(endless)


@pytest.mark.usefixtures("uncached")
async def test_the_library_answers_many_at_once_as_it_does_alone(library: Library) -> None:
    worker: Worker[Query, Answer] = Worker(lambda query: library.ask(query.question), 3)
    questions = ("When does the last ferry leave?", "What spoils tea?", "Who founded the club?")
    asked = [worker.ask(Query(question)) for question in questions]
    *found, wrong = await asyncio.gather(*asked, worker.ask(Query("")), return_exceptions=True)
    assert isinstance(wrong, QuestionError)
    for question, answer in zip(questions, found, strict=True):
        alone = library.ask(question)
        assert isinstance(answer, Answer)
        assert (answer.question, answer.outcome) == (question, alone.outcome)
        assert [hit.passage for hit in answer.hits] == [hit.passage for hit in alone.hits]
    worker.close()
