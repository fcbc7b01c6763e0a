"""The journal in PostgreSQL: the same tests as over a file, and several bots over one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from bot.journal import Answered, Awaiting, Forgotten, Journal
from index.errors import StoreError
from index.types import Outcome
from tests.bot.test_journal import (  # noqa: F401 - pytest collects them here too
    Clock,
    clock,
    journal,
    test_a_chat_is_followed_back_through_every_move,
    test_a_chat_is_settled_with_once,
    test_a_chat_that_is_left_is_inactive_until_it_is_back,
    test_a_checked_text_counts_for_the_day_and_is_no_question,
    test_a_chosen_language_stays_until_it_is_changed_or_let_go,
    test_a_closed_question_that_is_asked_again_is_a_new_gap,
    test_a_down_vote_taken_back_takes_the_gap_back_unless_the_editors_were_told,
    test_a_question_of_nothing_but_signs_is_a_gap_too,
    test_an_address_to_be_told_at_goes_with_the_question,
    test_being_told_twice_of_a_move_changes_nothing,
    test_further_passages_are_shown_but_are_no_answer_of_their_own,
    test_signs_within_a_question_tell_it_from_others,
    test_the_count_of_a_day_survives_a_restart_and_ends_at_midnight_utc,
    test_the_editors_see_what_they_were_told_most_asked_first,
    test_the_id_of_a_gap_is_never_given_again,
    test_the_statistics_count_since_a_moment,
    test_what_stands_in_a_message_is_known_by_chat_and_message,
    test_what_was_voted_down_is_rejected_for_its_question_alone,
    test_where_nothing_was_asked_there_are_no_latencies,
    test_who_agreed_is_told_once_when_the_gap_closes,
    test_with_kept_text_unanswered_and_down_voted_questions_are_gaps,
    test_without_kept_text_only_what_was_told_is_a_gap,
    wordy,
)
from tests.databases import Server, serving

ANN, BEN = 700_100_100, 700_200_200
_NOWHERE = Path("/nowhere/journal.sqlite")


@pytest.fixture
def url(server: Server) -> str:
    return server.schema()


@pytest.fixture
def opened(url: str, clock: Clock) -> Iterator[Callable[..., Journal]]:  # noqa: F811 - a fixture
    """Opens the journal, after closing the one opened before."""
    journals: list[Journal] = []

    def open_(*, keep_questions: bool = False) -> Journal:
        for each in journals:
            each.close()
        each = Journal(_NOWHERE, database_url=url, keep_questions=keep_questions, now=clock)
        journals.append(each)
        return each

    yield open_
    for each in journals:
        each.close()


def _asked(person: int, message: int) -> Answered:
    return Answered(
        person=person,
        chat=person,
        place="private",
        outcome=Outcome.FOUND,
        generation="0001-abc",
        score=0.9,
        seconds=0.1,
        question="How many steps?",
        language="en",
        keys=("k1", "k2"),
        asked=message,
        answer=message + 1,
    )


def test_a_question_goes_to_one_bot_and_the_button_press_to_another(url: str) -> None:
    one, other = (Journal(_NOWHERE, database_url=url) for _ in range(2))
    assert one.secret == other.secret, "the buttons of one hold at the other"
    id = one.answers.add(_asked(ANN, 5))
    shown = other.answers.shown(ANN, 6)
    assert shown
    assert (shown.id, shown.keys) == (id, ("k1", "k2"))
    assert other.answers.asked_today(ANN) == 1, "a limit counts at every bot"
    other.votes.add(shown.id, BEN, up=False, reason=None)
    gap = other.gaps.add("How many steps?", ANN, shown.id)
    assert one.gaps.notify(gap, ANN, ANN, "en")
    assert other.gaps.awaiting(gap) == [Awaiting(ANN, "en")]
    assert [one.gaps.settle_with(gap, ANN), other.gaps.settle_with(gap, ANN)] == [True, False]
    assert isinstance(one.forget(ANN), Forgotten)
    assert other.answers.shown(ANN, 6) is None
    one.close()
    other.close()


def test_what_is_forgotten_is_in_no_table(url: str) -> None:
    with closing(Journal(_NOWHERE, database_url=url, keep_questions=True)) as one:
        one.answers.add(_asked(ANN, 5))
        one.gaps.add("How many steps?", ANN)
        assert one.size > 0
        assert one.forget(ANN).total == 2
        name = one._database.pseudonym(ANN)
    with psycopg.connect(url) as connection:
        for table in ("answers", "votes", "gaps", "askers", "awaiting", "languages", "inactive"):
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                assert name not in row


def test_a_database_that_goes_and_comes_back_costs_no_answer() -> None:
    with serving() as server:
        url = server.schema()
        with closing(Journal(_NOWHERE, database_url=url)) as one:
            id = one.answers.add(_asked(ANN, 5))
            server.stop()
            assert one.answers.add(_asked(ANN, 7)) is None
            assert one.answers.shown(ANN, 6) is None
            with pytest.raises(StoreError, match="is it running"):
                one.people.set_language(ANN, "ru")
            server.start()
            # a server that did not answer is left alone for a moment
            for _ in range(100):
                if shown := one.answers.shown(ANN, 6):
                    break
                time.sleep(0.1)
            assert shown
            assert shown.id == id
            assert one.answers.add(_asked(ANN, 9))
            since = datetime(2020, 1, 1, tzinfo=UTC)
            # what was refused is written late
            for _ in range(100):
                if one.numbers.since(since).questions == 3:
                    break
                time.sleep(0.1)
            assert one.numbers.since(since).questions == 3
