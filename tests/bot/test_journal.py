"""What the bot remembers: under pseudonyms, for a time, until forgotten."""

from __future__ import annotations

import contextlib
import hmac
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.journal import (
    DAYS,
    DOWN_VOTED,
    TEXT_DAYS,
    UNANSWERED,
    Answered,
    Awaiting,
    Forgotten,
    Journal,
    Shown,
    Statistics,
)
from index.errors import StoreError
from index.types import Outcome

ANN, BEN, CAM = 700_100_100, 700_200_200, 700_300_300
GROUP, SUPERGROUP = -4_000_123, -1_001_234_567_890
QUESTION = "How many steps does the lighthouse have?"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)

    def live(self, journal: Journal, days: int) -> None:
        """Let days pass in which the bot runs, and deletes what is old."""
        for passed in range(0, days, 5):
            self.turn(days=min(5, days - passed))
            journal.purge()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "journal.sqlite"


@pytest.fixture
def opened(path: Path, clock: Clock) -> Iterator[Callable[..., Journal]]:
    """Opens the journal, after closing the one opened before."""
    journals: list[Journal] = []

    def open_(*, keep_questions: bool = False) -> Journal:
        for journal in journals:
            journal.close()
        journals.append(Journal(path, keep_questions=keep_questions, now=clock))
        return journals[-1]

    yield open_
    for journal in journals:
        journal.close()


@pytest.fixture
def journal(opened: Callable[..., Journal]) -> Journal:
    """A journal that keeps no text."""
    return opened()


@pytest.fixture
def wordy(opened: Callable[..., Journal]) -> Journal:
    """A journal of an operator who keeps the text of questions."""
    return opened(keep_questions=True)


def entry(person: int = ANN, **other: Any) -> Answered:
    given: dict[str, Any] = {
        "chat": person,
        "place": "private",
        "outcome": Outcome.FOUND,
        "generation": "0007-1ef74b1c",
        "score": 1.9,
        "seconds": 0.1,
        "question": QUESTION,
        "language": "en",
    }
    return Answered(person=person, **given | other)


def keep(journal: Journal, person: int = ANN, **other: Any) -> int:
    """Keep an answer; its id."""
    id = journal.answers.add(entry(person, **other))
    assert id is not None
    return id


def unanswered(journal: Journal, person: int = ANN, **other: Any) -> int:
    return keep(journal, person, outcome=Outcome.NOTHING, score=None, **other)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Return what another program reads in the file."""
    database = sqlite3.connect(path)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def votes(path: Path, answer: int) -> tuple[int, int]:
    """How many voted an answer up, and how many down."""
    [(up,)] = rows(path, f"SELECT count(*) FROM votes WHERE answer = {answer} AND up")
    [(down,)] = rows(path, f"SELECT count(*) FROM votes WHERE answer = {answer} AND NOT up")
    return up, down


def files(path: Path) -> bytes:
    """Every byte of every file of the journal."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


# answers


def test_an_answer_is_kept_under_pseudonyms_and_without_its_question(
    journal: Journal, path: Path
) -> None:
    keep(journal, chat=GROUP, place="group", keys=("key-one", "key-two"), asked=11, answer=12)
    assert rows(path, "SELECT * FROM answers") == [
        (
            1,
            START.timestamp(),
            journal._database.pseudonym(ANN),
            journal._database.pseudonym(GROUP),
            *rest,
        )
        for rest in [
            ("group", "found", "0007-1ef74b1c", 1.9, 0.1, "en", None, "key-one key-two", 11, 12, 0)
        ]
    ]
    for told in (QUESTION, str(ANN), str(GROUP)):
        assert told.encode() not in files(path)


def test_the_question_is_kept_where_the_operator_turns_it_on(wordy: Journal, path: Path) -> None:
    keep(wordy)
    assert rows(path, "SELECT question FROM answers") == [(QUESTION,)]


def test_a_pseudonym_is_the_same_after_a_restart_and_another_in_another_journal(
    opened: Callable[..., Journal], tmp_path: Path
) -> None:
    first = opened()
    name, secret = first._database.pseudonym(ANN), first.secret
    assert len(name) == 16
    assert int(name, 16)
    assert name != first._database.pseudonym(BEN)
    again = opened()
    assert (again._database.pseudonym(ANN), again.secret) == (name, secret)
    elsewhere = Journal(tmp_path / "elsewhere.sqlite")
    assert elsewhere._database.pseudonym(ANN) != name
    assert elsewhere.secret != secret
    assert len(secret) == 32
    elsewhere.close()


