"""The parts of the bot that people meet, put together."""

from __future__ import annotations

from bot.access import Access
from bot.askers import Askers
from bot.asking.answer_buttons import Pressing
from bot.asking.greeting import Greeting
from bot.asking.inline import Elsewhere
from bot.asking.notifications import News
from bot.asking.personal import Personal
from bot.asking.questions import Asking
from bot.asking.reception import Reception
from bot.asking.sources import Sources
from bot.asking.verify import Checking
from bot.editing.alerts import Telling
from bot.editing.insight import Insight
from bot.editing.joining import Joining
from bot.editing.pinning import Pinning
from bot.editing.progress import Following
from bot.editing.publishing import Publishing
from bot.editing.quarantine import Quarantine
from bot.editing.removing import Removing
from bot.editing.thresholds import Levels
from bot.editing.uploads import Uploading
from bot.guard import Guard
from bot.journal import Journal
from bot.messages.buttons import Action, Buttons
from bot.router import Faces, Handlers
from bot.running.builds import Indexing
from bot.running.limits import Limits
from bot.running.metrics import Metrics
from bot.running.worker import Worker
from bot.settings import Settings
from bot.transport.connection import Connection
from bot.transport.sending import Sender
from index.library import Library
from index.stores.pointers import Pointer
from index.types import Answer, Query

__all__ = ["assemble"]


def assemble(
    settings: Settings,
    library: Library,
    worker: Worker[Query, Answer],
    indexing: Indexing,
    connection: Connection,
    journal: Journal,
    limits: Limits,
    metrics: Metrics,
) -> tuple[Handlers, Telling, News]:
    """What handles the updates that the connection brings, what tells the editors of what they did
    not ask for, and what tells people of new answers. Raises SettingsError for an `access.toml`
    that is wrong or shows what was reserved.
    """
    guard = Guard(settings.data, library)
    access = Access(settings, guard.rules, journal.first_id)
    sender = Sender(
        connection.application.bot,
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
        metrics,
        editors=bool(settings.admins),
    )
    sources = Sources(library, worker, sender, asking, access)
    pinning = Pinning(library, worker, sender, journal, buttons, asking)
    personal = Personal(sender, journal, asking, keeps=settings.keep_questions)
    application = connection.application
    following = Following(indexing, sender, application.create_task)
    publishing = Publishing(library, sender, asking, following)
    levels = Levels(library, sender, asking, following)
    removing = Removing(library, sender, asking)
    quarantine = Quarantine(settings.data / "quarantine")
    uploading = Uploading(
        library, application.bot, sender, asking, quarantine, application.create_task
    )
    telling = Telling(
        library,
        sender,
        journal,
        buttons,
        quarantine,
        Pointer(settings.data / "TOLD"),
        Pointer(settings.data / "TOLD_UNREAD"),
        guard.trouble,
        editors=settings.admins,
        language=settings.language,
    )
    checking = Checking(library, worker, sender, asking)
    reception = Reception(
        asking,
        checking,
        sender,
        metrics,
        missed=connection.missed,
        later=application.create_task,
    )
    faces = Faces(
        greeting=Greeting(library, worker, sender, asking),
        asking=asking,
        reception=reception,
        checking=checking,
        sources=sources,
        personal=personal,
        pressing=Pressing(
            library,
            worker,
            sender,
            journal,
            buttons,
            asking,
            others={
                Action.SOURCES: sources.pressed,
                Action.FILE: sources.pressed,
                Action.CHECK: checking.pressed,
                Action.LANGUAGE: personal.pressed,
                Action.FORGET: personal.pressed,
            },
            editors={
                **dict.fromkeys((Action.ADD, Action.REPLACE, Action.CANCEL), uploading.pressed),
                **dict.fromkeys(
                    (
                        Action.REMOVABLE,
                        Action.CHOOSE,
                        Action.REMOVE,
                        Action.TRASH,
                        Action.RESTORE,
                    ),
                    removing.pressed,
                ),
                **dict.fromkeys(
                    (
                        Action.REINDEX,
                        Action.PREVIEW,
                        Action.CHANGES,
                        Action.QUESTIONS,
                        Action.PUBLISH,
                        Action.FORCE,
                        Action.DISCARD,
                        Action.ROLLBACK,
                    ),
                    publishing.pressed,
                ),
                **dict.fromkeys((Action.THRESHOLDS, Action.FORCE_THRESHOLDS), levels.pressed),
                Action.GAPS: pinning.pressed,
                Action.GAP: pinning.pressed,
                Action.PIN: pinning.pressed,
                Action.OTHER_WORDS: pinning.pressed,
                Action.NOT_OURS: pinning.pressed,
            },
        ),
        elsewhere=Elsewhere(worker, sender, journal, limits, asking),
        uploading=uploading,
        removing=removing,
        publishing=publishing,
        levels=levels,
        pinning=pinning,
        insight=Insight(
            library, worker, indexing, connection, sender, journal, asking, settings.data
        ),
        joining=Joining(
            connection.application.bot,
            sender,
            journal,
            access,
            settings.admins,
            settings.language,
        ),
    )
    askers = Askers(access, journal, settings.language)
    handlers = Handlers(faces, askers, access, sender, journal, limits)
    news = News(
        library,
        worker,
        sender,
        journal,
        asking,
        access,
        settings.language,
        connected=connection.established.is_set,
        later=application.create_task,
    )
    return handlers, telling, news
