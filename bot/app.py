"""The bot in Telegram: start it, run it, stop it."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from starlette.routing import Route
from telegram.error import Conflict, InvalidToken

from bot.assembly import People, Service, meet, prepare
from bot.editing.warnings import Warnings
from bot.journal import Journal
from bot.logs import refer
from bot.messages.texts import languages
from bot.running.builds import Indexing
from bot.running.conversations import Turns
from bot.running.limits import Limits
from bot.running.refresh import refresh
from bot.running.signals import told_to_end
from bot.running.watching import settled, watch
from bot.settings import Settings
from bot.transport.connection import Connection
from bot.transport.ownership import WebhookError
from bot.transport.site import Site, about
from index import intake
from index.errors import CitebotError, SettingsError, StoreError
from index.library import Library

__all__ = ["serve"]

_log = logging.getLogger(__name__)

_DONE, _FAILED, _REJECTED = 0, 1, 3
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_GRACE = 8.0  # seconds for unfinished work when the bot has to end
_DAY = 24 * 3600.0
_MINUTE = 60.0
_AGAIN = 15.0  # seconds after which a build that the store refused is tried again
_LOOK = 5.0  # seconds between two checks whether the rules of access.toml fit


async def serve(
    settings: Settings,
    library: Library,
    *,
    take_over: bool = False,
    ending: Callable[[int], None] = lambda _: None,
    limits: Limits | None = None,
) -> int:
    """Answer in Telegram until SIGTERM, SIGINT or a failure; return the exit code.

    0 after a signal, 3 if Telegram rejects the token, else 1; the reason is logged. If another
    webhook is set, the bot leaves it and ends, unless `take_over`. `ending` is called with the exit
    code before unfinished work is awaited. Raises SettingsError for a language that has no words.
    """
    if settings.language and settings.language not in languages():
        known = ", ".join(languages())
        raise SettingsError(
            f"CITEBOT_LANGUAGE: {settings.language} is not one of {known}",
            "language_unknown",
            language=settings.language,
            known=known,
        )
    token = settings.token or ""
    if not _TOKEN.fullmatch(token):
        return _rejected(settings)
    service = prepare(settings, library, token)
    site = _site(settings, [*about(service.health, service.metrics), *service.connection.routes])
    if site is None and settings.webhook_url:
        return _FAILED
    # if the disk refuses, the journal says so and continues in memory
    with suppress(OSError):
        settings.data.mkdir(parents=True, exist_ok=True)
    journal = Journal(
        settings.data / "journal.sqlite",
        database_url=settings.database,
        keep_questions=settings.keep_questions,
    )
    limits = limits or Limits()
    if journal.recent:
        limits.share(journal.recent)
    if journal.inbox:
        service.connection.share(journal.inbox)
    people = meet(service, journal, limits)
    people.router.register(service.connection.application)
    with told_to_end(lambda: ending(_DONE)) as told:
        try:
            return await _until(told, service, people, journal, ending, take_over=take_over)
        finally:
            await _take_down(service.connection, service.lookup.indexing, site)
            service.lookup.worker.close()
            journal.close()


async def _until(
    told: asyncio.Event,
    service: Service,
    people: People,
    journal: Journal,
    ending: Callable[[int], None],
    *,
    take_over: bool,
) -> int:
    """Run everything until `told` is set or updates can no longer be received; return the exit
    code.
    """
    tasks = [
        asyncio.create_task(_work(service.connection, service.settings, take_over=take_over)),
        asyncio.create_task(told.wait()),
    ]
    beside = [
        asyncio.create_task(_keep_up(service, people)),
        asyncio.create_task(_purge(journal)),
        asyncio.create_task(_clear(people.conversations, service.lookup.library)),
        asyncio.create_task(people.news.run()),
        asyncio.create_task(people.digest.run()),
        asyncio.create_task(people.revisiting.run(service.connection.established.is_set)),
        asyncio.create_task(_warn(service.connection, service.lookup.indexing, people.warnings)),
    ]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        _log.info("Ending")
        code = tasks[0].result() if tasks[0].done() else _DONE
        ending(code)
        return code
    finally:
        service.lookup.indexing.stop()
        # people who wait for a file to be read get an answer at once
        intake.stop()
        for task in (*tasks, *beside):
            task.cancel()
        await asyncio.gather(*tasks, *beside, return_exceptions=True)


def _site(settings: Settings, routes: Sequence[Route]) -> Site | None:
    """Return the bot's own server; None if nothing can listen on its port, which is logged."""
    try:
        return Site(settings, routes)
    except OSError as error:
        _log.log(
            logging.CRITICAL if settings.webhook_url else logging.WARNING,
            "CITEBOT_PORT: nothing can listen on %d (%s), so there is no health, no metrics and no "
            "webhook; choose another port",
            settings.port,
            os.strerror(error.errno or 0),
        )
        return None


