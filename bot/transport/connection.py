"""The bot's connection to Telegram: open, maintain, close."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.routing import Route
from telegram import Update
from telegram.ext import Application, ExtBot

from bot.logs import refer
from bot.running.metrics import Metrics
from bot.settings import Settings
from bot.transport import menu
from bot.transport.addressing import is_editing, is_meant, questions
from bot.transport.backlog import Backlog
from bot.transport.certificates import authorities
from bot.transport.ordering import InOrder
from bot.transport.ownership import Guard, claim
from bot.transport.polling import Poller, until_answered
from bot.transport.updates import PollingRequest, SendingRequest
from bot.transport.webhook import Updates, Webhook
from index.errors import StoreError

__all__ = ["Connection"]

_log = logging.getLogger(__name__)

_LOOK = 1.0  # seconds between two looks for what other bots left behind


class Connection:
    """Brings the updates of one token, polled or sent to a webhook, into `application`."""

    def __init__(self, settings: Settings, token: str, metrics: Metrics) -> None:
        self.application = _application(settings, token, self._is_done)
        self.established = asyncio.Event()
        """Set once Telegram knows the bot and sends it its updates."""
        self._settings = settings
        self._metrics = metrics
        bot = self.application.bot
        self._backlog = Backlog(
            self.application.update_queue.put,
            lambda message: is_meant(message, bot.bot),
            lambda message: questions(message, bot.bot),
            lambda: self.waiting,
        )
        self._backlog.done = self._is_done
        self.missed = self._backlog.missed
        """The other messages of a message that was sent while the bot was away."""
        self._poller: Poller | None = None
        self._webhook: Webhook | None = None
        self._shared: Updates | None = None
        self._guard = Guard(bot, settings)
        self.routes: list[Route] = []
        """The routes that updates need."""
        if settings.webhook_url:
            self._webhook = Webhook(settings, self._received, lambda: self.waiting, metrics)
            self.routes.append(self._webhook.route)
        else:
            poller = self._poller = Poller(bot, self._take)
            metrics.watch(
                "citebot_poll_silence_seconds",
                "Time since Telegram answered a poll.",
                lambda: poller.silence,
            )
        metrics.watch(
            "citebot_updates_waiting",
            "Updates taken and not done with.",
            lambda: self.waiting,
        )

    def share(self, updates: Updates) -> None:
        """Take no update that another bot at the same address took, unless that one is gone."""
        if self._webhook:
            self._shared = self._webhook.shared = updates

    async def _received(self, update: dict[str, Any]) -> None:
        await self._take(Update.de_json(update, self.application.bot))

    @property
    def trouble(self) -> str | None:
        """The reason why no updates come, None while they do or, with a webhook, may."""
        return self._poller.trouble if self._poller else self._guard.trouble

    @property
    def refused(self) -> StoreError | None:
        """The reason why updates are left at Telegram, None while they are taken."""
        return self._shared.trouble if self._shared else None

    @property
    def silence(self) -> float | None:
        """Seconds since Telegram last answered a poll; None with a webhook."""
        return self._poller.silence if self._poller else None

    async def run(self, *, take_over: bool) -> None:
        """Connect as soon as Telegram answers, and receive updates until cancelled.

        Raises what Poller.run, claim and Guard.run raise.
        """
        looking = asyncio.create_task(self._look_for_left())
        try:
            await self._run(take_over=take_over)
        finally:
            looking.cancel()

    async def _run(self, *, take_over: bool) -> None:
        await until_answered(self.application.initialize)
        await claim(self.application.bot, self._settings, take_over=take_over)
        await self.application.start()
        # in parallel: no one waits for a menu
        bot, settings = self.application.bot, self._settings
        self.application.create_task(menu.offer(bot, settings.language, settings.admins))
        self.established.set()
        _log.info("Answering as @%s", self.application.bot.username)
        if self._poller:
            await self._poller.run()
        else:
            await self._guard.run()

    async def finish(self) -> None:
        """Finish the updates that were taken. A webhook stays set: updates wait at Telegram
        meanwhile.
        """
        if self.application.running:
            if self._poller:
                await self._poller.confirm()
            await self._backlog.release()
            await self.application.stop()
            if self._shared:
                await asyncio.to_thread(self._shared.settle)

    async def close(self) -> None:
        """Close everything that is open."""
        await self.application.bot.shutdown()

    @property
    def waiting(self) -> int:
        """The number of updates that were taken and are not done."""
        at_work = self.application.update_processor.current_concurrent_updates
        return self.application.update_queue.qsize() + at_work

    async def _take(self, update: Update) -> None:
        self._metrics.updated()
        if self._is_talk(update):
            self._is_done(update)
            return
        try:
            await self._backlog.take(update)
        except Exception as error:  # one update must not stop those after it
            refer(error)
            self._is_done(update)

    def _is_done(self, update: Update) -> None:
        """Let no other bot do an update again."""
        if self._shared:
            self._shared.done(update.update_id)

    async def _look_for_left(self) -> None:
        """Every second, do what other bots, or this one before it was killed, left behind."""
        loop = asyncio.get_running_loop()
        # a thread of its own: after other work it would be late, and this bot taken to be gone
        thread = ThreadPoolExecutor(1, "citebot-inbox")
        try:
            while self._shared:
                for update in await loop.run_in_executor(thread, self._shared.left):
                    _log.warning("An update that a bot did not finish is done again")
                    await self._received(update)
                await asyncio.sleep(_LOOK)
        finally:
            thread.shutdown(wait=False)

    def _is_talk(self, update: Update) -> bool:
        """Return True if people talk to each other: that must not wait in a row with questions."""
        message = update.message or update.edited_message
        try:
            return (
                message is not None
                and not message.migrate_to_chat_id
                and not is_meant(message, self.application.bot.bot)
                and not is_editing(message, self.application.bot.bot)
            )
        except Exception:  # the handler will fail on it too, and that failure is logged
            return False


def _application(
    settings: Settings, token: str, done: Callable[[Update], None]
) -> Application[Any, Any, Any, Any, Any, Any]:
    # the future form of waiting times, without which the library warns
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    checked = {"verify": authorities()}
    bot: ExtBot[None] = ExtBot(
        token,
        base_url=f"{settings.telegram_api}/bot",
        base_file_url=f"{settings.telegram_api}/file/bot",
        request=SendingRequest(
            connection_pool_size=64,
            read_timeout=20,
            connect_timeout=10,
            pool_timeout=10,
            httpx_kwargs=checked,
        ),
        # a connection that was cut can occupy its place for a while
        get_updates_request=PollingRequest(
            connection_pool_size=4,
            read_timeout=10,
            connect_timeout=10,
            pool_timeout=10,
            httpx_kwargs=checked,
        ),
    )
    builder = Application.builder().bot(bot).updater(None).job_queue(None)
    return builder.concurrent_updates(InOrder(settings.admins, done)).build()
