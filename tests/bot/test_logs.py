"""Logs without the token and without what people wrote."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from datetime import datetime

import pytest

from bot import logs
from bot.logs import Throttling
from tests.botapi import TOKEN

SECRET = TOKEN.partition(":")[2]


@pytest.mark.parametrize(
    "form", [TOKEN, SECRET, TOKEN.replace(":", "%3A"), f"https://api.example/bot{TOKEN}/getMe"]
)
def test_the_token_is_hidden_in_messages_arguments_and_tracebacks(
    written: io.StringIO, form: str
) -> None:
    log = logging.getLogger("somebody.else")
    log.info(form)
    log.warning("%s and %r", form, {"address": form})
    log.warning("stack", stack_info=True, extra={"token": form})
    try:
        raise RuntimeError(form) from ValueError(form)
    except RuntimeError:
        log.exception("failed with %s", form)
    assert written.getvalue().count("‹token›") >= 6
    assert SECRET not in written.getvalue()
    assert "Traceback" in written.getvalue()


def test_libraries_that_log_addresses_or_details_are_quiet(written: io.StringIO) -> None:
    for name in ("httpx", "httpcore.connection", "telegram.ext.Application"):
        logging.getLogger(name).info("a detail")
    loud = logging.getLogger("loud")
    loud.setLevel(logging.DEBUG)
    loud.debug("a detail")
    assert written.getvalue() == ""


def test_an_unexpected_error_is_logged_by_class_and_place(written: io.StringIO) -> None:
    """Its text may hold what a person wrote."""
    try:
        try:
            int("my secret question")
        except ValueError as error:
            raise KeyError("my secret question") from error
    except KeyError as error:
        reference = logs.refer(error)
    assert re.fullmatch("[0-9A-F]{4}", reference)
    assert f"Unexpected, ref {reference}: KeyError" in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "test_logs.py" in written.getvalue()
    assert "my secret question\n" not in written.getvalue().replace('int("my secret question")', "")


def test_a_pseudonym_is_the_same_for_an_id_and_is_not_it() -> None:
    assert logs.pseudonym(123_456) == logs.pseudonym(123_456) != logs.pseudonym(123_457)
    assert "123456" not in logs.pseudonym(123_456)


def test_an_error_that_ends_the_program_is_logged_without_the_token() -> None:
    program = (
        f"from bot import logs; logs.set_up({TOKEN!r});"
        f"raise RuntimeError('no answer from /bot' + {TOKEN!r})"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 1
    assert "CRITICAL bot.logs: Uncaught" in ended.stderr
    assert "no answer from /bot‹token›" in ended.stderr
    assert ended.stdout == ""


def test_a_line_that_repeats_is_logged_ten_times_a_minute_with_the_number_left_out() -> None:
    stream, time = io.StringIO(), [0.0]
    handler = logging.StreamHandler(stream)
    handler.addFilter(Throttling(lambda: time[0]))
    logger = logging.Logger("asyncio")
    logger.addHandler(handler)
    for number in range(100_000):
        logger.error("socket.accept() out of system resource, fd=%d", number)
    logger.error("Another error")
    assert len(stream.getvalue().splitlines()) == 11
    time[0] += 60
    logger.error("socket.accept() out of system resource, fd=%d", 5)
    assert stream.getvalue().endswith("fd=5 (and 99,990 times more before)\n")


def test_what_was_said_is_not_remembered_without_end_and_news_are_never_left_out() -> None:
    throttling = Throttling(lambda: 0.0)
    news = logging.makeLogRecord({"levelno": logging.INFO, "msg": "news"})
    assert all(throttling.filter(news) for _ in range(100))
    for number in range(20_000):
        letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        record = {"levelno": logging.ERROR, "levelname": "ERROR", "msg": letters}
        assert throttling.filter(logging.makeLogRecord(record))
    assert len(throttling._counts) <= 1_000


def test_a_log_in_json_is_an_object_a_line_from_the_level_that_is_set() -> None:
    program = (
        "import logging\n"
        "from bot import logs\n"
        f"logs.set_up('{TOKEN}', level='warning', form='json')\n"
        "logging.getLogger('ours').info('quiet')\n"
        "try:\n"
        f"    raise ValueError('{TOKEN}')\n"
        "except ValueError:\n"
        "    logging.getLogger('ours').exception('«two\\nlines»')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    [line] = done.stderr.splitlines()
    about = json.loads(line)
    assert (about["level"], about["logger"]) == ("error", "ours")
    assert about["message"] == "«two\nlines»"
    assert "ValueError: ‹token›" in about["trace"]
    assert datetime.fromisoformat(about["time"]).tzinfo
