"""The commands that a newcomer runs against a running system: the story, and files of grievances."""

import csv
import json
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.communities import Community, enrol, found, join
from tests.e2e.cutting_proxy import cutting_proxy
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.systems import FRONT, ROOT, Embedded, System

pytestmark = pytest.mark.timeout(240)

REAL = ROOT.parent / "shared/data/grievances/with_official_reply.csv"
ROWS = 30
CUT_AFTER = 13
COLUMNS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "一级分类")
MATTERS = (
    ("楼道堆满纸箱", "三单元楼道里堆满纸箱，老人走不过去。", "城乡建设"),
    ("充电飞线", "有人从窗户拉飞线给电动车充电。", "城乡建设"),
    ("邻居吵架", "楼上楼下为漏水吵了半年。", "其他"),
    ("独居老人", "隔壁老人独居，想请人上门看看。", "民政"),
    ("物业不管", "物业收了钱不打扫。", "城乡建设"),
)


def written(folder: Path, rows: int = ROWS) -> Path:
    """A file of residents' messages as an office keeps it: GBK, an empty one and a repeated one among them."""
    file = folder / "留言.csv"
    with file.open("w", encoding="gbk", newline="") as text:
        lines = csv.writer(text)
        lines.writerow(COLUMNS)
        for number in range(1, rows - 1):
            subject, words, category = MATTERS[number % len(MATTERS)]
            user = f"居民{number}" if number % 7 else ""
            lines.writerow(
                [number, user, subject, "2020-05-01 08:00:00", f"{words}（第{number}件）\n请处理。", category]
            )
        lines.writerow([rows, "居民", "", "2020-05-02 08:00:00", "", ""])
        lines.writerow(
            [1, "居民1", *MATTERS[1][:1], "2020-05-01 08:00:00", f"{MATTERS[1][1]}（第1件）\n请处理。", "城乡建设"]
        )
    return file


def importing(file: Path, community: str, folder: Path, *more: str) -> tuple[str, ...]:
    """The words of the command."""
    where = ("--state", str(folder / "state"), "--report", str(folder / "report.json"))
    return ("import", "grievances", str(file), "--community", community, *where, *more)


def report_in(folder: Path) -> dict[str, Any]:
    """What the import reported."""
    told: dict[str, Any] = json.loads((folder / "report.json").read_text())
    return told


def check_sums_up(report: dict[str, Any], rows: int) -> None:
    """Every row is accounted for, and every grievance has a leader or is reported as having none."""
    refused = sum(under["count"] for under in report["refused"].values())
    assert report["rows"] == rows
    assert report["filed"] + report["already_filed"] + refused == rows, report
    assert (report["not_sent"], report["still_open"]) == (0, 0), report
    assert report["assigned"] + report["without_leader"] == report["filed"] + report["already_filed"], report


def test_the_demo_tells_all_three_stories_to_their_end(system: System, door: Door) -> None:
    before = door.get("grievances", community=COMMUNITY, status="rated")["total"]

    told = system.run("demo")

    assert told.returncode == 0, told.stdout + told.stderr
    words = told.stdout
    for heading in ("飞线充电 → 铁塔公司", "楼道堆物 → 志愿者", "养老助老 → 上门探访"):
        assert heading in words
    assert "铁塔公司巩义办事处" in words
    assert words.count("评价") >= 3
    assert words.count("居民评价 rated") == 3, "each story ends with its timeline"
    assert door.get("grievances", community=COMMUNITY, status="rated")["total"] == before + 3
    ids = re.findall("hemei show ([0-9a-f-]{36})", words)
    assert len(ids) == 3
    shown = system.run("show", ids[0])
    assert shown.returncode == 0
    assert "flying_wire" in shown.stdout


def test_commands_against_nobody_say_so_and_fail(tmp_path: Path) -> None:
    nobody = Embedded(tmp_path)
    for words in (("demo",), ("fill-demo",), ("show", "1"), ("gaps", "--community", COMMUNITY)):
        told = nobody.run(*words)
        assert told.returncode == 1
        assert nobody.url in told.stderr
        assert "Traceback" not in told.stderr


