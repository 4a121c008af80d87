"""What a district's data lacks: gathers what the checks look at."""

from app.results import Results
from app.times import check_hours
from layers.downloadfindings import download_findings
from layers.ownfindings import own_findings
from layers.people.findings import people_findings
from layers.quality import Evidence, Finding, check_quality


def check_results(results: Results) -> tuple[Finding, ...]:
    """Say what the data lacks, the worst first."""
    r = results
    return check_quality(
        Evidence(
            area=r.area,
            margin_m=r.margin_m,
            source=r.source,
            network=r.network,
            zones=r.zones,
            census=r.census,
            homes=r.homes,
            home_snap=r.home_snap,
            places=r.places,
            recipes=r.recipes,
            standard=r.standard,
            crossings=r.crossing_grades,
            doubtful=r.scorecard.doubtful(),
            own=(
                *download_findings(r.source),
                *people_findings(r.people),
                *own_findings(r.places),
                *check_hours(r),
            ),
        )
    )
