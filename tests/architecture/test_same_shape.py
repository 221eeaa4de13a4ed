"""Every service has the same files, every module says what it holds, and names say something."""

import ast
import re
from pathlib import Path

import pytest

from contracts.wire import TELLERS
from tests.architecture.checkout import PACKAGES, ROOT, SERVICES, files, modules, text

SHAPE = {"__init__", "config", "domain", "handlers", "migrations", "persistence", "privacy", "queries", "service"}
"""Handlers, queries and persistence are a file each, or a folder of the same name once they grow."""
PROMISES = {"__init__", "errors", "events", "schemas"}
FOLDERS = {"domain", "migrations"}
MAY_GROW = {"handlers", "persistence", "queries"}

SAY_NOTHING = {"manager", "helper", "util", "common", "base", "core", "misc", "data", "info"}


def names_in(folder: Path) -> set[str]:
    """Names of the files (without `.py`) and folders that stand in a folder of the checkout."""
    below = [path.relative_to(folder).parts for path in files() if path.is_relative_to(folder)]
    return {parts[0].removesuffix(".py") for parts in below}


def test_the_services_are_those_that_tell_events() -> None:
    assert set(TELLERS) == set(SERVICES) == {path.parts[1] for path in modules("services") if len(path.parts) > 2}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_exactly_the_agreed_files(service: str) -> None:
    assert names_in(Path("services", service)) == SHAPE


@pytest.mark.parametrize("service", SERVICES)
def test_only_handlers_queries_and_persistence_may_grow_into_folders(service: str) -> None:
    folders = {name for name in SHAPE if (ROOT / "services" / service / name).is_dir()}
    assert FOLDERS <= folders <= FOLDERS | MAY_GROW


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_promises_stands_in_events_schemas_and_errors(service: str) -> None:
    assert names_in(Path("contracts", service)) == PROMISES


@pytest.mark.parametrize("path", modules(*PACKAGES, "tests", "benchmarks", "docs"), ids=str)
def test_a_module_opens_with_one_sentence_that_says_what_it_holds(path: Path) -> None:
    docstring = ast.get_docstring(ast.parse(text(path)))
    assert docstring, "no docstring"
    assert docstring.splitlines()[0].rstrip().endswith((".", "。", "?", "!")) or len(docstring.splitlines()) > 1


def words_of(name: str) -> set[str]:
    """The words of a name in snake_case or CamelCase, each also without a plural's s."""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}
    return words | {word.removesuffix("s") for word in words}


def names_given(path: Path) -> set[str]:
    """The names a module gives: its own, its folders', its classes' and its functions'."""
    definitions = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    own = {node.name for node in ast.walk(ast.parse(text(path))) if isinstance(node, definitions)}
    return own | {part.removesuffix(".py") for part in path.parts}


def test_no_name_says_nothing() -> None:
    empty = {
        f"{path}: {name}" for path in modules(*PACKAGES) for name in names_given(path) if words_of(name) & SAY_NOTHING
    }
    assert empty == set()


def test_the_search_for_empty_names_finds_them() -> None:
    assert words_of("GrievanceManager") & SAY_NOTHING
    assert words_of("date_utils") & SAY_NOTHING
    assert not words_of("dataclass_of_baseline_information") & SAY_NOTHING


def test_health_is_the_service_of_that_name_and_never_a_process_being_alive() -> None:
    confusing = {
        f"{path}: {name}"
        for path in modules(*PACKAGES)
        for name in names_given(path)
        if re.search(r"health_?(check|z|y)|is_?healthy", name, re.IGNORECASE)
    }
    assert confusing == set()


# Written in pieces, so that this file is not found by its own search.
NOT_TO_BE_COMMITTED = {
    "the address of a package index": "pypi" + r"\.org|python" + r"hosted\.org|registry\.npm" + r"js\.org",
    "an option that names a package index": "--(extra-)?index"
    + "-url[ =]|--find"
    + "-links[ =]|--trusted"
    + "-host[ =]",
    "a path of one machine": r"(?<![\w.])/(ro"
    + r"ot|wo"
    + r"rk|home/\w+|Users/\w+|opt/py"
    + r"pi|opt/wh"
    + r"eels)(/|\b)",
    "a file in the machine's own temporary folder": r"(?<![\w.])/tm" + r"p/\w",
}


@pytest.mark.parametrize("what", NOT_TO_BE_COMMITTED)
def test_no_committed_file_holds(what: str) -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in files()
        for number, line in enumerate(text(path).splitlines(), 1)
        if re.search(NOT_TO_BE_COMMITTED[what], line)
    ]
    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_pinned_requirement_carries_its_hashes(name: str) -> None:
    joined = re.sub(r"\\\n", " ", text(Path(name)))
    requirements = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(requirements) > 20
    for requirement in requirements:
        assert re.match(r"[a-z0-9][a-z0-9.-]*==\S+ .*--hash=sha256:[0-9a-f]{64}", requirement), requirement[:80]


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_named_is_pinned(name: str) -> None:
    named = re.findall(r"^[a-z][a-z0-9-]*", text(Path(f"{name}.in")), re.MULTILINE)
    pinned = re.findall(r"^([a-z0-9-]+)==", text(Path(f"{name}.txt")), re.MULTILINE)
    assert set(named) <= set(pinned)


IMPORTED_AS = {
    "argon2-cffi": "argon2",
    "opentelemetry-exporter-otlp-proto-http": "opentelemetry.exporter.otlp.proto.http",
    "opentelemetry-sdk": "opentelemetry.sdk",
    "pillow": "PIL",
    "psycopg2-binary": "psycopg2",
}
NEEDED_BY_OTHERS = {"setuptools"}
"""Not imported here: nameko's own command line needs it, and so does installing this distribution."""


def test_every_requirement_of_the_code_is_imported_by_it() -> None:
    named = set(re.findall(r"^[a-z][a-z0-9-]*", text(Path("requirements.in")), re.MULTILINE)) - NEEDED_BY_OTHERS
    code = "\n".join(text(path) for path in modules(*PACKAGES))
    unused = [
        name
        for name in named
        if not re.search(rf"^\s*(import|from) {IMPORTED_AS.get(name, name).replace('-', '_')}\b", code, re.MULTILINE)
    ]
    assert unused == []
