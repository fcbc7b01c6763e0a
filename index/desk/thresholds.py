"""The thresholds of the outcomes as editors change them."""

from __future__ import annotations

from index.desk.audit import Audit
from index.desk.build import Progress
from index.desk.builder import Builder
from index.desk.gate import RegressionError
from index.desk.staging import NOBODY, Report, Staging
from index.errors import CitebotError
from index.types import Thresholds

__all__ = ["MeasuredThresholds"]


class MeasuredThresholds:
    """Thresholds measured on the operator's own questions; without them the defaults of the
    model apply.
    """

    def __init__(self, builder: Builder, index: Staging, audit: Audit) -> None:
        self._builder = builder
        self._index = index
        self._audit = audit

    def set(self, thresholds: Thresholds | None, by: str = NOBODY) -> None:
        """Use these from the next build on, which publishes them even if no document changed; None
        restores the defaults.

        They apply to the model they were measured with.
        """
        with self._audit.alone():
            before = self._builder.measured()
            if before != thresholds:
                self._builder.set_measured(thresholds)
                self._audit.write(by, "thresholds", "", _shown(before), _shown(thresholds))

    def apply(
        self,
        thresholds: Thresholds,
        by: str,
        progress: Progress | None = None,
        *,
        force: bool = False,
    ) -> Report:
        """Use these thresholds from now on; the build for that embeds nothing.

        Raises RegressionError if they would lose a golden question and `force` is not set; then
        nothing changes.
        """
        before = self._builder.calibration.note()
        self.set(thresholds, by)
        try:
            return self._index.build(progress, force=force, by=by)
        except RegressionError as error:
            self._put_back(before, by)
            self._index.withdraw(error.id)
            kept = "The thresholds stay as they were; with --force they are applied all the same"
            raise RegressionError(error.id, error.comparison, kept) from None
        except CitebotError:
            self._put_back(before, by)
            raise

    def _put_back(self, note: bytes | None, by: str) -> None:
        """Store what was stored before, even if only an earlier version uses it."""
        with self._audit.alone():
            if self._builder.calibration.note() == note:
                return
            tried = _shown(self._builder.measured())
            self._builder.calibration.put_back(note)
            self._audit.write(by, "thresholds", "", tried, _shown(self._builder.measured()))


def _shown(thresholds: Thresholds | None) -> str | None:
    return f"related {thresholds.related}, found {thresholds.found}" if thresholds else None
