"""A real PostgreSQL with PostGIS, started for the tests in a temporary folder on a free port."""

import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *map(Path, os.get_exec_path()))
SHARES = tuple(Path("/usr/share/postgresql").glob("*"))
SUPERUSER = "tongquan_admin"
# fast and forgetful: nobody needs this data tomorrow
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "log_statement": "none",
}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; everybody from this machine is let in, except users who need a password."""

    folder: Path
    port: int

    def url(self, database: str = "postgres", *, user: str = SUPERUSER, password: str = "") -> str:
        login = f"{user}:{password}" if password else user
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"


def why_not() -> str:
    """Return why no server can be started here; "" when one can."""
    if sys.platform == "win32":
        return "PostgreSQL is started for tests on Linux and macOS only"
    if _bin() is None:
        return "no PostgreSQL server is installed: apt-get install postgresql-15 postgresql-15-postgis-3"
    if not any((share / "extension" / "postgis.control").is_file() for share in SHARES):
        return "PostgreSQL has no PostGIS here: apt-get install postgresql-15-postgis-3"
    if os.getuid() == 0 and not (shutil.which("setpriv") and _has_user("postgres")):
        return "PostgreSQL refuses root, and there is no setpriv or no user postgres"
    return ""


def need_server() -> None:
    """Skip a test where no server can be started; on the project's own test machine that is a failure."""
    reason = why_not()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@cache
def server() -> Server:
    """Return the server of this test run; skips where none can be started."""
    need_server()
    running = running_server()
    atexit.register(running.__exit__, None, None, None)
    return running.__enter__()


@cache
def _template() -> str:
    admin("CREATE DATABASE with_postgis", server().url())
    admin("CREATE EXTENSION postgis", server().url("with_postgis"))
    return "with_postgis"


_numbers = count(1)


def database(*, postgis: bool = True, options: str = "") -> str:
    """Return the address of a new, empty database."""
    name = f"test_{next(_numbers)}"
    admin(f"CREATE DATABASE {name} TEMPLATE {_template() if postgis else 'template0'} {options}", server().url())
    return server().url(name)


def role(words: str = "", *, password: str = "") -> str:
    """Return the name of a new role that may log in."""
    name = f"role_{next(_numbers)}"
    admin(f"CREATE ROLE {name} LOGIN {words}", server().url())
    if password:
        admin(f"ALTER ROLE {name} PASSWORD '{password}'", server().url())
        admin("DO 'BEGIN CREATE ROLE needs_password; EXCEPTION WHEN duplicate_object THEN END'", server().url())
        admin(f"GRANT needs_password TO {name}", server().url())
    return name


def admin(words: str, url: str) -> list[tuple]:
    """Run a statement of the tests' own, each by itself, and return its rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(words)
        return cursor.fetchall() if cursor.description else []


@contextmanager
def running_server() -> Iterator[Server]:
    """Start a server, and stop it whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix="tq-pg-", dir="/tmp"))
    try:
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run("initdb", "-D", folder / "data", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        (folder / "data" / "pg_hba.conf").write_text(
            f"local all all trust\nhost all {SUPERUSER} 127.0.0.1/32 trust\n"
            "host all +needs_password 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n"
        )
        port = _free_port()
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        log = folder / "log"
        try:
            _run("pg_ctl", "-D", folder / "data", "-l", log, "-w", "-o", f"-p {port} -k {folder} {options}", "start")
            yield Server(folder, port)
        finally:
            _run("pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(program: str, *words: object, check: bool = True) -> None:
    """Run one of PostgreSQL's programs, as the user postgres where we are root, which it refuses."""
    drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    done = subprocess.run(  # noqa: S603  own words
        [*drop, _bin() / program, *map(str, words)], capture_output=True, text=True, check=False, cwd="/", timeout=60
    )
    if check and done.returncode:
        raise RuntimeError(f"{program}: {done.stdout}\n{done.stderr}")


def _bin() -> Path | None:
    return next((place for place in PLACES if (place / "initdb").is_file() and (place / "pg_ctl").is_file()), None)


def _has_user(name: str) -> bool:
    import pwd  # noqa: PLC0415  not on Windows

    return any(user.pw_name == name for user in pwd.getpwall())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
