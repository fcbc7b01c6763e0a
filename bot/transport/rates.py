"""How often the bot may write: in all, in a chat, in a group."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from weakref import WeakValueDictionary

__all__ = ["Rates"]

# https://core.telegram.org/bots/faq: so many in so many seconds. A leaky bucket of the same numbers
# lets nearly twice as many through in its first window, and Telegram refuses them.
_IN_ALL = 30, 1.0
_IN_A_CHAT = 3, 3.0
_IN_A_GROUP = 20, 60.0

Chat = int | str
"""A chat id (negative for groups), or a method name for calls without a chat."""


class Rates:
    """Lets calls through as fast as Telegram accepts them, first come, first served in each chat.

    Chats wait only for the total rate, not for each other. A chat that was silent for a minute is
    forgotten.
    """

    def __init__(self) -> None:
        self._all = _Window(*_IN_ALL)
        # a chat is gone as soon as no one waits in it and no timer will let the next one in
        self._chats: WeakValueDictionary[Chat, _Chat] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, chat: Chat) -> AsyncIterator[None]:
        """Wait for this chat's next turn and hold it, for a call that Telegram counts."""
        entry = self._entry(chat)
        while True:
            # no one else waits while this chat does: it takes no place among all
            await entry.pause_over()
            async with AsyncExitStack() as held:
                for window in (*entry.windows, self._all):
                    await held.enter_async_context(window.place(entry))
                if not entry.paused:
                    yield
                    return

    async def pause_over(self, chat: Chat) -> None:
        """Wait until this chat may be called again, for a call that Telegram does not count."""
        await self._entry(chat).pause_over()

    def free(self, chat: Chat) -> bool:
        """Return True if a call would not wait at all."""
        entry = self._entry(chat)
        return not (entry.paused or any(w.full for w in (*entry.windows, self._all)))

    def paused(self, chat: Chat) -> float:
        """Return for how many more seconds Telegram has asked not to be called for this chat."""
        return self._entry(chat).paused

    def pause(self, chat: Chat, seconds: float) -> None:
        """Let nothing through for this chat for this long."""
        self._entry(chat).pause(seconds)

    def _entry(self, chat: Chat) -> _Chat:
        entry = self._chats.get(chat)
        if entry is None:
            entry = self._chats[chat] = _Chat(group=isinstance(chat, int) and chat < 0)
        return entry


class _Window:
    """A number of places, each taken until so many seconds after its call was answered."""

    def __init__(self, most: int, seconds: float) -> None:
        self._places = asyncio.Semaphore(most)
        self._seconds = seconds

    @property
    def full(self) -> bool:
        return self._places.locked()

    @asynccontextmanager
    async def place(self, keeping: object) -> AsyncIterator[None]:
        """Take the next free place; whatever is kept stays as long as it is taken."""
        await self._places.acquire()
        try:
            yield
        finally:
            loop = asyncio.get_running_loop()
            loop.call_later(self._seconds, self._give_back, keeping)

    def _give_back(self, _: object) -> None:
        self._places.release()


class _Chat:
    """The state of one chat: what may be sent, and when."""

    def __init__(self, *, group: bool) -> None:
        self.windows = [_Window(*limit) for limit in (_IN_A_CHAT, _IN_A_GROUP)[: 1 + group]]
        self._until = 0.0

    @property
    def paused(self) -> float:
        return max(0.0, self._until - asyncio.get_running_loop().time())

    def pause(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        self._until = max(self._until, loop.time() + seconds)
        loop.call_later(seconds, self._hold)

    async def pause_over(self) -> None:
        while left := self.paused:  # noqa: ASYNC110 - it may have grown meanwhile
            await asyncio.sleep(left)

    def _hold(self) -> None:
        """Do nothing: the timer that will call it keeps the pause from being forgotten."""