async def _work(connection: Connection, settings: Settings, *, take_over: bool) -> int:
    """Receive updates; return an exit code if that cannot continue."""
    try:
        await connection.run(take_over=take_over)
    except InvalidToken:
        return _rejected(settings)
    except WebhookError as error:
        _log.critical("%s", error)
    except Conflict:
        _log.critical("Another bot polls Telegram with the same token, and stays; ending")
    except TimeoutError as error:
        _log.critical("%s; ending, so that a supervisor starts it again", error)
    except Exception as error:
        refer(error)
    return _FAILED


async def _purge(journal: Journal) -> None:
    """Every day, delete what has reached the end of its retention."""
    while True:
        await asyncio.to_thread(journal.purge)
        await asyncio.sleep(_DAY)


async def _clear(conversations: Turns, library: Library) -> None:
    """Every minute, delete what is kept for minutes only."""
    while True:
        await asyncio.to_thread(conversations.clear)
        library.recent.clear()
        await asyncio.sleep(_MINUTE)


async def _keep_up(service: Service, people: People) -> None:
    """Load the model and bring the index up to date, now and whenever the documents change; the
    old index answers meanwhile.
    """
    library, indexing, telling = service.lookup.library, service.lookup.indexing, people.telling
    changed = asyncio.Event()
    # before the first look, so that no change in between is missed
    watching = asyncio.create_task(watch(library.folder, changed))
    repairing = asyncio.create_task(_notice_damage(library, changed))
    try:
        refreshing = asyncio.create_task(refresh(library, indexing))
        await _warm_up(service)
        built = await refreshing
        await _warm_up(service)
        await service.connection.established.wait()
        await _told(telling.built(built) if built else telling.left_undone())
        await _told(people.warnings.unread())
        while True:
            if type(built) is StoreError:
                # a database that was away, or a full disk: no document will change for it. Its
                # subclasses are what time does not heal
                asyncio.get_running_loop().call_later(_AGAIN, changed.set)
            await settled(changed)
            built = await refresh(library, indexing)
            if not service.health.warm:
                await _warm_up(service)
            await _told(telling.built(built))
            await _told(people.warnings.unread())
    except Exception as error:
        refer(error)
    finally:
        watching.cancel()
        repairing.cancel()
        await asyncio.gather(watching, repairing, return_exceptions=True)


async def _warm_up(service: Service) -> None:
    """Load the model and open the index, if that can be done now."""
    with suppress(CitebotError):
        await service.lookup.worker.prepare(service.lookup.library.warm_up)
        service.health.warm = True


async def _notice_damage(library: Library, changed: asyncio.Event) -> None:
    """Rebuild the index if its files are found damaged."""
    while True:
        if library.is_damaged and not changed.is_set():
            _log.error("The index was damaged while it served, and is built again")
            changed.set()
        await asyncio.sleep(_LOOK)


async def _warn(connection: Connection, indexing: Indexing, warnings: Warnings) -> None:
    """Notify the editors when rules of access.toml no longer fit (the old rules apply meanwhile),
    and when a build will take long.
    """
    await connection.established.wait()
    while True:
        await _told(warnings.closed())
        warnings.long(indexing.state)
        await asyncio.sleep(_LOOK)


async def _told(telling: Awaitable[None]) -> None:
    """Keep watching even if a notification fails."""
    try:
        await telling
    except Exception as error:
        refer(error)


async def _take_down(connection: Connection, indexing: Indexing, site: Site | None) -> None:
    """Finish unfinished work within the grace period, and close the connections."""
    try:
        async with asyncio.timeout(_GRACE):
            if site:
                await site.close()
            await connection.finish()
            await indexing.ended()
    except TimeoutError:
        _log.warning("Not all that was begun could be finished")
    await connection.close()


def _rejected(settings: Settings) -> int:
    _log.critical(
        "%s rejects the token; check CITEBOT_TELEGRAM_TOKEN or its file, @BotFather shows the "
        "token of a bot",
        settings.telegram,
    )
    return _REJECTED
