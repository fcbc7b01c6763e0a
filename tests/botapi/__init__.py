"""A strict Bot API server on loopback, to drive the real bot against over real HTTP."""

from .calls import Call, Violation
from .chats import Chat
from .check import assert_well_behaved, quotes_are_slices
from .faults import ANY
from .messages import Message
from .people import User
from .queries import GuestQuery, InlineQuery, Press
from .server import TOKEN, BotApi

__all__ = [
    "ANY",
    "TOKEN",
    "BotApi",
    "Call",
    "Chat",
    "GuestQuery",
    "InlineQuery",
    "Message",
    "Press",
    "User",
    "Violation",
    "assert_well_behaved",
    "quotes_are_slices",
]