def test_nobody_else_on_the_machine_may_read_the_files(journal: Journal, path: Path) -> None:
    keep(journal)
    assert {file.stat().st_mode & 0o077 for file in path.parent.iterdir()} == {0}


def test_what_stands_in_a_message_is_known_by_chat_and_message(
    journal: Journal, clock: Clock
) -> None:
    keep(journal, chat=GROUP, keys=("a",), asked=1, answer=2)
    clock.turn(seconds=30)
    id = keep(journal, chat=GROUP, keys=("b", "c"), asked=1, answer=2)
    latest = Shown(id, ("b", "c"), clock.time, journal._database.pseudonym(ANN), 1, 2)
    assert journal.answers.shown(GROUP, 2) == latest
    assert journal.answers.answer_to(GROUP, 1, ANN) == latest
    assert journal.answers.shown(ANN, 2) is None
    assert journal.answers.shown(GROUP, 1) is None
    assert journal.answers.answer_to(GROUP, 1, BEN) is None


def test_further_passages_are_shown_but_are_no_answer_of_their_own(journal: Journal) -> None:
    id = keep(journal, keys=("a",), asked=1, answer=2)
    keep(journal, keys=("b",), asked=1, answer=3, continues=True)
    found = journal.answers.answer_to(ANN, 1, ANN)
    assert found is not None
    assert (found.id, found.answer) == (id, 2)
    further = journal.answers.shown(ANN, 3)
    assert further is not None
    assert further.keys == ("b",)
    assert journal.answers.asked_today(ANN) == 1
    assert journal.numbers.since(START).questions == 1


def test_the_count_of_a_day_survives_a_restart_and_ends_at_midnight_utc(
    opened: Callable[..., Journal], clock: Clock
) -> None:
    journal = opened()
    keep(journal)
    keep(journal, chat=GROUP)
    keep(journal, BEN)
    assert opened().answers.asked_today(ANN) == 2
    clock.time = datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert opened().answers.asked_today(ANN) == 2
    clock.turn(seconds=1)
    assert opened().answers.asked_today(ANN) == 0


def test_a_checked_text_counts_for_the_day_and_is_no_question(
    journal: Journal, clock: Clock
) -> None:
    keep(journal, asked=5)
    keep(journal, place="verify", question="")
    assert journal.answers.asked_today(ANN) == 2
    assert journal.numbers.since(clock.time - timedelta(days=1)).questions == 1
    answer = journal.answers.answer_to(ANN, 5, ANN)
    assert answer
    assert answer.asked == 5, "the question before can still be edited"


def test_a_second_vote_replaces_the_first_and_leaves_others(journal: Journal, path: Path) -> None:
    id, other = keep(journal), keep(journal)
    journal.votes.add(id, ANN, up=True)
    journal.votes.add(id, BEN, up=False, reason="reason_old")
    assert votes(path, id) == (1, 1)
    journal.votes.add(id, ANN, up=False)
    assert votes(path, id) == (0, 2)
    assert votes(path, other) == (0, 0)


def test_a_vote_on_what_is_gone_is_dropped(journal: Journal, path: Path) -> None:
    journal.votes.add(99, ANN, up=True)
    assert rows(path, "SELECT * FROM votes") == []


# gaps


def test_the_editors_see_what_they_were_told_most_asked_first(
    journal: Journal, clock: Clock
) -> None:
    """One person telling twice is one; how it is spaced, spelt large or ended makes no other."""
    tea = journal.gaps.add("How long does tea keep?", ANN)
    clock.turn(hours=1)
    steps = journal.gaps.add(QUESTION, ANN, unanswered(journal))
    assert [gap.id for gap in journal.gaps.open()] == [steps, tea]
    assert journal.gaps.add("how long  does TEA keep", ANN) == tea
    clock.turn(hours=1)
    assert journal.gaps.add("How long does tea keep??", BEN) == tea
    assert [(gap.question, gap.people, gap.asked, gap.kind) for gap in journal.gaps.open()] == [
        ("How long does tea keep??", 2, START + timedelta(hours=2), UNANSWERED),
        (QUESTION, 1, START + timedelta(hours=1), UNANSWERED),
    ]


@pytest.mark.parametrize("other", ["What is C++?", "What is C", "what is C#"])
def test_signs_within_a_question_tell_it_from_others(journal: Journal, other: str) -> None:
    assert journal.gaps.add("What is F#?", ANN) != journal.gaps.add(other, ANN)


