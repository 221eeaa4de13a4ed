"""The files of this checkout, as the architecture tests read them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("contracts", "chassis", "services", "gateway", "cli")
SERVICES = ("organization", "volunteer", "grievance", "health", "partner", "operations", "accounts")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed, relative to the root."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(Path(name) for name in names if name and (ROOT / name).is_file())


def modules(*folders: str) -> list[Path]:
    """The Python files in these folders of the root."""
    return [path for path in files() if path.suffix == ".py" and path.parts[0] in folders]


def text(path: Path) -> str:
    """What a file of the checkout says; "" for one that is no text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""
