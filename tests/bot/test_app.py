"""How the bot starts and ends: exit codes, signals, webhooks, and the token in no log."""

from __future__ import annotations

import io
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.app import serve
from bot.journal import Journal
from index.errors import SettingsError
from index.library import Library
from index.model.encoder import Encoder
from index.settings import IndexSettings
from tests.bot.serving import Running, serving, settings_for, until
from tests.bot.slow import Slow
from tests.botapi import BotApi, Chat
from tests.botapi.patience import PATIENCE

FERRIES = "When does the last ferry leave in winter?"
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "token",
    ["7000000001:another_token_0123456789", "nonsense", "", "7:a b", "7:../..", "7:x\nGET /"],
)
async def test_a_rejected_token_ends_the_bot_with_3(
    api: BotApi, library: Library, written: io.StringIO, token: str
) -> None:
    """The message names the setting and never the token."""
    settings = settings_for(api, telegram_token=SecretStr(token))
    assert await serve(settings, library) == 3
    assert "rejects the token; check CITEBOT_TELEGRAM_TOKEN" in written.getvalue()
    assert not token or token not in written.getvalue()


async def test_a_language_without_words_is_a_wrong_setting(api: BotApi, library: Library) -> None:
    with pytest.raises(SettingsError, match="CITEBOT_LANGUAGE: xx is not one of de, en"):
        await serve(settings_for(api, language="xx"), library)


def test_the_token_is_in_no_log_even_at_debug(
    api: BotApi, chat: Chat, library: Library, written: io.StringIO
) -> None:
    """Not in addresses, not in errors and not in tracebacks; each test here checks it at INFO."""
    logging.getLogger().setLevel(logging.DEBUG)
    logging.getLogger().handlers[0].setLevel(logging.DEBUG)
    levels = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "telegram")}
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    try:
        with serving(api, library) as bot:
            chat.say(FERRIES)
            chat.wait_reply()
            api.faults.fail("getUpdates", 401)
            chat.say("wake up")
            bot.wait()
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
    assert "‹token›" in written.getvalue()
    assert api.token.partition(":")[2] not in written.getvalue()


def test_a_log_tells_counts_and_neither_text_nor_ids(
    bot: Running, chat: Chat, written: io.StringIO
) -> None:
    chat.say(FERRIES)
    chat.wait_reply()
    until(lambda: "found, " in written.getvalue())
    assert FERRIES not in written.getvalue()
    assert str(chat.id) not in written.getvalue()
    assert "Ann" not in written.getvalue()


@contextmanager
def process(
    api: BotApi,
    knowledge: Path,
    data: Path,
    *options: str,
    token: str | None = None,
    admins: int | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """The program itself, on an index that is there."""
    settings = {
        "CITEBOT_TELEGRAM_TOKEN": token or api.token,
        "CITEBOT_TELEGRAM_API": api.url,
        "CITEBOT_KNOWLEDGE": str(knowledge),
        "CITEBOT_DATA": str(data),
        "CITEBOT_PORT": "0",
        "CITEBOT_ADMINS": str(admins or ""),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "run", *options],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        try:
            yield program
        finally:
            program.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_program_with_0(
    api: BotApi, chat: Chat, settings_of: IndexSettings, number: signal.Signals
) -> None:
    """All that it took is answered and kept; nothing stands on standard output, and no token
    anywhere.
    """
    for file in settings_of.data.glob("journal.sqlite*"):
        file.unlink()
    others = [api.private(api.user(f"Reader {n}", language_code="en")) for n in range(5)]
    with process(api, settings_of.knowledge, settings_of.data) as program:
        chat.say(FERRIES)
        assert chat.wait_reply(timeout=60).quotes()
        with api.state.change():
            for room in others:
                room.say(FERRIES)
        api.wait(lambda state: not state.updates.waiting(), what="the questions to be taken")
        program.send_signal(number)
        out, err = program.communicate(timeout=PATIENCE)
    assert (program.returncode, out) == (0, "")
    assert [len(room.replies()) for room in others] == [1] * 5
    journal = Journal(settings_of.data / "journal.sqlite")
    assert [journal.answers.asked_today(room.id) for room in others] == [1] * 5
    journal.close()
    assert "Answering as @citebot_test_bot" in err
    assert api.token.partition(":")[2] not in err
    assert not api.state.updates.waiting()


def test_the_program_takes_over_where_it_is_told_to(
    api: BotApi, chat: Chat, settings_of: IndexSettings
) -> None:
    """Without `--take-over` it names that way out and ends."""
    address = f"{api.url}/bot{api.token}/setWebhook"
    httpx.post(address, json={"url": f"{api.url}/elsewhere"})
    with process(api, settings_of.knowledge, settings_of.data) as program:
        _, err = program.communicate(timeout=60)
    assert program.returncode == 1
    assert "or start with --take-over" in err
    with process(api, settings_of.knowledge, settings_of.data, "--take-over") as program:
        chat.say(FERRIES)
        assert chat.wait_reply(timeout=60).quotes()


def test_a_signal_while_telegram_is_away_ends_the_program_with_0(
    api: BotApi, settings_of: IndexSettings
) -> None:
    with api.outage(), process(api, settings_of.knowledge, settings_of.data) as program:
        assert program.stderr
        for line in program.stderr:
            if "Telegram cannot be reached" in line:
                break
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=PATIENCE)
    assert program.returncode == 0


def test_a_rejected_token_ends_the_program_with_3(api: BotApi, settings_of: IndexSettings) -> None:
    token = "7000000001:another_token_0123456789"
    with process(api, settings_of.knowledge, settings_of.data, token=token) as program:
        out, err = program.communicate(timeout=60)
    assert (program.returncode, out) == (3, "")
    assert f"{api.url} rejects the token" in err
    assert token.partition(":")[2] not in err


def test_a_build_does_not_keep_the_bot_from_ending(
    api: BotApi, tmp_path: Path, knowledge: Path, encoder: Encoder
) -> None:
    """Nothing is published, and the lock is free again."""
    slow = Slow(IndexSettings(knowledge=knowledge, data=tmp_path / "data"), encoder)
    slow.build_on.clear()
    with serving(api, slow) as bot:
        until(slow.building.is_set)
        bot.stop()
    assert slow.generation() is None
    slow.build_on.set()
    assert slow.desk.index.build(lambda *_: None).published
    slow.close()


def test_a_question_in_work_is_answered_before_the_end(
    api: BotApi, chat: Chat, settings_of: IndexSettings, encoder: Encoder
) -> None:
    slow = Slow(settings_of, encoder)
    with serving(api, slow) as bot:
        slow.answer_on.clear()
        chat.say(FERRIES)
        until(slow.asked.is_set)
        ending = threading.Thread(target=bot.stop)
        ending.start()
        slow.answer_on.set()
        assert chat.wait_reply().quotes()
        ending.join()
    slow.close()


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [({"CITEBOT_PORT": "none"}, "CITEBOT_PORT: "), ({}, "CITEBOT_TELEGRAM_TOKEN is not set")],
)
def test_a_supervised_bot_waits_after_a_wrong_setting(
    tmp_path: Path, settings: dict[str, str], wrong: str
) -> None:
    """A supervisor would only start it again; and it has no terminal for a chat without a token."""
    program = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--supervised"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **settings},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stderr
    with program:
        assert wrong in program.stderr.readline()
        assert "waiting to be stopped" in program.stderr.readline()
        assert program.poll() is None
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=60) == 2