def test_a_question_of_nothing_but_signs_is_a_gap_too(journal: Journal) -> None:
    journal.gaps.add("???", ANN)
    assert [gap.question for gap in journal.gaps.open()] == ["???"]


def test_without_kept_text_only_what_was_told_is_a_gap(journal: Journal) -> None:
    journal.votes.add(keep(journal), BEN, up=False)
    answer = unanswered(journal, question="What is a tide?")
    assert journal.gaps.open() == []
    journal.gaps.add("What is a tide?", ANN, answer)
    down = keep(journal)
    journal.votes.add(down, ANN, up=False)
    journal.gaps.add(QUESTION, ANN, down)
    assert {(gap.question, gap.kind) for gap in journal.gaps.open()} == {
        ("What is a tide?", UNANSWERED),
        (QUESTION, DOWN_VOTED),
    }


def test_with_kept_text_unanswered_and_down_voted_questions_are_gaps(wordy: Journal) -> None:
    """But not what is being typed inline, nor what came out well."""
    unanswered(wordy, question="What is a tide?")
    unanswered(wordy, BEN, question="What is a tide?")
    unanswered(wordy, question="What is a ti", place="inline")
    keep(wordy, question="Who was Ada Brandt?")
    wordy.votes.add(keep(wordy), BEN, up=False)
    assert [(gap.question, gap.people, gap.kind) for gap in wordy.gaps.open()] == [
        ("What is a tide?", 2, UNANSWERED),
        (QUESTION, 1, DOWN_VOTED),
    ]


def test_a_down_vote_taken_back_takes_the_gap_back_unless_the_editors_were_told(
    wordy: Journal,
) -> None:
    id = keep(wordy)
    wordy.votes.add(id, BEN, up=False)
    wordy.votes.add(id, CAM, up=False)
    wordy.votes.add(id, BEN, up=True)
    assert len(wordy.gaps.open()) == 1
    wordy.votes.add(id, CAM, up=True)
    assert wordy.gaps.open() == []
    wordy.votes.add(id, CAM, up=False)
    wordy.gaps.add(QUESTION, ANN, id)
    wordy.votes.add(id, CAM, up=True)
    assert [gap.question for gap in wordy.gaps.open()] == [QUESTION]


def test_who_agreed_is_told_once_when_the_gap_closes(journal: Journal) -> None:
    gap = journal.gaps.add(QUESTION, ANN)
    other = journal.gaps.add("What is a tide?", ANN)
    assert journal.gaps.notify(gap, ANN, ANN, "en")
    assert journal.gaps.notify(gap, ANN, ANN, "ru")
    assert journal.gaps.notify(gap, BEN, GROUP, "en")
    assert journal.gaps.notify(other, CAM, CAM, "en")
    assert journal.gaps.awaiting(gap) == [Awaiting(GROUP, "en"), Awaiting(ANN, "ru")]
    journal.gaps.close(gap)
    assert journal.gaps.awaiting(gap) == []
    assert journal.gaps.awaiting(other) == [Awaiting(CAM, "en")]
    assert [gap.id for gap in journal.gaps.open()] == [other]
    assert not journal.gaps.notify(gap, ANN, ANN, "en")
    assert not journal.gaps.notify(999, ANN, ANN, "en")


def test_a_chat_is_settled_with_once(journal: Journal) -> None:
    gap = journal.gaps.add(QUESTION, ANN)
    journal.gaps.notify(gap, ANN, ANN, "en")
    journal.gaps.notify(gap, BEN, BEN, "en")
    assert journal.gaps.settle_with(gap, ANN)
    assert not journal.gaps.settle_with(gap, ANN)
    assert journal.gaps.awaiting(gap) == [Awaiting(BEN, "en")]
    assert [open.id for open in journal.gaps.open()] == [gap]


def test_what_was_voted_down_is_rejected_for_its_question_alone(wordy: Journal) -> None:
    """Also where the documents gave nothing before; a vote taken back takes that back."""
    other = wordy.gaps.add("What is a tide?", ANN)
    unanswered(wordy, question=QUESTION)
    id = keep(wordy, keys=("a", "b"))
    assert wordy.gaps.rejected(wordy.gaps.open()[0].id) == frozenset()
    wordy.votes.add(id, BEN, up=False)
    [gap] = [open.id for open in wordy.gaps.open() if open.question == QUESTION]
    assert wordy.gaps.rejected(gap) == {"a", "b"}
    assert wordy.gaps.rejected(other) == frozenset()
    wordy.votes.add(id, BEN, up=True)
    assert wordy.gaps.rejected(gap) == frozenset()


