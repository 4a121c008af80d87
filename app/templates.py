"""Templates of pages: every value is escaped, and one that is missing is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template


@cache
def environment(*folders: Path) -> Environment:
    """Return the templates of folders, made once; of two with one name, that of the first folder is taken."""
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def template(name: str, *folders: Path) -> Template:
    """Return a template of folders."""
    return environment(*folders).get_template(name)
