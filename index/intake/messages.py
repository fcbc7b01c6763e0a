"""What goes to the process that reads a file from outside, and what comes back."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from index.types import Document

__all__ = ["Limits", "Reply", "Request"]


class Limits(BaseModel):
    """The most that a file from outside may hold, and may take to be read.

    `bytes` is what Telegram hands to a bot; `memory` is address space, of which the reader itself
    takes some 250 MB.
    """

    model_config = ConfigDict(frozen=True)

    bytes: int = 20 * 1024 * 1024
    pages: int = 2_000
    characters: int = 5_000_000
    memory: int = 1024 * 1024 * 1024
    seconds: float = 60.0


class Request(BaseModel):
    """The first line of the child's input; the file's bytes follow."""

    name: str
    limits: Limits


class Reply(BaseModel):
    """The whole of the child's output: the document, or why there is none."""

    document: Document | None = None
    error: str | None = None
