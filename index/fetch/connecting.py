"""Connections that are checked when they are made, to the address that was checked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from types import TracebackType

import httpcore
import httpx

from index.errors import FetchError
from index.fetch.addresses import Address, Policy

__all__ = ["Response", "Web"]

_HEADERS = [
    (b"User-Agent", b"citebot"),
    # so that the counted size is the stored size
    (b"Accept-Encoding", b"identity"),
]


@dataclass(frozen=True, slots=True)
class Response:
    """A response; the body is whole, and empty if the status is not 200."""

    status: int
    headers: httpx.Headers
    body: bytes


class Web:
    """The web as a policy allows it, until its time is over; used once, in a `with` statement."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._backend = _Checked(policy)
        self._pool = httpcore.ConnectionPool(network_backend=self._backend)

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pool.close()
        self._backend.close()

    def get(self, url: httpx.URL, known: Mapping[str, str] | None = None) -> Response:
        """Return the response of an address; FetchError says why it was not asked, or did not
        answer. `known` are further headers, by name.
        """
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        headers = [(b"Host", url.netloc), *_HEADERS]
        headers += [(name.encode(), value.encode()) for name, value in (known or {}).items()]
        wait = dict.fromkeys(("connect", "read", "write", "pool"), self._policy.seconds)
        reason = ""
        try:
            with self._pool.stream(
                "GET", target, headers=headers, extensions={"timeout": wait}
            ) as answer:
                body = self._read(url, answer) if answer.status == 200 else b""
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            reason = f"no connection ({str(error) or type(error).__name__})"
        except OSError as error:
            reason = f"no such host ({error.strerror})"
        # a response that was cut may look like one that has ended
        if self._backend.is_late:
            reason = f"it takes longer than {self._policy.seconds:g} seconds"
        if reason:
            raise FetchError(
                f"{url}: {reason}; save it and send the file",
                "address_unreached",
                address=url,
                reason=reason,
            )
        return Response(answer.status, httpx.Headers(answer.headers), body)

    def _read(self, url: httpx.URL, answer: httpcore.Response) -> bytes:
        body = bytearray()
        for chunk in answer.iter_stream():
            body += chunk
            if len(body) > self._policy.bytes:
                raise FetchError(
                    f"{url}: larger than {self._policy.bytes / 1024**2:,.0f} MB, the limit; "
                    "send a part of it as a file",
                    "address_large",
                    address=url,
                    most=self._policy.bytes // 1024**2,
                )
        return bytes(body)


class _Checked(httpcore.NetworkBackend):
    """Resolves a host itself, refuses it if an address is not allowed, and connects to a checked
    address.

    No one resolves the name again in between, so a name that changes its address gains nothing.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._deadline = time.monotonic() + policy.seconds
        self._plain = httpcore.SyncBackend()
        self._watches: list[tuple[threading.Timer, socket.socket]] = []

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self._deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if port not in self._policy.ports:
            allowed = " and ".join(map(str, sorted(self._policy.ports)))
            raise FetchError(
                f"{host}: port {port} is not one of the web's, {allowed}",
                "address_port",
                host=host,
                port=port,
                allowed=allowed,
            )
        addresses = self._resolved(host)
        if not addresses or not all(map(self._policy.allows, addresses)):
            raise FetchError(
                f"{host}: not an address of the public network; send the file itself",
                "address_private",
                host=host,
            )
        for number, address in enumerate(addresses, start=1):
            try:
                stream = self._plain.connect_tcp(
                    str(address), port, self._left(), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses) or self.is_late:
                    raise
            else:
                self._watch(stream.get_extra_info("socket"))
                return stream
        raise AssertionError("a host has an address")

    def close(self) -> None:
        """Close the connections."""
        for timer, connection in self._watches:
            timer.cancel()
            timer.join()
            connection.close()

    def _resolved(self, host: str) -> list[Address]:
        """Return the addresses of a host, in time: the system's resolver has no deadline."""
        answers: SimpleQueue[list[Address] | Exception] = SimpleQueue()

        def resolve() -> None:
            try:
                answers.put(self._policy.resolve(host))
            # the exception belongs to the caller that waits
            except Exception as error:
                answers.put(error)

        threading.Thread(target=resolve, name="citebot-resolve", daemon=True).start()
        try:
            answer = answers.get(timeout=self._left())
        except Empty:
            raise httpcore.ConnectTimeout(f"{host} is not found in time") from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _left(self) -> float:
        return max(self._deadline - time.monotonic(), 0.001)

    def _watch(self, connection: socket.socket) -> None:
        """Cut a connection when the time is over: a server may send a byte now and then for ever.

        A copy of the socket is shut down, which cuts the connection, since TLS takes the original
        over.
        """
        copy = connection.dup()
        timer = threading.Timer(self._left(), _cut, [copy])
        timer.daemon = True
        self._watches.append((timer, copy))
        timer.start()


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
