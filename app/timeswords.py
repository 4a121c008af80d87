"""What the faces say of times: how much of the figures is known, and how much assumed."""

from app.results import Results
from app.texts import Texts


def on_what_it_rests(results: Results, texts: Texts) -> str:
    """Say how many places have known hours, and what stands in for the others."""
    times = results.times
    n, known = len(times.needed), times.n_known
    if n == 0:
        return texts.gettext("The data holds no place that a need counts.")
    if known == 0:
        return texts.gettext(
            "No source says of any of the {n} places when it is open: the differences between the columns rest on "
            "assumptions alone, the usual hours of each kind of place.",
            n=f"{n:,}",
        )
    return texts.gettext(
        "Sources tell the hours of {known} of {n} places ({share}). For the others the usual hours of their kind are "
        "assumed: such places count in the estimate and in the upper bound, and never in the lower one.",
        known=f"{known:,}",
        n=f"{n:,}",
        share=_percent(known / n),
    )


def _percent(share: float) -> str:
    """Return a share without making little of it nothing, or much of it all.

    >>> _percent(0.003), _percent(0.5), _percent(0.999), _percent(1.0)
    ('<1%', '50%', '>99%', '100%')
    """
    if 0.0 < share < 0.005:  # noqa: PLR2004  it would be rounded to nothing
        return "<1%"
    if 0.995 <= share < 1.0:  # noqa: PLR2004  it would be rounded to all
        return ">99%"
    return f"{share:.0%}"
