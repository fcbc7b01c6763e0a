"""The bot in Telegram: put together, run, and taken down."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from telegram.error import Conflict, InvalidToken
from telegram.ext import Application, ExtBot
from telegram.request import HTTPXRequest

from bot.access import Access, Reservations
from bot.askers import Askers
from bot.asking import Asking
from bot.callbacks import Buttons
from bot.editors import Editors
from bot.elsewhere import Elsewhere
from bot.greeting import Greeting
from bot.handlers import Faces, Handlers
from bot.indexing import Indexing, StoppedError
from bot.journal import Journal
from bot.limits import Limits
from bot.logs import refer
from bot.personal import Personal
from bot.polling import Poller, until_answered
from bot.pressing import Pressing
from bot.processor import InOrder
from bot.requests import PollingRequest
from bot.sending import Sender
from bot.settings import Settings
from bot.sources import Sources
from bot.texts import languages
from bot.verifying import Verifying
from bot.worker import Worker
from index.errors import BuildLockedError, CitebotError, SettingsError
from index.library import Library
from index.types import Answer, Query

__all__ = ["serve"]

_log = logging.getLogger(__name__)

_DONE, _FAILED, _REJECTED = 0, 1, 3
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_GRACE = 8.0  # seconds for the work that was begun when the bot is told to end
_LOCKED_AGAIN = 5.0

_Application = Application[Any, Any, Any, Any, Any, Any]


async def serve(
    settings: Settings,
    library: Library,
    *,
    take_over: bool = False,
    limits: Limits | None = None,
) -> int:
    """Answer in Telegram until SIGTERM or SIGINT, or until it cannot go on; the exit code.

    0 after a signal, 3 where Telegram rejects the token, else 1; the reason is logged. A webhook
    that is set is left alone, and this ends, unless `take_over`. Raises SettingsError for a
    language there are no words in.
    """
    if settings.language and settings.language not in languages():
        known = ", ".join(languages())
        raise SettingsError(f"CITEBOT_LANGUAGE: {settings.language} is not one of {known}")
    token = settings.token or ""
    if not _TOKEN.fullmatch(token):
        return _rejected(settings)
    worker, indexing = Worker(library.ask_together), Indexing(library)
    application = _application(settings, token)
    handlers = _handlers(settings, library, worker, indexing, application, limits or Limits())
    handlers.register(application)
    poller = Poller(application.bot, application.update_queue.put)
    with _told_to_end() as told:
        tasks = [
            asyncio.create_task(_work(application, poller, settings, take_over=take_over)),
            asyncio.create_task(told.wait()),
        ]
        refreshing = asyncio.create_task(_refresh(library, worker, indexing))
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            _log.info("Ending")
            return tasks[0].result() if tasks[0].done() else _DONE
        finally:
            indexing.stop()
            for task in (*tasks, refreshing):
                task.cancel()
            await asyncio.gather(*tasks, refreshing, return_exceptions=True)
            await _take_down(application, poller, indexing)
            worker.close()


def _application(settings: Settings, token: str) -> _Application:
    # the form of waiting times that the library will have, and warns of until it is chosen
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    bot: ExtBot[None] = ExtBot(
        token,
        base_url=f"{settings.telegram_api}/bot",
        base_file_url=f"{settings.telegram_api}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=64, read_timeout=20, connect_timeout=10, pool_timeout=10
        ),
        # a connection that was cut can occupy its place for a while
        get_updates_request=PollingRequest(
            connection_pool_size=4, read_timeout=10, connect_timeout=10, pool_timeout=10
        ),
    )
    builder = Application.builder().bot(bot).updater(None).job_queue(None)
    return builder.concurrent_updates(InOrder()).build()


def _handlers(
    settings: Settings,
    library: Library,
    worker: Worker[Query, Answer],
    indexing: Indexing,
    application: _Application,
    limits: Limits,
) -> Handlers:
    settings.data.mkdir(parents=True, exist_ok=True)
    journal = Journal(settings.data / "journal.sqlite", keep_questions=settings.keep_questions)
    reservations = Reservations.read(settings.data / "access.toml")
    access = Access(settings, reservations, journal.first_id)
    sender = Sender(
        application.bot,
        on_blocked=lambda chat: journal.set_active(chat, False),
        on_moved=journal.moved,
    )
    buttons = Buttons(journal.secret)
    asking = Asking(
        library,
        worker,
        indexing,
        sender,
        journal,
        limits,
        buttons,
        editors=bool(settings.admins),
    )
    sources = Sources(library, worker, sender, asking, access)
    personal = Personal(sender, journal, asking, keeps=settings.keep_questions)
    faces = Faces(
        greeting=Greeting(library, worker, sender, asking),
        asking=asking,
        verifying=Verifying(library, worker, sender, asking),
        sources=sources,
        personal=personal,
        pressing=Pressing(library, worker, sender, journal, buttons, asking, sources, personal),
        elsewhere=Elsewhere(worker, sender, journal, limits, asking),
        editors=Editors(indexing, sender, application.create_task),
    )
    askers = Askers(access, journal, settings.language)
    return Handlers(faces, askers, access, sender, journal)


async def _work(
    application: _Application, poller: Poller, settings: Settings, *, take_over: bool
) -> int:
    """Connect and poll; an exit code where that cannot go on."""
    bot = application.bot
    try:
        await until_answered(application.initialize)
        webhook = await until_answered(bot.get_webhook_info)
        if webhook.url and not take_over:
            _log.critical(
                "A webhook is set for this token, so another bot may be answering with it; use "
                "another token, or remove the webhook (deleteWebhook)"
            )
            return _FAILED
        if webhook.url:
            await until_answered(bot.delete_webhook)
            _log.warning("The webhook that was set for this token is removed")
        await application.start()
        _log.info("Answering as @%s", bot.username)
        await poller.run()
    except InvalidToken:
        return _rejected(settings)
    except Conflict:
        _log.critical("Another bot polls Telegram with the same token, and stays; ending")
        return _FAILED
    except Exception as error:
        refer(error)
        return _FAILED


async def _refresh(library: Library, worker: Worker[Query, Answer], indexing: Indexing) -> None:
    """Load the model and bring the index up to date; the one there is answers meanwhile."""
    try:
        building = indexing.start(if_changed=True)
        with suppress(CitebotError):
            await worker.prepare(library.warm_up)
        waiting = False
        while True:
            try:
                report = await building
                break
            except BuildLockedError as error:
                if not waiting:
                    _log.warning("%s", error)
                waiting = True
                await asyncio.sleep(_LOCKED_AGAIN)
                if indexing.state:
                    return
                building = indexing.start(if_changed=True)
        if report and report.generation:
            _log.info(
                "Indexed: generation %s, %d documents, %d not read, %.1f s",
                report.generation.id,
                report.generation.documents,
                len(report.changes.failed),
                report.seconds,
            )
        else:
            _log.info("The index holds the documents as they are")
        await worker.prepare(library.warm_up)
    except StoppedError:
        _log.info("The build was stopped")
    except CitebotError as error:
        _log.error("The index was not brought up to date: %s", error)
    except Exception as error:
        refer(error)


async def _take_down(application: _Application, poller: Poller, indexing: Indexing) -> None:
    """Finish what was begun, within the grace, and close the connections."""
    try:
        async with asyncio.timeout(_GRACE):
            if application.running:
                await poller.confirm()
                await application.stop()
            await indexing.ended()
    except TimeoutError:
        _log.warning("Not all that was begun could be finished")
    await application.bot.shutdown()


@contextmanager
def _told_to_end() -> Iterator[asyncio.Event]:
    """An event that SIGTERM and SIGINT set, where the system and the thread allow it."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGTERM, signal.SIGINT)
    with suppress(NotImplementedError, RuntimeError, ValueError):
        for number in signals:
            loop.add_signal_handler(number, told.set)
    try:
        yield told
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for number in signals:
                loop.remove_signal_handler(number)


def _rejected(settings: Settings) -> int:
    _log.critical(
        "%s rejects the token; check CITEBOT_TELEGRAM_TOKEN or its file, @BotFather shows the "
        "token of a bot",
        settings.telegram_api,
    )
    return _REJECTED
