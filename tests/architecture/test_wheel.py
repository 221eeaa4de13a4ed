"""What is installed, in an image or elsewhere, is all that the code needs."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.architecture.checkout import PACKAGES, ROOT, files


def test_every_file_of_the_packages_is_in_the_wheel(tmp_path: Path) -> None:
    source = tmp_path / "source"
    beside = [Path(name) for name in ("pyproject.toml", "requirements.in", "README.md", "LICENSE")]
    wanted = [path for path in files() if path.parts[0] in PACKAGES]
    for path in [*wanted, *beside]:
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, source / path)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = subprocess.run([*build, "-w", str(tmp_path), str(source)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("hemei-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        missing = {str(path) for path in wanted} - set(archive.namelist())
    assert missing == set()