def test_a_closed_question_that_is_asked_again_is_a_new_gap(journal: Journal) -> None:
    first = journal.gaps.add(QUESTION, ANN)
    journal.gaps.close(first)
    second = journal.gaps.add(QUESTION, ANN)
    assert [gap.id for gap in journal.gaps.open()] == [second]
    journal.gaps.close(second)
    journal.gaps.close(second)
    assert journal.gaps.open() == []


def test_the_id_of_a_gap_is_never_given_again(journal: Journal) -> None:
    """A button may still carry it."""
    gap = journal.gaps.add(QUESTION, ANN)
    journal.forget(ANN)
    assert journal.gaps.add("What is a tide?", BEN) > gap


# people and chats


def test_a_chosen_language_stays_until_it_is_changed_or_let_go(
    opened: Callable[..., Journal],
) -> None:
    journal = opened()
    assert journal.people.language(ANN) is None
    journal.people.set_language(ANN, "ru")
    journal.people.set_language(GROUP, "en")
    journal.people.set_language(ANN, "de")
    journal = opened()
    assert (journal.people.language(ANN), journal.people.language(GROUP)) == ("de", "en")
    journal.people.set_language(ANN, None)
    assert (journal.people.language(ANN), journal.people.language(GROUP)) == (None, "en")


def test_a_chat_that_is_left_is_inactive_until_it_is_back(opened: Callable[..., Journal]) -> None:
    journal = opened()
    assert journal.people.is_active(ANN)
    journal.people.set_active(ANN, False)
    journal.people.set_active(ANN, False)
    journal = opened()
    assert not journal.people.is_active(ANN)
    assert journal.people.is_active(BEN)
    journal.people.set_active(ANN, True)
    assert journal.people.is_active(ANN)


def test_a_group_that_becomes_a_supergroup_keeps_everything(
    opened: Callable[..., Journal], path: Path
) -> None:
    journal = opened()
    journal.people.set_language(GROUP, "ru")
    journal.people.set_active(GROUP, False)
    gap = journal.gaps.add(QUESTION, ANN)
    journal.gaps.notify(gap, ANN, GROUP, "en")
    keep(journal, chat=GROUP, asked=1, answer=2)
    journal.people.moved(GROUP, SUPERGROUP)
    journal = opened()
    assert journal.people.language(SUPERGROUP) == "ru"
    assert journal.people.language(GROUP) is None
    assert not journal.people.is_active(SUPERGROUP)
    assert journal.gaps.awaiting(gap) == [Awaiting(SUPERGROUP, "en")]
    assert journal.people.first_id(SUPERGROUP) == GROUP
    assert rows(path, "SELECT chat FROM answers") == [(journal._database.pseudonym(SUPERGROUP),)]
    assert journal.answers.shown(SUPERGROUP, 2) is None, "messages are counted anew there"


def test_being_told_twice_of_a_move_changes_nothing(journal: Journal) -> None:
    journal.people.set_language(GROUP, "ru")
    journal.people.moved(GROUP, SUPERGROUP)
    keep(journal, chat=SUPERGROUP, asked=1, answer=2)
    journal.people.moved(GROUP, SUPERGROUP)
    assert journal.people.language(SUPERGROUP) == "ru"
    assert journal.answers.shown(SUPERGROUP, 2) is not None


def test_a_chat_is_followed_back_through_every_move(journal: Journal) -> None:
    journal.people.moved(-1, -2)
    journal.people.moved(-2, -3)
    journal.people.moved(-7, -7)
    assert [journal.people.first_id(chat) for chat in (-3, -2, -1, -7, ANN)] == [
        -1,
        -1,
        -1,
        -7,
        ANN,
    ]
    journal.people.moved(-3, -1)
    assert journal.people.first_id(-3) in (-1, -2, -3), "a ring of moves ends"


def test_a_move_happens_whole_or_not_at_all(journal: Journal, path: Path) -> None:
    """Where the last step fails, nothing has moved."""
    journal.people.set_language(GROUP, "ru")
    journal.gaps.notify(journal.gaps.add(QUESTION, ANN), ANN, GROUP, "en")
    rows(
        path,
        "CREATE TRIGGER refuse BEFORE UPDATE ON awaiting BEGIN SELECT raise(ABORT, 'no'); END",
    )
    journal.people.moved(GROUP, SUPERGROUP)
    assert journal.people.language(GROUP) == "ru"
    assert journal.people.language(SUPERGROUP) is None
    assert journal.people.first_id(SUPERGROUP) == SUPERGROUP


