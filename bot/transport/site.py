"""The bot's own HTTP server: health and metrics, and the webhook if there is one."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.running.metrics import CONTENT_TYPE, Metrics
from bot.settings import TAKEN_PATHS, Settings
from bot.transport.health import Health
from bot.transport.patience import Impatient

__all__ = ["Site", "about"]

_log = logging.getLogger(__name__)

# The event loop accepts this many at once before it examines any of them: see
# bot.transport.patience.
_BACKLOG = 64
_LAST_REQUESTS = 2  # seconds for requests under way when the server is closed


def about(health: Health, metrics: Metrics) -> list[Route]:
    """Return the routes of health: 200 if well, else 503 and what is wrong, line by line."""

    async def alive(_: Request) -> Response:
        trouble = health.trouble()
        return _told([trouble] if trouble else [])

    # not async, so that it runs in a thread: it may have to wait for the database
    def ready(_: Request) -> Response:
        return _told(health.missing())

    # likewise: it may have to wait for the index
    def figures(_: Request) -> Response:
        return Response(metrics.page(), media_type=CONTENT_TYPE)

    return [
        Route(path, endpoint)
        for path, endpoint in zip(TAKEN_PATHS, (alive, ready, figures), strict=True)
    ]


class Site:
    """An HTTP server on CITEBOT_PORT in the running event loop, until it is closed."""

    def __init__(self, settings: Settings, routes: Sequence[Route]) -> None:
        """Raises OSError if the port is taken, or the address is not one of this machine."""
        listening = _listen(settings.host, settings.port)
        name, port, *_ = listening.getsockname()
        _log.info("Health and metrics at http://%s:%d", f"[{name}]" if ":" in name else name, port)
        config = uvicorn.Config(
            Starlette(routes=routes),
            http=Impatient,
            backlog=_BACKLOG,
            ws="none",
            lifespan="off",
            # the logs are ours: no configuration of its own, and no line for each request
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_LAST_REQUESTS,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listening]))

    async def close(self) -> None:
        """Take no more requests, and finish those in progress."""
        self._server.should_exit = True
        await self._serving


def _listen(host: str, port: int) -> socket.socket:
    if ":" not in host:
        return socket.create_server((host, port), backlog=_BACKLOG)
    # every address of this machine, IPv4 included
    both = host == "::" and socket.has_dualstack_ipv6()
    return socket.create_server(
        (host, port), family=socket.AF_INET6, backlog=_BACKLOG, dualstack_ipv6=both
    )


class _Server(uvicorn.Server):
    """A server that leaves the signals to the bot."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _told(wrong: Sequence[str]) -> Response:
    return PlainTextResponse("\n".join(wrong or ["ok"]) + "\n", 503 if wrong else 200)
