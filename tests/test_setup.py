"""The set-up: any Python can read the scripts, pins are whole, and the README names the commands."""

import ast
import importlib
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FILES = ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"]
COMMANDS = ["scripts/demo.py", "scripts/test.py"]
# What a line of a requirement file may be: a pin, perhaps with a marker, or one of its hashes.
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[\w.!+]+)( ; (?P<marker>[^\\]+))? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    return {canonical(re.match(r"[\w.-]+", text).group()) for text in requirements}


def read_pins(file: str) -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """Read a file into {(name, marker): (version, hashes)}, refusing any other kind of line."""
    pins = {}
    key = None
    for number, line in enumerate((ROOT / file).read_text(encoding="utf-8").splitlines(), 1):
        if pin := PIN.fullmatch(line):
            key = canonical(pin["name"]), (pin["marker"] or "").strip()
            assert key not in pins, f"{file}:{number}: pinned twice"
            pins[key] = pin["version"], set()
        else:
            assert HASH.fullmatch(line), f"{file}:{number}: neither a pin nor a hash: {line!r}"
            pins[key][1].add(line.strip(" \\"))
    return {key: (version, frozenset(hashes)) for key, (version, hashes) in pins.items()}


@pytest.mark.parametrize("script", [*COMMANDS, "scripts/setup_env.py"])
def test_an_old_python_can_read_the_script(script):
    # Only so can it be told that it is too old, instead of seeing a syntax error.
    ast.parse((ROOT / script).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("script", COMMANDS)
def test_the_version_is_checked_before_anything_an_old_python_lacks(script):
    tree = ast.parse((ROOT / script).read_text(encoding="utf-8"))
    imported = [a.name for node in tree.body if isinstance(node, ast.Import) for a in node.names]
    assert "setup_env" in imported
    assert set(imported) <= {"argparse", "shutil", "subprocess", "sys", "time", "webbrowser", "setup_env"}
    first, second = ast.parse((ROOT / "scripts/setup_env.py").read_text(encoding="utf-8")).body[1:3]
    assert ast.unparse(first) == "import sys"
    assert ast.unparse(second).startswith("if sys.version_info < (3, 11):\n    sys.exit(")


def test_the_checked_version_is_the_declared_one():
    assert PYPROJECT["project"]["requires-python"] == ">=3.11"


@pytest.mark.parametrize("file", FILES)
def test_every_pin_has_hashes_and_no_line_names_an_address(file):
    pins = read_pins(file)
    assert pins
    assert not [key for key, (_, hashes) in pins.items() if not hashes]


def test_every_dependency_is_pinned():
    project = PYPROJECT["project"]
    pinned = {file: {name for name, _ in read_pins(file)} for file in FILES}
    assert names(project["dependencies"]) <= pinned["requirements.txt"]
    assert names(project["dependencies"] + project["optional-dependencies"]["dev"]) <= pinned["requirements-dev.txt"]
    assert names([*PYPROJECT["build-system"]["requires"], "editables"]) <= pinned["requirements-build.txt"]


@pytest.mark.parametrize("file", FILES[:2])
def test_the_dev_file_holds_every_other_pin_unchanged(file):
    # So demo then test, or test then demo, never move a package back and forth.
    assert read_pins(file).items() <= read_pins("requirements-dev.txt").items()


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_names_the_command(command):
    assert f"python3 {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_message_is_said_in_both_languages_with_the_same_values():
    texts = tomllib.loads((ROOT / "scripts/messages.toml").read_text(encoding="utf-8"))
    whys = texts.pop("why")
    texts.pop("demo_files")
    for text in [*texts.values(), *whys]:
        assert set(re.findall(r"{\w+}", text["zh"])) == set(re.findall(r"{\w+}", text["en"]))
    for script in sorted((ROOT / "scripts").glob("*.py")):
        said = re.findall(r'\b(?:say|stop)\(\s*"(\w+)"', script.read_text(encoding="utf-8"))
        assert set(said) <= texts.keys(), script.name


def test_the_environment_finds_the_project_by_a_relative_path():
    # An absolute one breaks Python 3.11 under a folder with a Chinese name on Windows.
    if not (Path(sys.prefix) / "tongquan.json").exists():
        pytest.skip("this environment was not made by scripts/setup_env.py")
    pointers = [path for site in sys.path for path in Path(site).glob("*tongquan*.pth")]
    assert pointers
    for pointer in pointers:
        line = pointer.read_bytes().decode("ascii").strip()
        assert not Path(line).is_absolute()
        assert (pointer.parent / line).resolve() == ROOT
    assert metadata.version("tongquan") == PYPROJECT["project"]["version"]


def test_child_processes_speak_utf8_and_keep_only_the_settings_of_the_index(monkeypatch):
    monkeypatch.setenv("PIP_REQUIRE_VIRTUALENV", "1")
    monkeypatch.setenv("PIP_TARGET", "elsewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_CERT", "office.pem")
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    child = importlib.import_module("setup_env").child_env()
    assert (child["PYTHONUTF8"], child["PIP_USER"], child["PIP_CERT"]) == ("1", "0", "office.pem")
    assert not {"PIP_REQUIRE_VIRTUALENV", "PIP_TARGET", "PYTHONPATH"} & child.keys()
