"""The quality of a district's data as an answer: for JSON files, the terminal and the service."""

import math
from dataclasses import dataclass

from app.qualitymodels import (
    CompleteAnswer,
    EstimateAnswer,
    HomeQualityAnswer,
    LayerQualityAnswer,
    QualityAnswer,
    ReasonAnswer,
    StreetQualityAnswer,
    SurveyAnswer,
    TrustAnswer,
)
from app.qualitywords import complete_text, survey_text
from app.results import Results
from app.texts import Texts
from geo.errors import look_up
from geo.estimates import Estimate
from layers.quality.complete import Completeness
from layers.quality.dwellings import HomeQuality
from layers.quality.finding import Finding
from layers.quality.places import LayerQuality
from layers.quality.streets import StreetQuality
from layers.quality.table import Survey
from layers.quality.trust import Answer
from layers.quality.zoning import WHOLE


def quality_answer(results: Results, texts: Texts, *, zone: str | None = None) -> QualityAnswer:
    """Return the quality of a district's data.

    Args:
        results: The district's.
        texts: The reader's language.
        zone: Name of one zone; None means all.

    Raises:
        UnknownIdError: No zone is called so.
    """
    table = results.quality
    keys = {name: key for key, name in reversed(list(enumerate(table.zoning.names)))}
    wanted = table.zoning.keys if zone is None else (look_up(keys, zone, "zone"),)
    say = _Speaker(results, texts)
    return QualityAnswer(
        district=results.district.settings.name,
        osm_date=results.source.osm_date,
        unit="children" if table.are_children else "homes",
        verdict=say.reasons(table.verdict),
        answers=[say.answer(one) for one in table.answers if one.zone in wanted],
        layers=[say.layer(row) for row in table.layers if row.zone in wanted],
        streets=[say.streets(row) for row in table.streets if row.zone in wanted],
        homes=[say.homes(row) for row in table.homes if row.zone in wanted],
        complete=[say.complete(one) for one in table.complete],
        surveys=[say.survey(one) for one in table.surveys if one.zone in wanted],
    )


@dataclass(frozen=True, slots=True)
class _Speaker:
    """Puts rows of the table into the reader's words."""

    results: Results
    texts: Texts

    def zone(self, key: int) -> str | None:
        return None if key == WHOLE else self.results.quality.zoning.name(key)

    def kind(self, layer: str) -> str:
        return self.results.recipes[layer].name.to(self.texts.lang)

    def reasons(self, findings: tuple[Finding, ...]) -> list[ReasonAnswer]:
        return [ReasonAnswer(id=one.id, level=one.level.value, message=self.texts.finding(one)) for one in findings]

    def answer(self, one: Answer) -> TrustAnswer:
        return TrustAnswer(
            need=one.need,
            name=self.results.standard.need_names[one.need].to(self.texts.lang),
            band=one.band or None,
            zone=self.zone(one.zone),
            children=round(one.children, 1),
            unsure=round(one.unsure, 1),
            share=round(one.share, 4),
            low=round(one.low, 4),
            high=round(one.high, 4),
            level=one.level.value,
            reasons=self.reasons(one.reasons),
        )

    def layer(self, row: LayerQuality) -> LayerQualityAnswer:
        return LayerQualityAnswer(
            layer=row.layer,
            name=self.kind(row.layer),
            zone=self.zone(row.zone),
            n=row.n,
            named_share=_rounded(row.named_share),
            n_unattached=row.n_unattached,
            n_twice=row.n_twice,
            n_hours=row.n_hours,
            n_capacity=row.n_capacity,
            n_dated=row.n_dated,
            age_years=_rounded(row.age_years),
            n_merged=row.n_merged,
            n_outside=row.n_outside,
            expected=_rounded(row.expected),
            chance=row.chance,
            level=None if row.level is None else row.level.value,
            reasons=self.reasons(row.reasons),
        )

    def streets(self, row: StreetQuality) -> StreetQualityAnswer:
        return StreetQualityAnswer(
            zone=self.zone(row.zone),
            area_km2=round(row.area_km2, 4),
            street_km=round(row.street_km, 4),
            km_per_km2=_rounded(row.km_per_km2),
            island_km=round(row.island_km, 4),
            island_share=_rounded(row.island_share),
            main_km=round(row.main_km, 4),
            n_mapped=row.n_mapped,
            n_assumed=row.n_assumed,
            n_unknown=row.n_unknown,
            mapped_per_km=_rounded(row.mapped_per_km),
            lone_share=_rounded(row.lone_share),
            end_share=_rounded(row.end_share),
            n_compounds=row.n_compounds,
            n_gateless=row.n_gateless,
            level=row.level.value,
            reasons=self.reasons(row.reasons),
        )

    def homes(self, row: HomeQuality) -> HomeQualityAnswer:
        low, high = (None, None) if row.built is None else row.built
        return HomeQualityAnswer(
            zone=self.zone(row.zone),
            children=round(row.children, 1),
            people=_rounded(row.people),
            counted=row.counted,
            n_buildings=row.n_buildings,
            floor_m2=round(row.floor_m2),
            built_low=_rounded(low),
            built_high=_rounded(high),
            guessed=_rounded(row.guessed),
            far=_rounded(row.far),
            stranded=_rounded(row.stranded),
            street_m2=_rounded(row.street_m2),
            level=row.level.value,
            reasons=self.reasons(row.reasons),
        )

    def complete(self, one: Completeness) -> CompleteAnswer:
        return CompleteAnswer(
            layer=one.layer,
            name=self.kind(one.layer),
            n_own=one.n_own,
            n_osm=one.n_osm,
            n_both=one.n_both,
            n_perhaps=one.n_perhaps,
            text=complete_text(one, self.results, self.texts),
            total=_estimate(one.total),
            osm=_estimate(one.osm),
            own=_estimate(one.own),
            known=_estimate(one.known),
        )

    def survey(self, one: Survey) -> SurveyAnswer:
        where, what, todo = survey_text(one, self.results, self.texts)
        return SurveyAnswer(
            reason=self.reasons((one.reason,))[0],
            zone=self.zone(one.zone),
            need=one.need or None,
            name=f"{where} · {what}",
            children=round(one.children, 1),
            todo=todo,
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _estimate(one: Estimate | None) -> EstimateAnswer | None:
    if one is None:
        return None
    high = None if math.isinf(one.high) else round(one.high, 3)
    return EstimateAnswer(low=round(one.low, 3), value=round(one.value, 3), high=high)
