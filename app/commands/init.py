"""The command ``init``: a new district's folder."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.shared import Folder, Quiet, say
from app.texts import Texts


def init(
    context: typer.Context,
    folder: Folder,
    name: Annotated[str, typer.Option("--name", help="The district's name", show_default=False)],
    osm: Annotated[
        Path | None,
        typer.Option(
            "--osm", metavar="FILE", help="OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2); else Overpass"
        ),
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option("--boundary", metavar="FILE", help="Boundary (geojson, gpkg, shp)")
    ] = None,
    place: Annotated[str | None, typer.Option("--place", help="Or the boundary's name in OpenStreetMap")] = None,
    zones: Annotated[
        Path | None, typer.Option("--zones", metavar="FILE", help="Sub-districts (geojson, gpkg, shp)")
    ] = None,
    zone_name: Annotated[str | None, typer.Option("--zone-name", help="Column that holds the zones' names")] = None,
    census: Annotated[
        Path | None, typer.Option("--census", metavar="FILE", help="People by age (csv, xlsx, json)")
    ] = None,
    zone_people: Annotated[
        Path | None, typer.Option("--zone-people", metavar="FILE", help="People by sub-district and age (csv, xlsx)")
    ] = None,
    communities: Annotated[
        Path | None, typer.Option("--communities", metavar="FILE", help="Estates with their children by age")
    ] = None,
    communities_crs: Annotated[
        str | None, typer.Option("--communities-crs", help="Coordinate system of the estates, for example GCJ-02")
    ] = None,
    rasters: Annotated[
        list[Path] | None, typer.Option("--raster", metavar="FILE", help="Raster of people (GeoTIFF); may be repeated")
    ] = None,
    standard: Annotated[str, typer.Option("--standard", help="Standard: child15 or gb50180")] = "child15",
    country: Annotated[str, typer.Option("--country", help="Two letters: habits at traffic lights and gates")] = "CN",
    quiet: Quiet = False,
) -> None:
    """Write a new district."""
    from app.newdistrict import NewDistrict, write_new_district

    texts: Texts = context.obj
    people = (zone_people, communities, communities_crs, tuple(rasters or ()))
    given = NewDistrict(name, osm, boundary, place, zones, zone_name, census, standard, country, *people)
    path = write_new_district(folder, given, texts=texts)
    if not quiet:
        say(texts.gettext("Written: {file}. Look at it, then run: tongquan build {folder}", file=path, folder=folder))
