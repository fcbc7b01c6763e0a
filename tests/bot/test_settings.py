"""The bot's settings: what they take, and the variable and remedy that an error names."""

from __future__ import annotations

import logging
import time
from email.utils import formatdate
from pathlib import Path

import pytest

from bot.logs import Redacting
from bot.messages.texts import Texts
from bot.settings import Settings, unknown, unread
from bot.terminal.doctor.telegram import clock, telegram
from index.errors import SettingsError

TOKEN = "7000000001:a_token_of_nobody_0123456789"


@pytest.fixture(autouse=True)
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No `.env`, and no variable but the test's."""
    monkeypatch.chdir(tmp_path)
    for name in ("WEBHOOK_URL", "WEBHOOK_SECRET", "PORT", "HOST"):
        monkeypatch.delenv(f"CITEBOT_{name}", raising=False)
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", TOKEN)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("https://bot.example.org/hook", "https://bot.example.org/hook"),
        ("https://bot.example.org:8443/a/b-c/", "https://bot.example.org:8443/a/b-c"),
        ("https://bot.example.org", "https://bot.example.org/telegram"),
        ("https://bot.example.org/", "https://bot.example.org/telegram"),
        ("http://127.0.0.1:8080/hook", "http://127.0.0.1:8080/hook"),
        ("http://[::1]:8080/hook", "http://[::1]:8080/hook"),
    ],
)
def test_a_webhook_gets_a_path_if_it_has_none(
    monkeypatch: pytest.MonkeyPatch, given: str, address: str
) -> None:
    monkeypatch.setenv("CITEBOT_WEBHOOK_URL", given)
    assert Settings.read().webhook_url == address


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("WEBHOOK_URL", "bot.example.org", "not an https address; write it as https://host/path"),
        ("WEBHOOK_URL", "http://bot.example.org/x", "not an https address"),
        ("WEBHOOK_URL", "ftp://127.0.0.1/x", "not an https address"),
        ("WEBHOOK_URL", "https:///x", "not an https address"),
        ("WEBHOOK_URL", "https://[bot/x", "not an https address"),
        ("WEBHOOK_URL", "https://bot.example.org/{x}", "may stand between the slashes"),
        ("WEBHOOK_URL", "https://bot.example.org/x?y=1", "may stand between the slashes"),
        ("WEBHOOK_URL", "https://bot.example.org/metrics", "/metrics is taken by this bot itself"),
        ("WEBHOOK_URL", "https://bot.example.org:444/x", "Telegram sends to port 443, 80, 88"),
        ("WEBHOOK_SECRET", "s p a c e", "1 to 256 of A-Z, a-z, 0-9, _ and - are allowed"),
        ("WEBHOOK_SECRET", "x" * 257, "1 to 256 of"),
        ("HOST", "everywhere.example", "not an address of a machine; write 127.0.0.1"),
        ("HOST", "300.1.1.1", "not an address of a machine"),
        ("PORT", "-1", "write a number of at least 0"),
        ("PORT", "65536", "write a number of at most 65535"),
        ("PORT", "eighty", "write a whole number"),
        ("KEEP_QUESTIONS", "maybe", "write true or false"),
        ("LANGUAGE", "english", "write it in this form: en"),
        ("OCR_LANGUAGES", "rus;eng", "write it in this form: kir+rus"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"CITEBOT_{variable}", value)
    with pytest.raises(SettingsError) as raised:
        Settings.read()
    assert str(raised.value).startswith(f"CITEBOT_{variable}: ")
    assert reason in str(raised.value)
    assert value not in str(raised.value)


@pytest.mark.parametrize(
    ("knowledge", "data"),
    [("knowledge", "knowledge"), ("knowledge", "knowledge/a/data"), (".", "")],
)
def test_the_bot_does_not_read_its_own_files_as_documents(
    monkeypatch: pytest.MonkeyPatch, knowledge: str, data: str
) -> None:
    """The journal's questions and the rules of access would be quoted."""
    monkeypatch.setenv("CITEBOT_KNOWLEDGE", knowledge)
    monkeypatch.setenv("CITEBOT_DATA", data)
    with pytest.raises(SettingsError, match="CITEBOT_DATA: it lies within the folder of the doc"):
        Settings.read()


def test_lines_that_set_nothing_are_known_by_their_numbers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert unread() == []
    lines = ["# the bot", "CITEBOT_ADMINS 42", "export CITEBOT_DATA=x", "", "a: b", "CITEBOT_MODEL"]
    (tmp_path / ".env").write_text("\n".join(lines))
    assert unread() == [2, 5]
    (tmp_path / ".env").write_bytes("CITEBOT_ADMINS=42".encode("utf-16"))
    assert unread() == []


