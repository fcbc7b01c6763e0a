"""Addresses in links and buttons, and the start parameters inside them."""

import re
from urllib.parse import parse_qs, urlsplit

__all__ = ["check_link", "start_parameters", "valid_start"]


def check_link(address: str) -> str:
    """The address as the server keeps it; ValueError with the server's reason if it refuses."""
    if re.search(r"[\s<>\"]", address):
        raise ValueError("Wrong HTTP URL")
    parts = urlsplit(address)
    if parts.scheme == "tg":
        return address
    if parts.scheme not in ("http", "https"):
        raise ValueError("Unsupported URL protocol")
    host = parts.hostname or ""
    if "." not in host or host.startswith(".") or ".." in host:
        raise ValueError("Wrong HTTP URL")
    return parts._replace(netloc=parts.netloc.lower(), path=parts.path or "/").geturl()


def start_parameters(address: str, username: str) -> list[str]:
    """The start parameters of an address that opens the bot of that name."""
    parts = urlsplit(address)
    query = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme == "tg":
        target = query.get("domain", [""])[0]
    elif (parts.hostname or "") in ("t.me", "telegram.me"):
        target = parts.path.strip("/")
    else:
        return []
    if target.lower() != username.lower():
        return []
    return [value for key in ("start", "startgroup") for value in query.get(key, [])]


def valid_start(parameter: str) -> bool:
    """Return True if a start parameter is of 1 to 64 of A-Z, a-z, 0-9, _ and -."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parameter) is not None
