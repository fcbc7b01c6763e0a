"""Health, readiness and metrics, as a supervisor, a balancer and Prometheus see them."""

from __future__ import annotations

import io
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.messages.texts import Texts
from bot.terminal.doctor import running as doctor
from bot.transport import patience, polling
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import Running, reply_to, serving, settings_for, site_of, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat

FERRIES = "When does the last ferry leave in winter?"
ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "deploy" / "grafana.json"
WELL = (200, "ok\n")
MODES = pytest.mark.parametrize(
    "values", [{}, {"webhook_url": "https://bot.example.org/x"}], ids=["polling", "webhook"]
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting is not what is tested here."""
    monkeypatch.setattr(polling, "_pause", lambda _: 0.01)
    monkeypatch.setattr(polling, "_AGAIN", 0.01)


def told(written: io.StringIO, path: str) -> tuple[int, str]:
    """Return what the bot says of itself."""
    reply = httpx.get(f"{site_of(written)}/{path}")
    return reply.status_code, reply.text


@MODES
def test_a_bot_without_an_index_is_well_but_not_ready(
    api: BotApi,
    tmp_path: Path,
    knowledge: Path,
    encoder: Encoder,
    written: io.StringIO,
    values: dict[str, Any],
) -> None:
    """A supervisor leaves it alone, and a balancer waits until it is built."""
    slow = Slow(IndexSettings(knowledge=knowledge, data=tmp_path / "data"), encoder)
    slow.build_on.clear()
    with serving(api, slow, **values):
        until(slow.building.is_set)
        assert told(written, "healthz") == WELL
        status, words = told(written, "readyz")
        assert status == 503
        assert re.fullmatch(r"the index is being built: \d+ %\n", words)
        _, figures = told(written, "metrics")
        assert "citebot_index_building 1.0\n" in figures
        assert "citebot_index_documents 0.0\n" in figures
        slow.build_on.set()
        until(lambda: told(written, "readyz") == WELL)
        _, figures = told(written, "metrics")
        assert "citebot_index_building 0.0\n" in figures
        passages = sum(count for _, count in slow.sources())
        assert "citebot_index_documents 3.0\n" in figures
        assert f"citebot_index_passages {passages}.0\n" in figures
        assert 'citebot_builds_total{result="done"} 1.0\n' in figures
        assert ("citebot_poll_silence_seconds " in figures) is not bool(values)
    slow.close()


def test_questions_are_counted_by_outcome_and_nobody_is_named(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    for question in (FERRIES, "How do I repair a diesel engine?"):
        chat.say(question)
        chat.wait_reply()
    until(lambda: "citebot_answer_seconds_count 2.0\n" in told(written, "metrics")[1])
    reply = httpx.get(f"{site_of(written)}/metrics")
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert 'citebot_questions_total{outcome="found"} 1.0\n' in reply.text
    assert 'citebot_questions_total{outcome="nothing"} 1.0\n' in reply.text
    assert "citebot_updates_total 2.0\n" in reply.text
    for stage in ("wait", "search", "send"):
        assert f'citebot_stage_seconds_count{{stage="{stage}"}} 2.0\n' in reply.text
    assert 'citebot_calls_total{result="made"}' in reply.text
    assert "citebot_questions_waiting 0.0\n" in reply.text
    assert "citebot_index_age_seconds " in reply.text
    # the dashboard shows nothing that is not there
    shown = re.findall(r"\b(?:citebot|process)_[a-z_]+", DASHBOARD.read_text())
    there = set(re.findall(r"^# TYPE (\S+)", reply.text, re.MULTILINE))
    assert {name.removesuffix("_bucket") for name in shown} <= there
    page = (ROOT / "docs" / "operating.md").read_text()
    own = {name for name in there if name.startswith("citebot_") and not name.endswith("_created")}
    assert {name for name in own if f"`{name}" not in page} == set()
    assert str(chat.id) not in reply.text
    assert "ferry" not in reply.text


def test_a_question_that_could_not_be_answered_is_counted_as_failed(
    api: BotApi, chat: Chat, tmp_path: Path, encoder: Encoder, written: io.StringIO
) -> None:
    empty = Library(knowledge=tmp_path, data=tmp_path / "data", model=encoder)
    with serving(api, empty):
        until(lambda: told(written, "readyz")[1] == "the model and the index are not loaded\n")
        chat.say(FERRIES)
        chat.wait_reply()
        until(
            lambda: 'citebot_questions_total{outcome="failed"} 1.0' in told(written, "metrics")[1]
        )
    empty.close()


def test_a_bot_that_does_not_reach_telegram_is_not_well(
    api: BotApi, library: Library, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start it tries for as long as it takes: to start it again would change nothing."""
    monkeypatch.setattr(polling, "SILENCE", 0.1)
    with api.outage():
        running = Running(settings_for(api), library)
        until(lambda: told(written, "healthz")[0] == 503)
        assert re.match(r"Telegram has answered no poll for \d+ s\n", told(written, "healthz")[1])
        assert told(written, "readyz")[1].startswith("not connected to Telegram yet\n")
        monkeypatch.setattr(polling, "SILENCE", 90.0)
    until(lambda: told(written, "readyz") == WELL)
    assert told(written, "healthz") == WELL
    running.stop()


def test_a_bot_that_is_not_alone_is_not_well(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    assert told(written, "healthz") == WELL
    api.faults.fail("getUpdates", 409, times=10_000)
    chat.say("wake up")
    until(lambda: told(written, "healthz")[0] == 503)
    assert told(written, "healthz")[1] == "another bot polls Telegram with the same token\n"
    assert told(written, "readyz")[0] == 503
    api.faults.clear()


@pytest.fixture
def deaf(api: BotApi, library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A bot that ends when no poll is answered for a moment."""
    monkeypatch.setattr(polling, "SILENCE", 1.0)
    with serving(api, library) as running:
        yield running
    api.faults.clear()


def test_the_watchdog_ends_a_bot_whose_poll_hangs(
    api: BotApi, chat: Chat, deaf: Running, written: io.StringIO
) -> None:
    """With 1, so that a supervisor starts it again."""
    api.faults.hang("getUpdates", 5, times=2, effect=False)
    chat.say("wake up")
    assert deaf.wait() == 1
    assert "Telegram has answered no poll for 1 s; ending" in written.getvalue()


def test_a_port_that_is_taken_is_no_reason_not_to_answer(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(api, library, port=port):
            chat.say(FERRIES)
            assert chat.wait_reply().quotes()
    assert f"WARNING bot.app: CITEBOT_PORT: nothing can listen on {port} (" in written.getvalue()
    assert "so there is no health, no metrics" in written.getvalue()


def opened(written: io.StringIO, sent: bytes) -> socket.socket:
    """A connection to the bot's server that has sent so much and no more."""
    port = int(site_of(written).rpartition(":")[2])
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(sent)
    connection.settimeout(20)
    return connection


def is_cut(connection: socket.socket) -> bool:
    """Return True if the server ends a connection, without a word."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ",
        b"POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 1\r\n\r\nabc",
    ],
    ids=["nothing", "half a head", "half a body"],
)
def test_a_request_that_does_not_come_to_its_end_is_cut(
    api: BotApi,
    library: Library,
    written: io.StringIO,
    sent: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "_RECEIVE", 0.2)
    secret = f"X-Telegram-Bot-Api-Secret-Token: {settings_for(api).secret}\r\n".encode()
    sent = sent.replace(b"Expect: 1\r\n", secret)
    with serving(api, library, webhook_url="https://bot.example.org/x"):
        with opened(written, sent) as connection:
            assert is_cut(connection)
        assert told(written, "healthz") == WELL


def test_half_open_connections_keep_nobody_out(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of too many the one that has waited longest makes room."""
    monkeypatch.setattr(patience, "_MOST", 10)
    with serving(api, library), ExitStack() as stack:
        half = [
            stack.enter_context(opened(written, b"GET /healthz HTTP/1.1\r\nX: ")) for _ in range(40)
        ]
        assert told(written, "healthz") == WELL
        assert is_cut(half[0])
        chat.say(FERRIES)
        assert chat.wait_reply().quotes()


def test_it_listens_where_it_is_asked_to(
    api: BotApi, library: Library, written: io.StringIO
) -> None:
    with serving(api, library, host="0.0.0.0"):
        until(lambda: "Health and metrics at http://0.0.0.0:" in written.getvalue())
    assert "http://127.0.0.1" not in written.getvalue().split("Health and metrics at ")[1][:20]


def health_check(**settings: str) -> int:
    """The exit code of the container's own check."""
    [command] = re.findall(
        r"^HEALTHCHECK .*\\\n +CMD (.+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(["sh", "-c", command], env={"PATH": path, **settings}).returncode


def test_the_container_is_checked_by_asking_the_bot(
    bot: Running, api: BotApi, chat: Chat, written: io.StringIO
) -> None:
    """Without a token there is no one to ask: the person at the terminal sees the chat."""
    port = site_of(written).rpartition(":")[2]
    settings = {"CITEBOT_TELEGRAM_TOKEN": api.token, "CITEBOT_PORT": port}
    assert health_check(**settings) == 0
    api.faults.fail("getUpdates", 409, times=10_000)
    chat.say("wake up")
    until(lambda: told(written, "healthz")[0] == 503)
    assert health_check(**settings) == 1
    api.faults.clear()
    assert health_check() == 0


def test_the_doctor_sees_which_bot_runs(
    api: BotApi, library: Library, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bot itself at its port, or another one with its token; asking takes no update from it."""
    english = Texts("en")
    with serving(api, library):
        here = settings_for(api, port=int(site_of(written).rpartition(":")[2]))
        [found] = doctor.port(here, english)
        assert found.words == "this bot is already running, and healthy"
        assert [*doctor.polled(here, english)] == []
        [found] = doctor.polled(settings_for(api), english)
        assert found.words.startswith("another bot receives this token's updates; stop it")
        room = api.private(api.user("Ann"))
        assert reply_to(room, room.say(FERRIES))
    monkeypatch.setattr(doctor, "_WAIT", 0.0)
    assert [*doctor.polled(settings_for(api), english)] == []


def test_the_doctor_says_that_another_program_has_the_port(api: BotApi) -> None:
    """A bot that polls does without, one with a webhook would end."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = {"port": other.getsockname()[1]}
        [found] = doctor.port(settings_for(api, **place), Texts("en"))
        assert (found.verdict, "set CITEBOT_PORT" in found.words) == ("note", True)
        address = {"webhook_url": "https://bot.example.org/x"}
        [found] = doctor.port(settings_for(api, **place, **address), Texts("en"))
        assert found.verdict == "wrong"
