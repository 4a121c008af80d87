"""Unit: what figures of a report count, in words: children, or homes where nobody gave a census."""

from dataclasses import dataclass

from app.texts import Texts

CHILDREN = "children"


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted.

    Attributes:
        unit: ``children``; anything else is homes, which count once for each age band.
        texts: The reader's language.
    """

    unit: str
    texts: Texts

    @property
    def noun(self) -> str:
        """What stands after a number."""
        _ = self.texts.gettext
        return _("children") if self.unit == CHILDREN else _("homes by age band")

    @property
    def minutes(self) -> str:
        """The same times minutes."""
        _ = self.texts.gettext
        return _("child-minutes") if self.unit == CHILDREN else _("home-minutes")

    @property
    def kilometres(self) -> str:
        """The same times kilometres."""
        _ = self.texts.gettext
        return _("child-km") if self.unit == CHILDREN else _("home-km")

    def count(self, n: float) -> str:
        """Return a whole number of them in words."""
        return self._of(n, self.noun)

    def count_minutes(self, n: float) -> str:
        """Return a whole number of their minutes in words."""
        return self._of(n, self.minutes)

    def _of(self, n: float, noun: str) -> str:
        return self.texts.gettext("{n} {unit}", n=f"{n:,.0f}", unit=noun)
