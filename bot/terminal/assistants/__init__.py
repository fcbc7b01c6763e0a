"""`citebot mcp`: exact quotes for assistants over the Model Context Protocol."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable

from bot.access import Access
from bot.access.guard import Guard
from bot.settings import Settings
from bot.terminal.assistants.bearer import Bearer
from bot.terminal.assistants.tools import server
from index.errors import SettingsError
from index.library import Library
from index.types import Scope

__all__ = ["http_app", "reader", "serve", "token_of"]

_LEAST_TOKEN = 16


def serve(settings: Settings, library: Library, *, http: bool) -> None:
    """Serve the tools until the end, over standard input and output or over HTTP."""
    # standard output is for the protocol only
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, force=True)
    if not http:
        asyncio.run(server(library, reader(settings, library)).run_stdio_async())
        return
    import uvicorn

    uvicorn.run(
        http_app(settings, library), host=settings.host, port=settings.port, log_level="warning"
    )


def reader(settings: Settings, library: Library) -> Callable[[], Scope]:
    """Return a function that gives what the reader of CITEBOT_MCP_READER may see now.

    That is the same as in their private chat with the bot; without a reader, what everyone may see.
    """
    guard = Guard(settings.data, library)
    # a person's id stays, unlike a group's
    access = Access(settings, guard.rules, lambda person: person)
    id = settings.mcp_reader
    if not access.may_ask(None, id):
        raise SettingsError(
            "CITEBOT_CHATS lists who may ask; set CITEBOT_MCP_READER to the id of one of them",
            "mcp_reader",
        )

    def scope() -> Scope:
        return access.scope(None, id, private=True)

    return scope


def http_app(settings: Settings, library: Library) -> Bearer:
    """Return the application with the tools at /mcp, for holders of the token; SettingsError if
    there is none.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    token = token_of(settings)
    app = server(library, reader(settings, library)).streamable_http_app(
        # no state between two calls, so that any replica may take the next
        stateless_http=True,
        json_response=True,
        # against web pages that make a browser call it; they do not know the token
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    return Bearer(app, token)


def token_of(settings: Settings) -> str:
    """Return the token that assistants show over HTTP; SettingsError if it is too short."""
    token = settings.mcp_token.get_secret_value() if settings.mcp_token else ""
    if len(token) < _LEAST_TOKEN:
        raise SettingsError(
            f"CITEBOT_MCP_TOKEN needs {_LEAST_TOKEN} characters or more; make one with: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe())'",
            "mcp_token",
            least=_LEAST_TOKEN,
        )
    return token