def test_filling_the_demo_community_again_changes_nothing(system: System) -> None:
    told = system.run("fill-demo")
    assert told.returncode == 0, told.stderr
    counts = re.findall(r"(?:places|residents|units|agreements|volunteers|teams)\s+([\d,]+)", told.stdout)
    assert counts == ["0"] * 6, told.stdout


@pytest.fixture
def community(door: Door) -> Community:
    """A community with helpers of every kind."""
    made = found(door)
    enrol(door, made)
    join(door, made, "铁塔公司", "tower")
    return made


def test_an_import_killed_half_way_goes_on_and_files_nothing_twice(
    system: System, door: Door, community: Community, tmp_path: Path
) -> None:
    file = written(tmp_path)
    words = importing(file, community.code, tmp_path, "--workers", "3")
    with cutting_proxy(system.url) as proxy:
        environment = system.command_environment(HEMEI_URL=proxy.url)
        with (tmp_path / "first.log").open("wb") as output:
            first = subprocess.Popen([*FRONT, *words], cwd=ROOT, env=environment, stdout=output, stderr=output)
        proxy.allowed, proxy.cut = CUT_AFTER, first.kill
        assert first.wait(60) == -signal.SIGKILL, (tmp_path / "first.log").read_text()
        filed_by_then = door.get("grievances", community=community.code)["total"]
        assert CUT_AFTER < filed_by_then < ROWS - 2, "it was neither before the work nor after it"
        proxy.allowed = None

        again = subprocess.run(
            [*FRONT, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )

    assert again.returncode == 0, again.stdout + again.stderr
    report = report_in(tmp_path)
    check_sums_up(report, ROWS)
    assert report["already_filed"] >= 1
    assert {code: under["rows"] for code, under in report["refused"].items()} == {
        "no_text": [ROWS - 1], "repeated_row": [ROWS],
    }  # fmt: skip
    filed = door.every("grievances", community=community.code)
    assert len(filed) == ROWS - 2
    told = [door.case(one["id"])["description"] for one in filed]
    assert len(set(told)) == ROWS - 2, "each row is one grievance"
    assert sum(one["leader"] is not None for one in filed) == report["assigned"] == ROWS - 2
    assert all(one["channel"] == "web" for one in filed)


def test_an_import_run_again_files_nothing(system: System, door: Door, community: Community, tmp_path: Path) -> None:
    file = written(tmp_path)
    for filed, already in ((ROWS - 2, 0), (0, ROWS - 2)):
        told = system.run(*importing(file, community.code, tmp_path))
        assert told.returncode == 0, told.stdout + told.stderr
        report = report_in(tmp_path)
        check_sums_up(report, ROWS)
        assert (report["filed"], report["already_filed"]) == (filed, already)
    assert door.get("grievances", community=community.code)["total"] == ROWS - 2


def test_what_cannot_be_imported_is_refused_in_words(system: System, tmp_path: Path) -> None:
    no_column = tmp_path / "a.csv"
    no_column.write_text("一，二\n1,2\n")
    neither = tmp_path / "b.csv"
    neither.write_bytes(b"\xff\xff\x81\x00")
    for file, community in ((no_column, COMMUNITY), (neither, COMMUNITY), (written(tmp_path), "999999999999")):
        told = system.run(*importing(file, community, tmp_path))
        assert told.returncode == 1, told.stdout
        assert told.stderr.strip()
        assert "Traceback" not in told.stderr


@pytest.fixture
def many_rows(tmp_path: Path) -> Path:
    """The real messages where they are at hand, else as many of our own as fit the time."""
    return REAL if REAL.exists() else written(tmp_path, rows=300)


def test_all_real_messages_go_through_and_each_ends_with_a_leader_or_a_report(
    system: System, many_rows: Path, tmp_path: Path
) -> None:
    told = system.run(*importing(many_rows, COMMUNITY, tmp_path), within=180)

    assert told.returncode == 0, told.stdout[-2000:] + told.stderr
    report = report_in(tmp_path)
    check_sums_up(report, report["rows"])
    if many_rows == REAL:
        assert report["rows"] == 1689
        assert sum(under["count"] for under in report["refused"].values()) < 20
    assert report["dispatched"] > 0
    assert report["referred"] > 0
