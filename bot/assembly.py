"""The composition root: it makes every part of the bot and gives it what it works with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.access import Access
from bot.access.guard import Guard
from bot.asking.answer_buttons import AnswerButtons
from bot.asking.greeting import Greeting
from bot.asking.help import Help
from bot.asking.inline import Elsewhere
from bot.asking.notifications import News
from bot.asking.pages import Pages
from bot.asking.personal import Personal
from bot.asking.questions import Asking
from bot.asking.reception import Reception
from bot.asking.sources import Sources
from bot.asking.spoken import Spoken
from bot.asking.unread import Unread
from bot.asking.verify import Checking
from bot.asking.votes import Votes
from bot.dispatch.askers import Askers
from bot.dispatch.registry import Feature, Registry
from bot.dispatch.router import Router
from bot.dispatch.turn import Means
from bot.editing.alerts import Telling
from bot.editing.digest import Digest
from bot.editing.editors import Editors
from bot.editing.insight import Insight
from bot.editing.joining import Joining
from bot.editing.pinning import Pinning
from bot.editing.progress import Following
from bot.editing.publishing import Publishing
from bot.editing.quarantine import Quarantine
from bot.editing.removing import Removing
from bot.editing.revisiting import Revisiting
from bot.editing.thresholds import Levels
from bot.editing.uploads import Uploading
from bot.editing.warnings import Warnings
from bot.journal import Journal
from bot.messages.buttons import Buttons
from bot.running.builds import Indexing
from bot.running.conversations import Turns
from bot.running.hearing import Hearing
from bot.running.limits import Limits
from bot.running.lookup import Lookup
from bot.running.metrics import Metrics
from bot.running.worker import Worker
from bot.settings import Settings
from bot.transport.connection import Connection
from bot.transport.health import Health
from bot.transport.sending import Sender
from index.library import Library
from index.model.encoder import cores
from index.types import Answer, Query

__all__ = ["AT_ONCE", "People", "Service", "meet", "prepare"]

AT_ONCE = 4
"""How many questions are answered at once at most, on as many cores: about a third of the work is
Python's, which runs on one core at a time.
"""


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that run whether anyone asks or not."""

    settings: Settings
    lookup: Lookup
    metrics: Metrics
    connection: Connection
    health: Health


@dataclass(frozen=True, slots=True)
class People:
    """The parts that deal with people: the updates they send, and the messages the bot sends
    unasked.
    """

    router: Router
    telling: Telling
    warnings: Warnings
    news: News
    digest: Digest
    revisiting: Revisiting
    conversations: Turns


def prepare(settings: Settings, library: Library, token: str) -> Service:
    """Make the worker, the builds and the connection; nothing runs yet."""
    worker: Worker[Query, Answer] = Worker(
        lambda query: library.ask(query.question, query.top, query.scope, query.before),
        min(cores(), AT_ONCE),
    )
    indexing = Indexing(lambda: worker.waiting > 0)
    metrics = Metrics(library, indexing)
    metrics.watch(
        "citebot_questions_waiting", "Questions not answered yet.", lambda: worker.waiting
    )
    connection = Connection(settings, token, metrics)

    def reach() -> None:
        # asked, not heard: for seconds after it is gone what was heard is believed
        library.store.current()
        if connection.refused:
            raise connection.refused

    health = Health(indexing, connection.established.is_set, lambda: connection.trouble, reach)
    return Service(settings, Lookup(library, worker, indexing), metrics, connection, health)


def meet(service: Service, journal: Journal, limits: Limits) -> People:
    """Make the features. Raises SettingsError if `access.toml` is wrong or opens what was
    reserved.
    """
    settings, connection = service.settings, service.connection
    library, application = service.lookup.library, connection.application
    guard = Guard(settings.data, library)
    access = Access(settings, guard.rules, journal.people.first_id)
    sender = Sender(
        application.bot,
        on_blocked=lambda chat: journal.people.set_active(chat, False),
        on_moved=journal.people.moved,
    )
    service.metrics.tally(
        "citebot_calls", "Calls to Telegram, by what became of them.", sender.calls
    )
    buttons = Buttons(journal.secret)
    means = Means(service.lookup, sender, journal, buttons, discreet=settings.ephemeral)
    editors = Editors(means, settings.admins, settings.language)
    quarantine = Quarantine(settings.data / "quarantine")
    digest = Digest(journal, editors, settings.data, connection.established.is_set)
    later = application.create_task
    asking = Asking(means, limits, service.metrics, later, editors=bool(settings.admins))
    registry = Registry(
        digest,
        *_editing(service, means, quarantine),
        Joining(application.bot, access, editors),
        *_asking(service, means, limits, access, asking),
    )
    news = News(
        means,
        access,
        settings.language,
        connected=connection.established.is_set,
        later=later,
    )
    telling = Telling(library, digest, quarantine, settings.data)
    return People(
        Router(registry, Askers(access, journal, settings.language), limits, means),
        telling,
        Warnings(library, digest, guard, settings.data),
        news,
        digest,
        Revisiting(library.desk, means.lookup.indexing, telling, digest),
        asking.conversations,
    )


def _asking(
    service: Service, means: Means, limits: Limits, access: Access, asking: Asking
) -> Iterator[Feature]:
    """Make what everyone can use. The last one takes every message that no other feature took."""
    settings, connection = service.settings, service.connection
    checking = Checking(means, limits, asking)
    unread = Unread(service.metrics, connection.application.create_task)
    yield Greeting(means)
    yield Help()
    yield checking
    yield Sources(means, access)
    yield Personal(means, asking, keeps=settings.keep_questions)
    yield AnswerButtons(means, asking)
    yield Pages()
    yield Votes(means)
    yield Elsewhere(means, limits)
    if settings.voice_model:
        yield Spoken(connection.application.bot, asking, Hearing(settings.voice_model))
    yield Reception(asking, checking, unread, connection.missed)


def _editing(service: Service, means: Means, quarantine: Quarantine) -> Iterator[Feature]:
    """Make what editors can use."""
    application = service.connection.application
    later = application.create_task
    following = Following(means.lookup.indexing, later)
    yield Pinning(means)
    yield Uploading(means, application.bot, quarantine, later)
    yield Removing(means)
    yield Publishing(means, following)
    yield Levels(means, following)
    yield Insight(means, service.connection, service.settings.data)
