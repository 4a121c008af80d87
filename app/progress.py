"""Progress on the terminal: a bar over all steps, and a line with its seconds for each that is done."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from app.outputs import WRITERS
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
            "engine": _("The engine, compiled once on this machine"),
            "streets": _("Streets"),
            "features": _("Map features"),
            "places": _("Places"),
            "homes": _("Homes"),
            "barriers": _("Water, railways and motorways"),
            "basemap": _("Background map"),
        }
        self._bar = Bar(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=len(self._names) - 1 + len(WRITERS))  # the engine is a step once
        self._open: list[str] = []

    def report(self, step: str, seconds: float | None, computed: bool) -> None:  # noqa: FBT001  a callback
        """Show that a step begins (`seconds` is None) or has ended."""
        if self._quiet:
            return
        name = self._names.get(step, step)
        if seconds is None:
            self._open.append(name)
        else:
            if name in self._open:
                self._open.remove(name)
            mark = "✓" if computed else "="
            self._console.print(f"  {mark} {name}  {seconds:.1f} s", markup=False)
            if step in self._names or step in WRITERS:  # a piece of a download is no step of the build
                self._bar.advance(self._task)
        self._bar.update(self._task, description=" › ".join(self._open))
        if self._open:
            self._bar.start()
        else:
            self._bar.stop()
