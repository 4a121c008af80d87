"""Package: what an xlsx file is made of, looked at before anything opens it."""

import re
import zipfile
from pathlib import Path

from geo.errors import InputError, TongquanError
from layers.sources.limits import limits

_MB = 1e6
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # xls, and an xlsx with a password
_ENTITIES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HEAD = 4096  # bytes; a document type stands at the beginning
_ENCRYPTED = 0x1


def check_package(path: Path) -> None:
    """Refuse an xlsx that is none, is locked, or unpacks to more than a table of places can be.

    Raises:
        InputError: With the remedy.
    """
    with path.open("rb") as stream:
        start = stream.read(512)
    if start.startswith(_OLD_OFFICE):
        raise InputError(
            "{file}: an old Excel file (xls) or one with a password; open it in Excel or WPS, take the password off, "
            "and save it as xlsx",
            file=path,
        )
    if start.lstrip()[:1] == b"<":
        raise InputError(
            "{file}: a web page with the ending of an Excel file; open it in Excel or WPS and save it as xlsx",
            file=path,
        )
    if not start.startswith(b"PK"):
        raise InputError("{file}: not an xlsx file; is it a csv with another ending? Save it as xlsx", file=path)
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(package, path)
    except TongquanError:
        raise
    except Exception as error:  # whatever a damaged archive makes zipfile and zlib raise
        raise InputError("{file}: not a whole xlsx file ({reason}); copy it again", file=path, reason=error) from error


def _check_parts(package: zipfile.ZipFile, path: Path) -> None:
    rules = limits().package
    parts = package.infolist()
    unpacked_mb = sum(part.file_size for part in parts) / _MB
    if len(parts) > rules.max_parts or unpacked_mb > rules.max_unpacked_mb:
        raise InputError(
            "{file}: unpacks to {n} parts and {size:.0f} MB, at most {max_n} and {max_size:.0f} MB are read; "
            "leave out what is no list of places",
            file=path,
            n=len(parts),
            size=unpacked_mb,
            max_n=rules.max_parts,
            max_size=rules.max_unpacked_mb,
        )
    for part in parts:
        ratio = part.file_size / max(part.compress_size, 1)
        if part.file_size > rules.ratio_from_mb * _MB and ratio > rules.max_ratio:
            raise InputError(
                "{file}: its part {part} unpacks to {ratio:.0f} times its size, as no table does; it was not opened",
                file=path,
                part=part.filename,
                ratio=ratio,
            )
        if part.flag_bits & _ENCRYPTED:
            raise InputError("{file}: has a password; take it off in Excel or WPS", file=path)
        if part.filename.lower().endswith((".xml", ".rels")):
            with package.open(part) as stream:
                if _ENTITIES.search(stream.read(_HEAD)):
                    raise InputError(
                        "{file}: its part {part} defines entities, as no program that writes tables does; "
                        "it was not opened",
                        file=path,
                        part=part.filename,
                    )
