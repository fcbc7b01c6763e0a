"""The npm package telegram-test-api with what it lacks of the Bot API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

from aiohttp import ClientSession, web

from tests.botapi import TOKEN
from tests.botapi.messages import Json

__all__ = ["Shim"]

Found = TypeVar("Found")

_HAS = ("getMe", "sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery")
_NO_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
_NESTED = ("entities", "reply_markup", "reply_parameters", "link_preview_options")


class Shim:
    """Stands between a bot and the emulator at that address, within an `async with` block."""

    def __init__(self, emulator: str) -> None:
        self._emulator = emulator
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._session = ClientSession(self._emulator)
        app = web.Application()
        app.router.add_post(f"/bot{TOKEN}/{{method}}", self._serve)
        # a bot that ends leaves its last poll open
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def act(self, path: str, body: Json) -> Any:
        """The result of a call to the emulator, after which those who wait look again."""
        async with self._changed:
            result = await self._post(path, body)
            self._changed.notify_all()
        return result

    async def until(self, find: Callable[[list[Json]], Found | None]) -> Found:
        """Return what `find` makes of all that was sent, once it makes something of it."""
        async with asyncio.timeout(30), self._changed:
            while (found := find(await self._post("/getUpdatesHistory", {"token": TOKEN}))) is None:
                await self._changed.wait()
            return found

    async def _post(self, path: str, body: Json) -> Any:
        async with self._session.post(path, json=body) as answer:
            content = await answer.json()
            assert answer.status == 200, content
            return content["result"]

    async def _serve(self, request: web.Request) -> web.Response:
        method, given = request.match_info["method"], dict(await request.post())
        result = await self._result(method, given)
        return web.json_response({"ok": True, "result": result})

    async def _result(self, method: str, given: Json) -> Any:
        if method == "getUpdates":
            return await self._updates(float(given.get("timeout", 0)))
        if method == "getWebhookInfo":
            return _NO_WEBHOOK
        if method not in _HAS:
            return True
        body = {k: json.loads(v) if k in _NESTED else v for k, v in given.items()}
        result = await self.act(f"/bot{TOKEN}/{method}", body)
        if method == "getMe":
            return result | {"is_bot": True}
        if method == "sendMessage":
            return result | {"date": result["date"] // 1_000}
        return True

    async def _updates(self, seconds: float) -> list[Json]:
        """Return what the emulator has for the bot, waited for as the real server does."""
        found: list[Json] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._changed:
                while not (found := await self._post(f"/bot{TOKEN}/getUpdates", {})):
                    await self._changed.wait()
        for update in found:
            if "callback_query" in update:
                update["callback_query"]["chat_instance"] = "1"
        return found
