"""The methods of the Bot API that this server has."""

from collections.abc import Callable

from . import about, answers, editing, ephemeral, files, rich_sending, sending, settings, webhooks
from .calls import Call
from .errors import ApiError

__all__ = ["METHODS", "canonical", "carry_out"]

METHODS: dict[str, Callable[[Call], object]] = {
    **about.METHODS,
    **answers.METHODS,
    **editing.METHODS,
    **ephemeral.METHODS,
    **files.METHODS,
    **rich_sending.METHODS,
    **sending.METHODS,
    **settings.METHODS,
    **webhooks.METHODS,
}
_NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}


def carry_out(call: Call) -> object:
    """The result of a call; ApiError if the real server would refuse it."""
    method = METHODS.get(call.method)
    if method is None:
        call.violate("unknown method", f"{call.method} is not among the methods of this server")
        raise ApiError(404, "Not Found: method not found")
    with call.state.change():
        return method(call)


def canonical(name: str) -> str:
    """A method's name as it is written; the real server reads it in any case."""
    return _NAMES.get(name.lower(), name)
