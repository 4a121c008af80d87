"""Place: puts a district's children into its homes; the finest source wins, and no child is lost or counted twice.

1. The whole district by age (and sex): the census, else the table of zones, else the rasters.
2. Zones: what their table says, scaled to the district; zones that it does not know share the rest.
3. Communities: what the list says, in their own homes.
4. All other homes share what is left of their zone, in proportion to the rasters, else to floor area.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.area import Area
from geo.errors import InputError
from geo.homes import HomeKind, Homes
from geo.spread import spread_regions
from geo.standard import AgeBand
from layers.frames import touching
from layers.people.communities import Communities
from layers.people.locate import claim_homes, estate_outlines
from layers.people.notes import NoteMaker, note_list
from layers.people.profile import Counts, even_profile, in_bands, single_years
from layers.people.rasters import RasterPeople, place_rasters
from layers.people.report import CommunityRow, Counted, Part, PeopleNote, PeopleReport, Placed
from layers.people.rules import people_rules
from layers.people.sources import Sources

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Peopled:
    """Homes with the children in them, and how they came there."""

    homes: Homes
    report: PeopleReport


def place_people(
    homes: Homes,
    sources: Sources,
    bands: Sequence[AgeBand],
    *,
    area: Area,
    zones: gpd.GeoDataFrame,
    features: gpd.GeoDataFrame,
    dwelling_m2: float,
) -> Peopled:
    """Put the children of a district into its homes.

    Args:
        homes: From the map, with floor areas.
        sources: What is known of the people; without any, the homes are returned as they are.
        bands: Age bands.
        area: The district.
        zones: ``name`` and geometry, metres; may be empty.
        features: ``tags`` and geometry in degrees, for the outlines of communities.
        dwelling_m2: Floor area of a household.

    Returns:
        Homes with children; those of the list that the map does not show come last.

    Raises:
        InputError: A source cannot be used, or the sources leave children of some age unknown.
    """
    if not sources:
        return Peopled(homes, PeopleReport())
    return _Placing(homes, sources, bands, area, zones, features, dwelling_m2).done()


class _Placing:
    """The steps, and what they hand on."""

    def __init__(
        self,
        homes: Homes,
        sources: Sources,
        bands: Sequence[AgeBand],
        area: Area,
        zones: gpd.GeoDataFrame,
        features: gpd.GeoDataFrame,
        dwelling_m2: float,
    ) -> None:
        self.sources, self.bands, self.area, self.zones, self.dwelling_m2 = sources, bands, area, zones, dwelling_m2
        self.rules = people_rules().totals
        self.notes = NoteMaker(people_rules())
        self.n_sexes = _n_sexes(sources)
        census = sources.census
        self.profile = even_profile(self.n_sexes) if census is None else census.by_year(self.n_sexes)
        self.homes = self._with_zone_points(homes)
        self._find_communities(features)

    def done(self) -> Peopled:
        """Return homes and report."""
        floor, n_regions = self.homes.weight, self.n_regions
        raster = self._rasters()
        totals, by_zone, whole_from = self._totals(raster)
        shape = (len(self.homes), len(self.bands), self.n_sexes)
        children, listed, factors = np.zeros(shape), np.zeros(shape, dtype=np.bool_), np.ones((n_regions, *shape[1:]))
        told = self._listed()
        used = np.zeros(shape[1:], dtype=np.bool_)
        fair = self._by_households(floor)
        for band, sex in np.ndindex(shape[1:]):
            near = None if raster is None else raster.near[:, band, sex]
            used[band, sex] = near is not None and near.sum() > 0.0
            made = spread_regions(
                totals[:, band, sex],
                self.region,
                floor,
                near if near is not None and used[band, sex] else fair,
                community=self.community,
                listed=told[:, band, sex],
                least_other_share=self.rules.least_other_share,
            )
            children[:, band, sex], listed[:, band, sex] = made.children, made.listed
            factors[:, band, sex] = made.factor
        homes = replace(
            self.homes,
            children=children.sum(axis=2),
            girls=children[:, :, 1].copy() if self.n_sexes > 1 else None,
            are_children=True,
        )
        self._tell_scaled(factors, told)
        parts = _parts(self.homes.kind, children, listed, by_zone[self.region], used, whole_from)
        rows = self._community_rows(told, children.sum(axis=(1, 2)))
        return Peopled(homes, PeopleReport(parts, rows, (*self.notes.made, *self._table_notes())))

    # -- homes and regions -------------------------------------------------------------------------------------------

    @property
    def n_regions(self) -> int:
        """Zones where a table counts them, else one."""
        return len(self.zones) if self.sources.zones is not None else 1

    def _with_zone_points(self, homes: Homes) -> Homes:
        """Give a zone whose table counts people, and where the map shows no home, one in its middle."""
        table = self.sources.zones
        if table is None:
            return homes
        people = np.nansum(table.counts.people, axis=1)
        bare = np.setdiff1d(np.flatnonzero(people > 0.0), homes.zone)
        if len(bare):
            points = shapely.point_on_surface(self.zones.geometry.to_numpy()[bare])
            self.notes.zones_without_homes(self._zone_names(bare))
            homes = _appended(homes, shapely.get_coordinates(points), bare, np.full(len(bare), self.dwelling_m2))
        return homes

    def _find_communities(self, features: gpd.GeoDataFrame) -> None:
        """Find the homes and the region of each community; one without homes becomes a home itself."""
        listed = self.sources.communities
        homes = self.homes
        region = self._region_of(homes.xy, homes.zone)
        if listed is None or len(listed) == 0:
            self.region, self.community = region, np.full(len(homes), -1, dtype=np.int64)
            self.n_homes = np.zeros(0, dtype=np.int64)
            return
        zone = self._zone_at(listed.xy)
        own = self._region_of(listed.xy, zone)
        near = touching(features.to_crs(self.area.crs), self.area.polygon)
        community = claim_homes(
            listed,
            estate_outlines(near),
            xy=homes.xy,
            floor=homes.weight,
            zone=region,
            zone_of_community=own,
            dwelling_m2=self.dwelling_m2,
        )
        self.n_homes = np.bincount(community[community >= 0], minlength=len(listed))
        lone = np.flatnonzero(self.n_homes == 0)
        size = np.nan_to_num(listed.households[lone]) + _most(listed.counts.people[lone])
        self.homes = _appended(homes, listed.xy[lone], zone[lone], np.maximum(size, 1.0) * self.dwelling_m2)
        self.region = np.concatenate([region, own[lone]])
        self.community = np.concatenate([community, lone])
        names = np.array(listed.name, dtype=object)
        self.notes.communities(
            listed,
            without_homes=tuple(names[lone]),
            elsewhere=tuple(
                f"{name}: {said} / {there}"
                for name, said, there in zip(listed.name, listed.zone, self._zone_names(zone), strict=True)
                if said and there and said != there
            ),
        )

    def _zone_at(self, xy: Floats) -> Ints:
        from layers.homes import zone_of  # noqa: PLC0415  homes need no people, but both are of one district

        return zone_of(xy, self.zones).astype(np.int64)

    def _region_of(self, xy: Floats, zone: NDArray[np.int32] | Ints) -> Ints:
        """Return the region of points: their zone, outside all zones the nearest one; 0 where zones are not counted."""
        if self.sources.zones is None:
            return np.zeros(len(xy), dtype=np.int64)
        region = zone.astype(np.int64)
        lost = np.flatnonzero(region < 0)
        if len(lost):
            tree = shapely.STRtree(self.zones.geometry.to_numpy())
            region[lost] = tree.nearest(shapely.points(xy[lost]))
        return region

    def _zone_names(self, zone: Ints) -> tuple[str, ...]:
        names = self.zones["name"].tolist() if len(self.zones) else []
        return tuple(str(names[at]) if at >= 0 else "" for at in zone.tolist())

    def _by_households(self, floor: Floats) -> Floats:
        """Return floor areas where those of listed communities follow their households; their sum stays."""
        listed = self.sources.communities
        if listed is None or len(listed) == 0:
            return floor
        mine = self.community >= 0
        held = np.bincount(self.community[mine], weights=floor[mine], minlength=len(listed))
        told = listed.households > 0.0
        if not told.any():
            return floor
        factor = np.ones(len(listed))
        rate = held[told].sum() / listed.households[told].sum()
        factor[told] = listed.households[told] * rate / held[told]
        return np.where(mine, floor * factor[self.community], floor)

    # -- totals ------------------------------------------------------------------------------------------------------

    def _rasters(self) -> RasterPeople | None:
        if not self.sources.rasters:
            return None
        shapes = list(self.zones.geometry) if len(self.zones) else []
        rest = shapely.difference(self.area.polygon, shapely.union_all(shapes)) if shapes else self.area.polygon
        zone = self.homes.zone.astype(np.int64)
        found = place_rasters(
            self.sources.rasters,
            self.bands,
            area=self.area,
            polygons=[*shapes, rest],
            xy=self.homes.xy,
            polygon=np.where(zone >= 0, zone, len(shapes)),
            floor=self.homes.weight,
            profile=self.profile,
        )
        self.notes.rasters(found)
        return found

    def _totals(self, raster: RasterPeople | None) -> tuple[Floats, Bools, Counted]:
        """Return children of each region (regions, bands, sexes), which a zone table counts, and who tells the rest."""
        census, table = self.sources.census, self.sources.zones
        known = np.zeros((self.n_regions, len(self.bands)), dtype=np.bool_)
        whole = None if census is None else in_bands(self.profile, self.bands)
        if census is not None and raster is not None:
            self.notes.contradiction("rasters_contradict", raster.names, raster.total.sum(), census.name, whole)
        if table is None:
            if whole is not None:
                return whole[None], known, Counted.CENSUS
            if raster is None:  # pragma: no cover  read_sources refuses it
                raise AssertionError
            self._check_known(raster.known, ", ".join(raster.names))
            return raster.total[None], known, Counted.RASTERS
        return self._zone_totals(whole)

    def _zone_totals(self, whole: Floats | None) -> tuple[Floats, Bools, Counted]:
        census, table = self.sources.census, self.sources.zones
        if table is None:  # pragma: no cover  asked for with a table only
            raise AssertionError
        counts = table.counts if census else _narrow(table.counts, self.rules.widest_even_years)
        raw = in_bands(single_years(counts, self.profile), self.bands)
        known: Bools = np.logical_not(np.isnan(raw).any(axis=2))
        floor = np.bincount(self.region, weights=self.homes.weight, minlength=self.n_regions).astype(np.float64)
        lived = floor > 0.0
        if whole is None:
            if table.missing:
                raise InputError(
                    "{file}: no row for {zones}; add them, or name a census of the whole district for the rest",
                    file=table.name,
                    zones=", ".join(table.missing),
                )
            self._check_known(np.array(known[lived].all(axis=0)), table.name)
            return np.nan_to_num(raw), known, Counted.ZONES
        self.notes.zones_missing(table.name, table.missing)
        if known.all():
            self.notes.contradiction("zones_contradict", (table.name,), float(raw.sum()), census.name, whole)  # type: ignore[union-attr]
            sexes = self.profile if census and census.girls is not None else self.profile.sum(axis=1, keepdims=True)
            raw = in_bands(single_years(table.counts, self.profile, sexes), self.bands)
            if not np.isnan(raw).any():
                whole = raw.sum(axis=0)
        totals = np.zeros_like(raw)
        for band, sex in np.ndindex(raw.shape[1:]):
            made = spread_regions(
                whole[band, sex : sex + 1],
                np.zeros(int(lived.sum()), dtype=np.int64),
                floor[lived],
                floor[lived],
                community=np.arange(int(lived.sum())),
                listed=np.where(known[lived, band], raw[lived, band, sex], np.nan),
                least_other_share=self.rules.least_other_share,
            )
            totals[lived, band, sex] = made.children
        return totals, known, Counted.CENSUS

    def _check_known(self, known: Bools, files: str) -> None:
        missing = [band for band, is_known in zip(self.bands, known, strict=True) if not is_known]
        if missing:
            raise InputError(
                "{file}: nothing tells how many children of {ages} years there are; add these ages, or name a census",
                file=files,
                ages=", ".join(f"{band.first_age}–{band.last_age}" for band in missing),
            )

    # -- communities -------------------------------------------------------------------------------------------------

    def _listed(self) -> Floats:
        """Return children of communities by the list, shape (communities, bands, sexes); NaN where it does not say."""
        listed = self.sources.communities
        if listed is None:
            return np.empty((0, len(self.bands), self.n_sexes))
        counts = listed.counts if self.sources.census else _narrow(listed.counts, self.rules.widest_even_years)
        return in_bands(single_years(counts, self.profile), self.bands)

    def _tell_scaled(self, factors: Floats, told: Floats) -> None:
        listed = self.sources.communities
        if listed is None or len(told) == 0:
            return
        first = np.zeros(len(told), dtype=np.int64)
        mine = self.community >= 0
        first[self.community[mine]] = self.region[mine]
        sums = np.nansum(told, axis=(1, 2)).sum()
        kept = np.nansum(told * factors[first], axis=(1, 2)).sum()
        unknown = tuple(name for name, counts in zip(listed.name, told, strict=True) if np.isnan(counts).all())
        self.notes.scaled(listed.file, float(sums), float(kept))
        self.notes.unknown(listed.file, unknown)

    def _community_rows(self, told: Floats, children: Floats) -> tuple[CommunityRow, ...]:
        listed: Communities | None = self.sources.communities
        if listed is None or len(listed) == 0:
            return ()
        mine = self.community >= 0
        placed = np.bincount(self.community[mine], weights=children[mine], minlength=len(listed))
        zone = self._zone_names(self._zone_at(listed.xy))
        return tuple(
            CommunityRow(
                name=listed.name[at],
                row=int(listed.row[at]),
                zone=zone[at],
                built=_whole(listed.built[at]),
                households=_whole(listed.households[at]),
                listed=None if np.isnan(told[at]).all() else float(np.nansum(told[at])),
                children=float(placed[at]),
                n_homes=int(self.n_homes[at]),
            )
            for at in range(len(listed))
        )

    def _table_notes(self) -> tuple[PeopleNote, ...]:
        listed = self.sources.communities
        return () if listed is None else note_list("communities_table", listed.notes)


def _n_sexes(sources: Sources) -> int:
    census, table = sources.census, sources.zones
    if census is not None and (census.girls is not None or table is None):
        return 1 if census.girls is None else 2
    if table is not None:
        return 2 if _fully_sexed(table.counts) else 1
    return 2 if sources.rasters and all(raster.group.sex is not None for raster in sources.rasters) else 1


def _fully_sexed(counts: Counts) -> bool:
    sexed = [k for k, group in enumerate(counts.groups) if group.sex is not None]
    return bool(sexed) and not np.isnan(counts.people[:, sexed]).any()


def _narrow(counts: Counts, most_years: int) -> Counts:
    """Return the columns whose ages are few enough to be split evenly."""
    keep = [k for k, group in enumerate(counts.groups) if group.last - group.first < most_years]
    return Counts(tuple(counts.groups[k] for k in keep), counts.people[:, keep])


def _most(people: Floats) -> Floats:
    """Return the people that a row tells of, at least."""
    return np.nan_to_num(people).sum(axis=1) if people.shape[1] else np.zeros(len(people))


def _whole(number: float) -> int | None:
    return None if np.isnan(number) else int(number)


def _appended(homes: Homes, xy: Floats, zone: Ints, weight: Floats) -> Homes:
    """Return homes with some that the map does not show."""
    n = len(xy)
    return Homes(
        np.concatenate([homes.xy, xy]),
        np.concatenate([homes.kind, np.full(n, HomeKind.LISTED, dtype=np.uint8)]),
        np.concatenate([homes.zone, zone.astype(np.int32)]),
        np.concatenate([homes.weight, weight]),
        np.concatenate([homes.children, np.zeros((n, homes.children.shape[1]))]),
        are_children=homes.are_children,
    )


def _parts(
    kind: NDArray[np.uint8], children: Floats, listed: Bools, by_zone: Bools, used: Bools, whole_from: Counted
) -> tuple[Part, ...]:
    """Sum children by how they were counted, placed and by what stands for their home."""
    ways = (
        {
            (Counted.COMMUNITIES, Placed.LIST): listed,
            (Counted.ZONES, Placed.RASTERS): ~listed & by_zone[:, :, None] & used,
            (Counted.ZONES, Placed.FLOOR): ~listed & by_zone[:, :, None] & ~used,
            (whole_from, Placed.RASTERS): ~listed & ~by_zone[:, :, None] & used,
            (whole_from, Placed.FLOOR): ~listed & ~by_zone[:, :, None] & ~used,
        }
        if whole_from is not Counted.ZONES
        else {
            (Counted.COMMUNITIES, Placed.LIST): listed,
            (Counted.ZONES, Placed.RASTERS): ~listed & used,
            (Counted.ZONES, Placed.FLOOR): ~listed & ~used,
        }
    )
    found = []
    for (counted, placed), mask in ways.items():
        here = np.where(mask, children, 0.0).sum(axis=(1, 2))
        for each in HomeKind:
            n = float(here[kind == each].sum())
            if n > 0.0:
                found.append(Part(counted, placed, each, n))
    return tuple(found)
