"""Servers and clients for the server's own tests."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from telegram.ext import ExtBot

from .people import User
from .running import quick
from .server import BotApi

__all__ = ["Raw", "api", "bot", "client", "raw"]

Raw = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def api() -> Iterator[BotApi]:
    """A server of its own for each test."""
    with BotApi() as server:
        yield server


@pytest.fixture
def ann(api: BotApi) -> User:
    """Someone who speaks English."""
    return api.user("Ann", language_code="en", username="ann_reads")


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    """One plain HTTP client for all tests."""
    with httpx.Client(timeout=10.0) as plain:
        yield plain


@pytest.fixture
def raw(api: BotApi, client: httpx.Client) -> Raw:
    """Calls a method by plain HTTP and returns the status with the JSON."""

    def call(method: str, **params: object) -> tuple[int, dict[str, Any]]:
        answer = client.post(f"{api.url}/bot{api.token}/{method}", json=params)
        return answer.status_code, answer.json()

    return call


@pytest.fixture
def bot(api: BotApi) -> "ExtBot[None]":
    """The library's own bot class; open it with `async with`."""
    return ExtBot(
        api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=quick(),
        get_updates_request=quick(),
    )