# forgetting


def test_forgetting_deletes_all_of_a_person_and_nothing_of_others(
    opened: Callable[..., Journal], path: Path
) -> None:
    journal = opened(keep_questions=True)
    anns = [keep(journal, answer=1), unanswered(journal, question="What is a tide?")]
    bens = unanswered(journal, BEN, question="What is a tide", answer=5)
    journal.votes.add(anns[0], BEN, up=True)
    journal.votes.add(bens, ANN, up=False)
    journal.votes.add(bens, CAM, up=False)
    gap = journal.gaps.add("What is a tide?", ANN, anns[1])
    journal.gaps.notify(gap, ANN, ANN, "en")
    journal.gaps.notify(gap, BEN, BEN, "ru")
    journal.people.set_language(ANN, "ru")
    journal.people.set_language(BEN, "ru")
    journal.people.set_active(ANN, False)

    forgotten = journal.forget(ANN)
    assert forgotten == Forgotten(answers=2, votes=1, questions=1, notifications=1, settings=1)
    assert forgotten.total == 6
    assert journal.answers.shown(ANN, 1) is None
    assert journal.answers.asked_today(ANN) == 0
    assert journal.people.language(ANN) is None
    assert journal.people.is_active(ANN)
    assert votes(path, bens) == (0, 1)
    assert votes(path, anns[0]) == (0, 0)
    assert [(gap.question, gap.people) for gap in journal.gaps.open()] == [("What is a tide", 1)]
    assert journal.gaps.awaiting(gap) == [Awaiting(BEN, "ru")]
    assert journal.people.language(BEN) == "ru"
    assert journal.answers.shown(BEN, 5) is not None
    assert journal.forget(ANN).total == 0


def test_no_byte_of_a_forgotten_person_stays_in_any_file(wordy: Journal, path: Path) -> None:
    """Enough rows of every length that SQLite has moved many of them from page to page."""
    for number in range(1_500):
        person = (ANN, BEN, CAM)[number % 3]
        words = f"{'Secret' if person == ANN else 'Other'} {number} " + "tide " * (number * 7 % 180)
        id = unanswered(wordy, person, question=words, asked=number, answer=number + 1)
        wordy.votes.add(id - id % 4 + 1, person, up=number % 2 == 0)
        if number % 5 == 0:
            wordy.gaps.notify(wordy.gaps.add(words, person, id), person, person, "en")
    name = wordy._database.pseudonym(ANN).encode()
    assert b"Secret" in files(path)
    assert name in files(path)
    assert wordy.forget(ANN).answers == 500
    for trace in (b"Secret", b"secret", name, str(ANN).encode(), ANN.to_bytes(4)):
        assert trace not in files(path)
    assert b"Other 1 " in files(path)


def test_forgetting_says_so_where_another_process_holds_the_file(
    wordy: Journal, path: Path
) -> None:
    """No one hears that it is done before it is."""
    keep(wordy)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM answers").fetchall()
    try:
        with pytest.raises(StoreError, match="another process"):
            wordy.forget(ANN)
    finally:
        reader.close()
    wordy.forget(ANN)
    assert QUESTION.encode() not in files(path)


# keeping no longer than promised


def test_texts_go_after_thirty_days_and_everything_after_ninety(
    opened: Callable[..., Journal], clock: Clock, path: Path
) -> None:
    journal = opened(keep_questions=True)
    unanswered(journal, question="Old and unanswered", answer=1)
    journal.people.set_active(CAM, False)
    journal.gaps.add("Old and told", BEN)
    clock.live(journal, days=TEXT_DAYS - 1)
    assert {gap.question for gap in journal.gaps.open()} == {"Old and unanswered", "Old and told"}
    assert b"Old and unanswered" in files(path)

    clock.turn(days=1)
    keep(journal, question="New and kept")
    journal.purge()
    assert [gap.question for gap in journal.gaps.open()] == ["Old and told"]
    assert journal.answers.shown(ANN, 1) is not None
    assert b"Old and unanswered" not in files(path)
    assert b"New and kept" in files(path)

    clock.live(journal, days=DAYS - TEXT_DAYS)
    assert journal.gaps.open() == []
    assert journal.answers.shown(ANN, 1) is None
    assert journal.people.is_active(CAM)
    assert b"Old and told" not in files(path)
    assert rows(path, "SELECT count(*) FROM answers") == [(1,)]


