"""How much anyone may ask, and how the bot says so."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.running.limits import Admission, Kind, Limits

ANN, BEN = 1, 2
ROOM = -100


class Clock:
    """A clock that a test turns; it starts at noon, UTC."""

    def __init__(self) -> None:
        self.time = 43_200.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock=clock, now=clock)


def ask(
    limits: Limits,
    person: int = ANN,
    chat: int | None = None,
    *,
    today: int = 0,
    unlimited: bool = False,
) -> Admission:
    """A question that is answered at once, in a group if a chat is named."""
    group = chat is not None
    place = person if chat is None else chat
    with limits.admit(
        person, place, group=group, unlimited=unlimited, today=lambda: today
    ) as admission:
        return admission


def test_the_seventh_question_in_a_minute_waits_until_the_first_is_a_minute_old(
    limits: Limits, clock: Clock
) -> None:
    for _ in range(6):
        assert ask(limits).allowed
        clock.time += 2
    assert ask(limits) == Admission(
        allowed=False, tell=True, words="busy_minute", count=48, most=6, waits=True
    )
    clock.time += 47.5
    assert not ask(limits).allowed
    clock.time += 0.5
    assert ask(limits).allowed
    assert not ask(limits).allowed


def test_a_refusal_is_told_once_a_minute_in_each_chat(limits: Limits, clock: Clock) -> None:
    for _ in range(6):
        ask(limits)
    assert ask(limits).tell
    assert not ask(limits).tell
    assert ask(limits, chat=ROOM).tell
    clock.time += 59
    assert not ask(limits).tell
    clock.time += 1
    for _ in range(6):
        assert ask(limits).allowed
    assert ask(limits).tell


def test_one_person_takes_nothing_from_another(limits: Limits) -> None:
    for _ in range(7):
        ask(limits, ANN)
    assert ask(limits, BEN).allowed


def test_a_group_has_twenty_a_minute_whoever_asks(limits: Limits, clock: Clock) -> None:
    for person in range(10, 30):
        assert ask(limits, person, ROOM).allowed
    assert ask(limits, ANN, ROOM) == Admission(
        allowed=False, tell=True, words="busy_group", count=60, most=20
    )
    assert ask(limits, ANN).allowed, "in private it is not the group's turn"
    assert ask(limits, ANN, ROOM - 1).allowed
    clock.time += 60
    assert ask(limits, ANN, ROOM).allowed


def test_sixty_a_day_and_the_refusal_names_the_hours_to_midnight(
    limits: Limits, clock: Clock
) -> None:
    assert ask(limits, today=59).allowed
    clock.time += 1
    assert ask(limits, today=60) == Admission(
        allowed=False, tell=True, words="busy_today", count=12, most=60
    )
    assert ask(limits, today=60, unlimited=True).allowed, "an editor has no daily limit"


def test_an_editor_has_the_limit_of_a_minute_like_anyone(limits: Limits) -> None:
    for _ in range(6):
        assert ask(limits, unlimited=True).allowed
    assert ask(limits, unlimited=True).words == "busy_minute"


def test_four_questions_at_once_the_fifth_is_refused_until_one_is_done(limits: Limits) -> None:
    def begin(chat: int) -> tuple[ExitStack, Admission]:
        stack = ExitStack()
        return stack, stack.enter_context(
            limits.admit(ANN, chat, group=False, unlimited=False, today=lambda: 0)
        )

    begun = [begin(chat) for chat in range(4)]
    assert all(admission.allowed for _, admission in begun)
    assert ask(limits) == Admission(allowed=False, tell=True, words="busy", count=5)
    assert ask(limits, BEN).allowed
    begun[0][0].close()
    assert ask(limits).allowed


def test_questions_in_work_count_towards_the_day(limits: Limits) -> None:
    with limits.admit(ANN, ANN, group=False, unlimited=False, today=lambda: 59) as first:
        assert first.allowed
        assert ask(limits, today=59).words == "busy_today"
    assert ask(limits, today=59).allowed, "it was not answered, so it is not counted"


def test_a_question_that_fails_is_no_longer_in_work(limits: Limits) -> None:
    for person in range(3):
        for _ in range(5):
            with (
                pytest.raises(ZeroDivisionError),
                limits.admit(person, 0, group=False, unlimited=False, today=lambda: 0),
            ):
                raise ZeroDivisionError
    assert ask(limits).allowed


def test_all_people_together_have_two_hundred_in_work(limits: Limits) -> None:
    with ExitStack() as stack:
        for person in range(10, 210):
            admission = stack.enter_context(
                limits.admit(person, person, group=False, unlimited=False, today=lambda: 0)
            )
            assert admission.allowed
        assert not ask(limits).allowed
    assert ask(limits).allowed


def take(limits: Limits, kind: Kind, person: int = ANN, *, editor: bool = False) -> Admission:
    return limits.take(person, person, kind, editor=editor)


@pytest.mark.parametrize(("kind", "most"), [(Kind.SAID, 30), (Kind.PRESSED, 60), (Kind.TYPED, 60)])
def test_what_costs_little_has_a_wider_bound_each_kind_its_own(
    limits: Limits, clock: Clock, kind: Kind, most: int
) -> None:
    for _ in range(most):
        assert take(limits, kind).allowed
    assert take(limits, kind) == Admission(
        allowed=False, tell=True, words="busy_messages", count=60, most=most
    )
    assert not take(limits, kind).tell, "it is told once"
    assert take(limits, kind, BEN).allowed
    assert all(take(limits, other).allowed for other in Kind if other is not kind)
    assert take(limits, kind, editor=True).allowed, "an editor has a wider bound"
    clock.time += 60
    assert take(limits, kind).allowed


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 2), st.sampled_from([None, ROOM, ROOM - 1])),
        max_size=150,
    )
)
def test_no_minute_whatever_has_more_than_is_allowed(
    questions: list[tuple[int, int, int | None]],
) -> None:
    """Six of a person, eight of a group; and who is refused had used up one of the two."""
    clock = Clock()
    limits = Limits(group_per_minute=8, clock=clock, now=clock)
    allowed: list[tuple[float, int, int | None]] = []
    for pause, person, chat in questions:
        clock.time += pause
        lately = [entry for entry in allowed if entry[0] > clock.time - 60]
        of_person = sum(entry[1] == person for entry in lately)
        of_group = sum(entry[2] == chat for entry in lately) if chat else 0
        admission = ask(limits, person, chat)
        assert admission.allowed == (of_person < 6 and of_group < 8)
        if admission.allowed:
            allowed.append((clock.time, person, chat))
        else:
            assert 1 <= admission.count <= 60


def test_a_hundred_thousand_people_leave_nothing_behind_a_minute_later(
    limits: Limits, clock: Clock
) -> None:
    for person in range(100_000):
        assert ask(limits, person, -person).allowed
        assert take(limits, Kind.SAID, person).allowed
        clock.time += 0.01
    said = limits._lightly[Kind.SAID, False]
    held = limits._people._events, limits._groups._events, said._events
    assert all(len(events) <= 6_001 for events in held)
    clock.time += 60
    ask(limits, ANN, ROOM)
    take(limits, Kind.SAID)
    assert [len(events) for events in held] == [1, 1, 1]
    assert not limits._working
