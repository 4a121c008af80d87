"""Progress on the terminal: a spinner while a step runs, a line with its seconds when it is done."""

from rich.console import Console

from app.texts import Texts


class Progress:
    """Shows the steps of a build.

    Args:
        console: Where to show them.
        texts: The reader's language.
        quiet: Show nothing.
    """

    def __init__(self, console: Console, texts: Texts, *, quiet: bool) -> None:
        self._console = console
        self._texts = texts
        self._quiet = quiet
        _ = texts.gettext
        self._names = {
            "streets": _("Streets"),
            "features": _("Map features"),
            "places": _("Places"),
            "homes": _("Homes"),
            "basemap": _("Background map"),
        }
        self._status = console.status("")
        self._open: list[str] = []

    def report(self, step: str, seconds: float | None, computed: bool) -> None:  # noqa: FBT001  a callback
        """Show that a step begins (`seconds` is None) or has ended."""
        if self._quiet:
            return
        name = self._names.get(step, step)
        if seconds is None:
            self._open.append(name)
            self._status.update(f"{' › '.join(self._open)} …")
            self._status.start()
            return
        if name in self._open:
            self._open.remove(name)
        if self._open:
            self._status.update(f"{' › '.join(self._open)} …")
        else:
            self._status.stop()
        mark = "✓" if computed else "="
        self._console.print(f"  {mark} {name}  {seconds:.1f} s", markup=False)
