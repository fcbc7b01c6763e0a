"""The thresholds of the outcomes: the defaults, and those measured on the operator's own
questions.
"""

from __future__ import annotations

import logging

from pydantic import BaseModel, ConfigDict, ValidationError

from index.errors import StoreError
from index.model.profiles import Profile
from index.stores import Notes
from index.types import Thresholds

__all__ = ["Calibration", "default"]

# Raised whenever the weights or parts of the score change; thresholds measured before then no
# longer apply.
_SCALE = 6
_NAME = "thresholds.json"


_log = logging.getLogger(__name__)


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    fingerprint: str
    scale: int = 1
    related: float
    found: float


def default(passages: int, profile: Profile) -> Thresholds:
    """Return the default thresholds for an index of this many passages."""
    return profile.thresholds(passages)


class Calibration:
    """A small note in JSON with the thresholds of one model; without it the defaults apply."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._told = False

    def read(self, fingerprint: str) -> Thresholds | None:
        """Return the thresholds measured with the model of this fingerprint and the current
        score; None if there are none.
        """
        content = self._notes.read(_NAME)
        if content is None:
            return None
        where = self._notes.where(_NAME)
        try:
            stored = _Stored.model_validate_json(content)
        except ValidationError:
            raise StoreError(
                f"{where} cannot be read; delete it and run citebot evaluate --apply again",
                "thresholds_unread",
                path=where,
            ) from None
        if (stored.fingerprint, stored.scale) != (fingerprint, _SCALE):
            if not self._told:
                self._told = True
                _log.warning(
                    "The thresholds in %s were measured with another model or version and are not "
                    "used; citebot evaluate FILE --apply measures them again",
                    where,
                )
            return None
        return Thresholds(stored.related, stored.found)

    def write(self, fingerprint: str, thresholds: Thresholds | None) -> None:
        """Store these thresholds for the model with this fingerprint; None restores the
        defaults.
        """
        stored = thresholds and _Stored(
            fingerprint=fingerprint,
            scale=_SCALE,
            related=thresholds.related,
            found=thresholds.found,
        )
        content = f"{stored.model_dump_json()}\n".encode() if stored else None
        self._notes.write({_NAME: content})

    def note(self) -> bytes | None:
        """Return what is stored, whatever model and version it is of."""
        return self._notes.read(_NAME)

    def put_back(self, note: bytes | None) -> None:
        """Store what `note` returned before."""
        self._notes.write({_NAME: note})
