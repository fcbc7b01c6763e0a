"""Requests read and answers written, in the forms of the Bot API."""

import asyncio
import json
from collections.abc import Callable

from aiohttp import web

from .calls import Params, Upload
from .errors import bad_request
from .messages import Json

__all__ = ["answer", "gone", "hang_up", "read"]


async def read(request: web.Request) -> tuple[Params, dict[str, Upload]]:
    """The parameters of a request, from its query, JSON, form or multipart body."""
    values: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("object expected as request body")
        values |= body
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                kind = value.content_type or "application/octet-stream"
                files[name] = Upload(value.filename, value.file.read(), kind)
            elif isinstance(value, str):
                values[name] = value
    return Params.decoded(values), files


def gone(request: web.Request) -> Callable[[], bool]:
    """Tells, whenever it is asked, whether the client has hung up."""
    return lambda: request.transport is None or request.transport.is_closing()


def hang_up(request: web.Request) -> web.Response:
    """Cut the connection; what is returned reaches no one."""
    if isinstance(request.transport, asyncio.WriteTransport):
        request.transport.abort()
    return web.Response()


def answer(status: int, body: Json) -> web.Response:
    """An answer as compact JSON in ASCII, as the real server writes it."""
    text = json.dumps(body, separators=(",", ":"))
    return web.Response(status=status, text=text, content_type="application/json")
