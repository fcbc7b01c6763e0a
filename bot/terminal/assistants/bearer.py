"""A web application for holders of a token."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Bearer"]


class Bearer:
    """Refuses every request without the token in its `Authorization` header."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # the name of a scheme may be in any case: RFC 9110, section 11.1
            scheme, _, shown = Headers(scope=scope).get("authorization", "").partition(" ")
            right = hmac.compare_digest(shown.strip().encode(), self._token)
            if not (right and scheme.lower() == "bearer"):
                refusal = PlainTextResponse(
                    "show CITEBOT_MCP_TOKEN as a bearer token\n",
                    401,
                    {"WWW-Authenticate": "Bearer"},
                )
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)
