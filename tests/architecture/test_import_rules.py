"""Arrows point downward: the import rules hold, and they bite when they are broken."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checkout import PACKAGES, ROOT, modules, text

PLAIN_CONTRACTS = {"contracts.event", "contracts.terms", "contracts.errors"}


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Hold the packages in `root` against the rules in its pyproject.toml."""
    program = "import sys; from importlinter.cli import lint_imports_command; sys.path.insert(0, '.'); "
    program += "lint_imports_command(['--no-cache', '--no-logo'])"
    return subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False)


def test_the_import_rules_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


FORBIDDEN = [
    ("services/grievance/domain/__init__.py", "import sqlalchemy", "The domain is plain Python"),
    ("services/grievance/domain/__init__.py", "import chassis.config", "The domain is plain Python"),
    ("services/grievance/domain/__init__.py", "import contracts.wire", "The domain is plain Python"),
    ("services/volunteer/queries.py", "import services.grievance.queries", "Services know nothing of each other"),
    ("services/volunteer/persistence.py", "import services.volunteer.service", "Inside a service"),
    ("services/health/handlers.py", "import services.health.persistence", "Handlers are given the unit of work"),
    ("chassis/config.py", "import services.grievance", "Arrows point downward"),
    ("gateway/__init__.py", "import services.grievance", "Arrows point downward"),
    ("contracts/grievance/events.py", "import msgspec", "Events and errors are standard library only"),
    ("contracts/partner/schemas.py", "import kombu", "Contracts hold no machinery"),
    ("cli/main.py", "import chassis.config", "The command line knows the HTTP API"),
    ("cli/main.py", "import gateway", "The command line knows the HTTP API"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packages and their rules, to be broken."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("path", "line", "rule"), FORBIDDEN)
def test_a_forbidden_import_is_refused(copy: Path, path: str, line: str, rule: str) -> None:
    with (copy / path).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint_imports(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    broken = [words for words in " ".join(done.stdout.split()).split(" KEPT") if "BROKEN" in words]
    assert any(rule in words for words in broken), done.stdout


def imported_by(path: Path) -> set[str]:
    """The modules that a file imports, with what it takes from packages of ours spelled out."""
    found = set()
    for node in ast.walk(ast.parse(text(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
    return found


def is_standard(module: str) -> bool:
    """Whether a module comes with Python."""
    return module.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize(
    "path",
    [path for path in modules("contracts") if path.stem in {"event", "events", "errors", "reports"}],
    ids=str,
)
def test_events_errors_and_reports_need_the_standard_library_only(path: Path) -> None:
    assert {module for module in imported_by(path) if not is_standard(module)} <= PLAIN_CONTRACTS


@pytest.mark.parametrize("path", [path for path in modules("services") if "domain" in path.parts], ids=str)
def test_a_domain_needs_the_standard_library_what_is_told_and_itself_only(path: Path) -> None:
    for module in imported_by(path):
        its_own = module.startswith(".".join(path.parts[: path.parts.index("domain") + 1]))
        told = module.startswith("contracts.") and module.rpartition(".")[2] in {"events", "errors", "event", "reports"}
        assert is_standard(module) or its_own or told, module
