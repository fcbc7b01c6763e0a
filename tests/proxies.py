"""A way to the database of the tests that can be cut, as networks are."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from tests.databases import Server

__all__ = ["Proxy", "through"]


class Proxy:
    """A way to a server that can be cut."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._is_cut = Event()
        self._ends: list[socket.socket] = []
        self._threads: list[Thread] = []
        self._start(self._accept)

    def cut(self) -> None:
        self._is_cut.set()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        self._is_cut.clear()

    def close(self) -> None:
        self.cut()
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        for end in (self._listening, *self._ends):
            end.close()

    def _start(self, do: Callable[..., None], *ends: socket.socket) -> None:
        self._threads.append(Thread(target=do, args=ends))
        self._threads[-1].start()

    def _accept(self) -> None:
        while True:
            try:
                one, _ = self._listening.accept()
            except OSError:
                return
            other = socket.socket(socket.AF_UNIX)
            try:
                if self._is_cut.is_set():
                    raise OSError("cut")
                other.connect(self._target)
            except OSError:
                one.close()
                other.close()
                continue
            self._ends += [one, other]
            for here, there in ((one, other), (other, one)):
                self._start(_pass_on, here, there)


@contextmanager
def through(server: Server, url: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy, and the address of the same schema through it."""
    socket_of = url.split("host=")[1].split("&", maxsplit=1)[0].replace("%2F", "/")
    proxy = Proxy(f"{socket_of}/.s.PGSQL.5432")
    schema = url.split("?")[1].split("&", 1)[1]
    try:
        yield proxy, f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres?{schema}"
    finally:
        proxy.close()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with suppress(OSError):
        while data := here.recv(65_536):
            there.sendall(data)
    for end in (here, there):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
