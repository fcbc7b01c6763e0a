"""The HTTP face of the Bot API server, in a thread of its own."""

import asyncio
import re
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Literal, Self

from aiohttp import web

from . import wire
from .calls import Call, Params, Upload
from .driver import Driver
from .errors import ApiError
from .faults import DOWNLOADS, Fault, Faults
from .files import UPLOAD
from .messages import Json
from .methods import canonical, carry_out
from .rates import Rates
from .state import State
from .updates import get_updates
from .webhooks import Webhooks

__all__ = ["TOKEN", "BotApi"]

TOKEN = "7000000001:AAF-loopback_token_0123456789abcdefgh"
_TOKEN_FORM = re.compile(r"[1-9]\d*:[A-Za-z0-9_-]+")
_HOST = "127.0.0.1"


class BotApi(Driver):
    """A strict Bot API server on loopback, driven from the test's own thread.

    The bot calls `{url}/bot<token>/<method>` and fetches `{url}/file/bot<token>/<path>`.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        username: str = "citebot_test_bot",
        privacy_mode: bool = True,
        rate_limits: bool = False,
        first_update_id: int = 100_001,
    ) -> None:
        """Prepare a server for the bot with that token; it starts with the `with` block."""
        bot = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Citebot",
            "username": username,
            "can_join_groups": True,
            "supports_inline_queries": True,
            "supports_guest_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        super().__init__(State(bot, first_update_id))
        self.state.privacy_mode = privacy_mode
        self.token = token
        self.faults = Faults()
        self.rates = Rates(enabled=rate_limits)
        self.webhooks = Webhooks(self.state)
        self.port = 0
        self._cutting = False

    def __enter__(self) -> Self:
        """Listen on a free port."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="bot-api", daemon=True)
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Cut what is open and be gone."""
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    @property
    def url(self) -> str:
        """The address to give the bot as its API base."""
        return f"http://{_HOST}:{self.port}"

    @contextmanager
    def outage(self, how: Literal["refuse", "cut"] = "refuse") -> Iterator[None]:
        """Be away: refuse connections, or cut each one; those that are open are cut."""
        if how == "cut":
            self._cutting = True
            self._do(self._cut_all())
        else:
            self._do(self._leave())
        try:
            yield
        finally:
            self._cutting = False
            if how == "refuse":
                self._do(self._listen())

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _open(self) -> None:
        app = web.Application(client_max_size=UPLOAD + 1024 * 1024)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        app.router.add_route("*", "/bot{token:[^/]*}/{method}", self._serve)
        app.router.add_route("*", "/{rest:.*}", self._serve_nothing)
        # An access log would write the token, which no log may hold.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await self._listen()
        self._sender = asyncio.create_task(self.webhooks.run())

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, _HOST, self.port, reuse_address=True)
        await self._site.start()
        self.port = int(self._runner.addresses[0][1])

    async def _leave(self) -> None:
        await self._site.stop()
        await self._cut_all()

    async def _cut_all(self) -> None:
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                connection.transport.abort()
        with self.state.lock:
            if self.state.updates.poll is not None:
                self.state.updates.poll.wake()

    async def _close(self) -> None:
        self.state.wakers.clear()
        self._sender.cancel()
        with suppress(asyncio.CancelledError):
            await self._sender
        await self._cut_all()
        await self._runner.cleanup()
        self.state.updates.poll = None

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self._cutting:
            return wire.hang_up(request)
        if refusal := self._refuse_token(request):
            return wire.answer(refusal.code, refusal.body())
        method = canonical(request.match_info["method"])
        unread: ApiError | None = None
        params, files = Params(), dict[str, Upload]()
        try:
            params, files = await wire.read(request)
        except ApiError as error:
            unread = error
        with self.state.change():
            call = Call(self.state.tick(), method, params, files, self.state)
            self.state.calls.append(call)
        try:
            if unread is not None:
                raise unread
            with self.state.lock:
                self.rates.check(call)
            fault = self.faults.take(method)
            if fault is not None:
                return await self._misbehave(fault, call, request)
            return await self._carry_out(call, request)
        except ApiError as error:
            return self._finish(call, error.code, error.body())
        except Exception as error:
            call.violate("malformed call", repr(error))
            return self._finish(call, 500, ApiError(500, "Internal Server Error").body())

    async def _carry_out(self, call: Call, request: web.Request) -> web.Response:
        gone = wire.gone(request)
        if call.method == "getUpdates":
            call.result = await get_updates(call, gone)
        else:
            call.result = carry_out(call)
        call.delivered = not gone()
        answer: Json = {"ok": True, "result": call.result}
        if call.description:
            answer["description"] = call.description
        return self._finish(call, 200, answer)

    async def _misbehave(
        self, fault: Fault, call: Call, request: web.Request
    ) -> web.StreamResponse:
        if fault.kind == "answer":
            if fault.retry_after:
                self.rates.refused(call, fault.retry_after)
            self._note(call, fault.status if fault.status >= 300 else 599, "a prepared fault")
            return web.Response(
                status=fault.status, body=fault.body, content_type="application/json"
            )
        answer: web.StreamResponse | None = None
        if fault.effect:
            try:
                answer = await self._carry_out(call, request)
            except ApiError as error:
                answer = self._finish(call, error.code, error.body())
        await asyncio.sleep(fault.seconds)
        call.delivered = fault.kind == "hang" and not wire.gone(request)()
        if answer is None:
            self._note(call, 599, "hung up")
        if fault.kind == "cut" or answer is None:
            return wire.hang_up(request)
        return answer

    def _finish(self, call: Call, status: int, answer: Json) -> web.Response:
        self._note(call, status, str(answer.get("description", "")))
        return wire.answer(status, answer)

    def _note(self, call: Call, status: int, description: str) -> None:
        with self.state.change():
            call.status, call.description = status, description

    def _refuse_token(self, request: web.Request) -> ApiError | None:
        token = request.match_info["token"]
        if not _TOKEN_FORM.fullmatch(token):
            return ApiError(404, "Not Found")
        return None if token == self.token else ApiError(401, "Unauthorized")

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        if self._cutting:
            return wire.hang_up(request)
        if refusal := self._refuse_token(request):
            return wire.answer(refusal.code, refusal.body())
        path = request.match_info["path"]
        with self.state.lock:
            found = next((f for f in self.state.files.values() if f.path == path), None)
        if found is None:
            return wire.answer(404, ApiError(404, "Not Found").body())
        fault = self.faults.take(DOWNLOADS)
        if fault is None:
            return web.Response(body=found.content, content_type="application/octet-stream")
        await asyncio.sleep(fault.seconds)
        if fault.kind == "answer":
            return web.Response(status=fault.status, body=fault.body)
        half = web.StreamResponse(headers={"Content-Length": str(len(found.content))})
        await half.prepare(request)
        await half.write(found.content if fault.effect else found.content[: found.size // 2])
        return half if fault.kind == "hang" and fault.effect else wire.hang_up(request)

    async def _serve_nothing(self, request: web.Request) -> web.Response:
        return wire.answer(404, ApiError(404, "Not Found").body())
