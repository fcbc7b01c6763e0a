"""The wishes of a site for programs that come by themselves: robots.txt (RFC 9309)."""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

import httpx

from index.errors import FetchError
from index.fetch.addresses import Policy
from index.fetch.connecting import Web

__all__ = ["AGENT", "Robots"]

AGENT = "citebot"
"""The name that requests go by."""

_MOST_BYTES = 500 * 1024
_LONGEST_DELAY = 10.0


class Robots:
    """The rules of the sites that are visited, each fetched once."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._rules: dict[str, RobotFileParser] = {}

    def allows(self, url: str) -> bool:
        """Return True if the site of an address lets a program fetch it by itself."""
        return self._of(url).can_fetch(AGENT, url)

    def delay(self, url: str) -> float:
        """Return the seconds that the site wants between two requests, at most ten."""
        asked = self._of(url).crawl_delay(AGENT)
        return min(float(asked or 0), _LONGEST_DELAY)

    def _of(self, url: str) -> RobotFileParser:
        address = httpx.URL(url)
        site = f"{address.scheme}://{address.netloc.decode()}"
        if site not in self._rules:
            rules = RobotFileParser()
            rules.parse(self._lines(httpx.URL(f"{site}/robots.txt")))
            self._rules[site] = rules
        return self._rules[site]

    def _lines(self, address: httpx.URL) -> list[str]:
        # a site that has no rules, or does not answer, forbids nothing; its pages say the rest
        try:
            with Web(self._policy) as web:
                answer = web.get(address)
        except FetchError:
            return []
        body = answer.body[:_MOST_BYTES] if answer.status == 200 else b""
        return body.decode("utf-8", errors="replace").splitlines()