def test_the_secret_of_the_webhook_is_the_same_in_every_replica(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It follows from the token, which no one can tell from it; one that is set counts instead."""
    first, second = Settings.read(), Settings.read()
    assert first.secret == second.secret
    assert len(first.secret) == 64
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", TOKEN + "0")
    assert Settings.read().secret != first.secret
    monkeypatch.setenv("CITEBOT_WEBHOOK_SECRET", "chosen")
    assert Settings.read().secret == "chosen"
    assert "chosen" not in repr(Settings.read())


@pytest.mark.parametrize(
    ("host", "listening"),
    [
        (None, "127.0.0.1"),
        ("", "127.0.0.1"),
        ("localhost", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("10.1.2.3", "10.1.2.3"),
        ("[::1]", "::1"),
        ("::", "::"),
    ],
)
def test_only_who_asks_for_it_is_reached_from_other_machines(
    monkeypatch: pytest.MonkeyPatch, host: str | None, listening: str
) -> None:
    """A port or a webhook is no reason."""
    monkeypatch.setenv("CITEBOT_PORT", "8081")
    monkeypatch.setenv("CITEBOT_WEBHOOK_URL", "https://bot.example.org/")
    if host is not None:
        monkeypatch.setenv("CITEBOT_HOST", host)
    assert Settings.read().host == listening


def test_a_password_for_the_bot_api_is_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CITEBOT_TELEGRAM_API", "http://me:p%40ss@127.0.0.1:9/x")
    monkeypatch.setenv("CITEBOT_TELEGRAM_TOKEN", "7:abcdef")
    settings = Settings.read()
    [finding] = telegram(settings, Texts("en"))
    assert "http://127.0.0.1:9 cannot be reached" in finding.words
    assert "p%40ss" not in finding.words
    hidden = Redacting("7:abcdef", *settings.passwords)
    record = logging.makeLogRecord({"msg": "POST %s", "args": (settings.telegram_api,)})
    assert hidden.filter(record)
    assert "p%40ss" not in record.getMessage()


def test_a_misspelt_setting_is_named_with_the_one_that_is_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CITEBOT_ADMIN=42\nOTHER=1\n")
    monkeypatch.setenv("CITEBOT_TOKEN", "7:x")
    monkeypatch.setenv("CITEBOT_COLOUR", "green")
    monkeypatch.setenv("CITEBOT_LANG", "en")
    monkeypatch.setenv("CITEBOT_KNOWLEGE", "docs")
    assert unknown() == {
        "CITEBOT_ADMIN": "CITEBOT_ADMINS",
        "CITEBOT_COLOUR": None,
        "CITEBOT_KNOWLEGE": "CITEBOT_KNOWLEDGE",
        "CITEBOT_LANG": "CITEBOT_LANGUAGE",
        "CITEBOT_TOKEN": "CITEBOT_TELEGRAM_TOKEN",
    }


def test_the_doctor_says_that_a_clock_is_wrong() -> None:
    """Telegram's answers carry the time."""
    english = Texts("en")
    assert not [*clock(formatdate(time.time(), usegmt=True), english)]
    assert not [*clock(None, english)]
    for seconds, time_said in ((91_829_634, "3 years"), (5 * 86_400, "5 days"), (3600, "1 hour")):
        [found] = clock(formatdate(time.time() - seconds, usegmt=True), english)
        said = f"the clock of this machine is {time_said} ahead of Telegram's; correct it"
        assert found.words == said
    [found] = clock(formatdate(time.time() + 300, usegmt=True), Texts("ru"))
    assert "отстают по сравнению с Telegram, разница 5 минут" in found.words


@pytest.mark.parametrize(
    ("value", "form", "level"),
    [
        ("", "plain", "info"),
        ("json", "json", "info"),
        ("warning", "plain", "warning"),
        ("json,debug", "json", "debug"),
        (" ERROR , Plain ", "plain", "error"),
    ],
)
def test_one_setting_has_the_form_and_the_level_of_the_log(
    monkeypatch: pytest.MonkeyPatch, value: str, form: str, level: str
) -> None:
    monkeypatch.setenv("CITEBOT_LOG", value)
    settings = Settings.read()
    assert (settings.log_form, settings.log_level) == (form, level)


@pytest.mark.parametrize("value", ["verbose", "json,plain", "debug,info"])
def test_a_log_setting_that_is_none_names_those_there_are(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("CITEBOT_LOG", value)
    with pytest.raises(SettingsError, match=r"CITEBOT_LOG: .*(plain, json|debug, info)"):
        Settings.read()


def test_a_file_of_settings_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one that an editor of Windows saved as UTF-16, or a folder of that name."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / ".env"
    file.write_text("CITEBOT_ADMINS=1", encoding="utf-16")
    assert unknown() == {}
    with pytest.raises(SettingsError, match=r"^\.env: not UTF-8; save it as UTF-8 text"):
        Settings.read()
    file.unlink()
    file.mkdir()
    Settings.read()
