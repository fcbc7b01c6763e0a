"""What must hold after every test, whatever it was about."""

import time
from collections.abc import Iterable

from . import utf16
from .entities import QUOTES
from .queries import Press
from .server import BotApi

__all__ = ["assert_well_behaved", "quotes_are_slices"]


def assert_well_behaved(
    api: BotApi,
    logs: str = "",
    token: str | None = None,
    *,
    texts: Iterable[str] | None = None,
    grace: float = 2.0,
) -> None:
    """AssertionError unless the bot broke no rule, answered every button once, and kept its token.

    The last buttons pressed may still be answered within `grace` seconds. With `texts`, all that
    is quoted must be a slice of one of them as well.
    """
    _wait_for_answers(api, grace)
    found = [str(violation) for violation in api.violations]
    found += [f"never answered: the button {press.data!r}" for press in _unanswered(api)]
    found += _leaks(api, logs, token or api.token)
    assert not found, "\n".join([*found, api.state.summary()])
    if texts is not None:
        quotes_are_slices(api, texts)


def quotes_are_slices(api: BotApi, texts: Iterable[str]) -> None:
    """AssertionError unless each block quote the bot sent or offered is a slice of a text."""
    sources = list(texts)
    with api.state.lock:
        quotes = [
            utf16.cut(text, entity["offset"], entity["length"])
            for text, entities in api.state.said
            for entity in entities
            if entity["type"] in QUOTES
        ]
    false = [quote for quote in quotes if not any(quote in source for source in sources)]
    assert not false, "quoted, but in none of the texts:\n" + "\n".join(map(repr, false))


def _wait_for_answers(api: BotApi, grace: float) -> None:
    deadline = time.monotonic() + grace
    with api.state.lock:
        while _unanswered(api) and (left := deadline - time.monotonic()) > 0:
            api.state.lock.wait(left)


def _unanswered(api: BotApi) -> list[Press]:
    with api.state.lock:
        presses = api.state.presses.values()
        return [press for press in presses if not (press.answers or press.abandoned)]


def _leaks(api: BotApi, logs: str, token: str) -> list[str]:
    secret = token.partition(":")[2] or token
    found = ["the token stands in a log"] if secret in logs else []
    calls = [call.method for call in api.calls() if secret in repr(call.params)]
    return found + [f"the token stands in a call of {method}" for method in calls]
