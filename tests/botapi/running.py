"""A bot run in a thread of its own, so that a test can drive the server from its own thread."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from telegram import Update
from telegram.ext import Application, BaseHandler, ContextTypes
from telegram.request import HTTPXRequest

from .server import BotApi

__all__ = ["Context", "application", "echo", "quick", "running"]

Context = ContextTypes.DEFAULT_TYPE


@contextmanager
def running(
    api: BotApi, *handlers: "BaseHandler[Any, Any, Any]", allowed: Sequence[str] | None = None
) -> Iterator["Application[Any, Any, Any, Any, Any, Any]"]:
    """Poll the server with python-telegram-bot and these handlers until the block ends."""
    app = application(api)
    app.add_handlers(handlers)
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def run() -> None:
        async with app:
            await app.start()
            assert app.updater is not None
            await app.updater.start_polling(
                poll_interval=0.0,
                timeout=10,
                allowed_updates=Update.ALL_TYPES if allowed is None else allowed,
            )
            ready.set()
            await stop.wait()
            with suppress(Exception):  # an update it cannot read makes it fail here as well
                await app.updater.stop()
            await app.stop()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True)
    thread.start()
    assert ready.wait(10), "the bot did not start"
    try:
        yield app
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def application(api: BotApi) -> "Application[Any, Any, Any, Any, Any, Any]":
    """A python-telegram-bot application that knows only this server."""
    return (
        Application.builder()
        .token(api.token)
        .base_url(f"{api.url}/bot")
        .base_file_url(f"{api.url}/file/bot")
        .request(quick())
        .get_updates_request(quick())
        .build()
    )


async def echo(update: Update, _: Context) -> None:
    """Reply to a message with its own text."""
    if update.effective_message and update.effective_message.text:
        await update.effective_message.reply_text(update.effective_message.text, do_quote=True)


def quick() -> HTTPXRequest:
    """The library's client without certificates, which take a tenth of a second to load."""
    return HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False})
