"""What an import remembers on disk."""

from datetime import UTC, datetime
from pathlib import Path

from cli.imports.progress import Progress
from tests.unit.cli.fake_api import COMMUNITY


def test_progress_knows_what_it_was_told_after_a_restart(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "p.jsonl")
    progress.begin(places=["a"], now=datetime(2026, 1, 1, tzinfo=UTC))
    progress.remember("k", "id")
    again = Progress(tmp_path / "p.jsonl")
    assert (again.filed, again.places, again.begun_at) == ({"k": "id"}, ["a"], progress.begun_at)


def test_another_file_community_or_system_has_a_progress_of_its_own(tmp_path: Path) -> None:
    file, other = tmp_path / "a.csv", tmp_path / "b.csv"
    file.write_text("id,text\n1,漏水\n")
    other.write_text("id,text\n1,停电\n")
    paths = {
        Progress.of(file, COMMUNITY, "http://a", folder=tmp_path).path,
        Progress.of(file, COMMUNITY, "http://b", folder=tmp_path).path,
        Progress.of(file, "410181002010", "http://a", folder=tmp_path).path,
        Progress.of(other, COMMUNITY, "http://a", folder=tmp_path).path,
    }
    assert len(paths) == 4
