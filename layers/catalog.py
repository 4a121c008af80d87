"""The catalogue: every recipe and standard, found by looking into their folders."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from geo.errors import SettingsError, look_up
from geo.kerb_rules import KerbRules
from layers.kerbs import read_kerb_rules, read_permit_clauses
from layers.recipe import Recipe, read_recipe
from layers.standard import StandardFile, read_standard
from layers.toml import Text

KERBS_DIR = Path(__file__).with_name("kerbs")
RECIPES_DIR = Path(__file__).with_name("recipes")
STANDARDS_DIR = Path(__file__).with_name("standards")


@cache
def recipes() -> Mapping[str, Recipe]:
    """Return every recipe by id, in the order of the themes and then of the ids.

    Raises:
        SettingsError: A file has a fault.
    """
    found = [read_recipe(path) for path in sorted(RECIPES_DIR.glob("*.toml"))]
    themes = list(type(found[0].theme)) if found else []
    return {recipe.id: recipe for recipe in sorted(found, key=lambda r: (themes.index(r.theme), r.id))}


@cache
def standards() -> Mapping[str, StandardFile]:
    """Return every standard by id.

    Raises:
        SettingsError: A file has a fault, or a need names a layer that no recipe makes.
    """
    found = {path.stem: read_standard(path) for path in sorted(STANDARDS_DIR.glob("*.toml"))}
    for key, standard in found.items():
        check_layers(standard, STANDARDS_DIR / f"{key}.toml")
    return found


def standard(standard_id: str) -> StandardFile:
    """Find a standard by id.

    Raises:
        UnknownIdError: No file is called so.
    """
    return look_up(standards(), standard_id, "standard")


@cache
def kerb_rules(kerbs_id: str, *, country: str | None = None) -> KerbRules:
    """Find by id how big roads are crossed.

    Args:
        kerbs_id: The file's stem.
        country: As in :func:`layers.kerbs.read_kerb_rules`.

    Raises:
        SettingsError: The file has a fault.
        UnknownIdError: No file is called so.
    """
    return read_kerb_rules(_kerbs_file(kerbs_id), country=country)


@cache
def permit_clauses(kerbs_id: str) -> Mapping[int, Text]:
    """Return where the permits of kerb rules come from, in both languages, by their first age.

    Raises:
        SettingsError: The file has a fault.
        UnknownIdError: No file is called so.
    """
    return read_permit_clauses(_kerbs_file(kerbs_id))


def _kerbs_file(kerbs_id: str) -> Path:
    return look_up({path.stem: path for path in sorted(KERBS_DIR.glob("*.toml"))}, kerbs_id, "set of kerb rules")


def recipe(recipe_id: str) -> Recipe:
    """Find a recipe by id.

    Raises:
        UnknownIdError: No file is called so.
    """
    return look_up(recipes(), recipe_id, "layer")


def check_layers(standard: StandardFile, path: Path) -> None:
    """Refuse a standard whose needs name layers that no recipe makes.

    Raises:
        SettingsError: A need names an unknown layer.
    """
    for need in standard.rules.needs:
        unknown = sorted(set(need.layers) - set(recipes()))
        if unknown:
            raise SettingsError(
                "{file}: [needs.{need}] layers names {unknown}, and no recipe is called so; there are: {known}",
                file=path,
                need=need.id,
                unknown=", ".join(unknown),
                known=", ".join(recipes()),
            )
