"""Target: where results are published; this much needs no driver."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.results import Results
from layers.quality import Finding
from layers.sources.pgdriver import check_driver


@dataclass(frozen=True, slots=True)
class Target:
    """Where to publish, and how.

    Attributes:
        to: Address of the database; see :mod:`layers.sources.pgaddress`.
        schema: Made where it is absent.
        district_id: Tells this district from others in the schema; None takes its name.
        keep: Refuse when the district is there already, instead of replacing its rows.
        readers: Roles that may read the schema from now on.
    """

    to: str
    schema: str = "tongquan"
    district_id: str | None = None
    keep: bool = False
    readers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Published:
    """What was published.

    Attributes:
        where: The database, without a password.
        schema: Its name.
        district_id: Of the district.
        n_rows: By table.
    """

    where: str
    schema: str
    district_id: str
    n_rows: dict[str, int]


def publish_results(
    results: Results, check: Callable[[], Sequence[Finding]], target: Target, *, lang: str
) -> Published:
    """Publish a district; see :func:`app.publish.publish.publish`.

    Raises:
        InputError: The driver is not installed, or the target cannot be used; nothing was computed for it.
        StoreError: The database gives no answer or refuses; what was published before is whole.
    """
    check_driver()
    from app.publish.publish import check_target, publish  # noqa: PLC0415  its driver is an extra

    check_target(target)
    return publish(results, check(), target, lang=lang)