def test_turning_texts_off_takes_those_kept_before_but_not_what_was_told(
    opened: Callable[..., Journal], clock: Clock, path: Path
) -> None:
    unanswered(opened(keep_questions=True))
    journal = opened()
    journal.gaps.add("What is a tide?", ANN)
    clock.turn(seconds=1)
    journal.purge()
    assert QUESTION.encode() not in files(path)
    assert [gap.question for gap in journal.gaps.open()] == ["What is a tide?"]


def test_a_closed_gap_goes_after_thirty_days(journal: Journal, clock: Clock, path: Path) -> None:
    journal.gaps.close(journal.gaps.add(QUESTION, ANN))
    clock.live(journal, days=TEXT_DAYS - 1)
    assert rows(path, "SELECT question FROM askers") == [(QUESTION,)]
    clock.live(journal, days=1)
    assert rows(path, "SELECT question FROM askers") == []
    assert QUESTION.encode() not in files(path)


def test_an_address_to_be_told_at_goes_with_the_question(journal: Journal, clock: Clock) -> None:
    gap = journal.gaps.add(QUESTION, ANN)
    journal.gaps.notify(gap, ANN, ANN, "en")
    clock.turn(days=DAYS - 1)
    journal.gaps.add(QUESTION, BEN)
    journal.gaps.notify(gap, BEN, BEN, "en")
    clock.live(journal, days=1)
    assert journal.gaps.awaiting(gap) == [Awaiting(BEN, "en")]


def test_a_person_whose_pseudonym_looks_like_a_number_is_still_notified(
    opened: Callable[..., Journal], clock: Clock, path: Path
) -> None:
    opened().close()
    key = next(
        key for key in (b"%032d" % n for n in range(10_000)) if _pseudonym(key, BEN).isdecimal()
    )
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE kept SET value = ? WHERE name = 'people'", (key,))
    journal = opened()
    gap = journal.gaps.add(QUESTION, BEN)
    journal.gaps.notify(gap, BEN, BEN, "en")
    clock.live(journal, days=1)
    assert journal.gaps.awaiting(gap) == [Awaiting(BEN, "en")]


def _pseudonym(key: bytes, person: int) -> str:
    return hmac.digest(key, str(person).encode(), "sha256").hex()[:16]


def test_a_clock_that_jumps_costs_nothing_and_a_pause_a_day(
    opened: Callable[..., Journal], clock: Clock, path: Path
) -> None:
    journal = opened(keep_questions=True)
    unanswered(journal, question="What is a tide?", answer=1)
    told = journal.gaps.add("What is a tide?", ANN)
    before = rows(path, "SELECT * FROM answers")
    for days in (0, 3_650, 1, 40, 2, -20_000, 3, 8_000, 4):
        clock.time = max(START + timedelta(days=days), datetime(1970, 1, 2, tzinfo=UTC))
        journal.purge()
        # what is counted meanwhile breaks nothing either
        journal.numbers.since(clock.time - timedelta(days=7))
        assert rows(path, "SELECT * FROM answers") == before
        assert [gap.id for gap in journal.gaps.open()] == [told]
    clock.time = START + timedelta(days=DAYS + 10)
    for _ in range(2):
        journal.purge()
        clock.turn(days=1)
    assert journal.gaps.open() == []
    assert rows(path, "SELECT count(*) FROM answers") == [(0,)]


# numbers


def test_the_statistics_count_since_a_moment(journal: Journal, clock: Clock) -> None:
    keep(journal, CAM)
    clock.turn(hours=11, minutes=59)
    since = clock.time
    for number in range(1, 20):
        keep(journal, BEN if number % 2 else ANN, seconds=number / 10)
    clock.turn(minutes=1)
    id = unanswered(journal, seconds=9.0)
    journal.votes.add(id, ANN, up=False)
    journal.votes.add(id, BEN, up=True)
    journal.votes.add(id, CAM, up=True)
    assert journal.numbers.since(since) == Statistics(
        questions=20,
        people=2,
        outcomes={Outcome.FOUND: 19, Outcome.RELATED: 0, Outcome.NOTHING: 1},
        up=2,
        down=1,
        median=1.0,
        slow=1.9,
    )


def test_where_nothing_was_asked_there_are_no_latencies(journal: Journal) -> None:
    found = journal.numbers.since(START)
    assert (found.questions, found.median, found.slow) == (0, None, None)
