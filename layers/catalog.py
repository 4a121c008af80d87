"""The catalogue: every recipe and standard, found by looking into their folders."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from geo.errors import SettingsError, look_up
from layers.recipe import Recipe, read_recipe
from layers.standard import StandardFile, read_standard

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
