"""The dashboard: what Grafana needs is in it, in both languages, and it asks for nothing that nobody measures."""

import json
import re
from itertools import combinations
from typing import Any

import pytest
import yaml

from tests.architecture.checkout import ROOT
from tests.architecture.test_prometheus import asked_for, everything_known
from tests.servers.promtool import promtool

FOLDER = ROOT / "deploy" / "grafana"
DASHBOARD: dict[str, Any] = json.loads((FOLDER / "dashboards" / "hemei.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
GRAPHS = [panel for panel in PANELS if panel["type"] != "row"]
SOURCE: dict[str, Any] = yaml.safe_load((FOLDER / "provisioning/datasources/prometheus.yml").read_text("utf-8"))
ASKED = sorted({target["expr"] for panel in GRAPHS for target in panel["targets"]})
WIDTH = 24


def test_the_dashboard_is_one_that_grafana_can_load() -> None:
    assert DASHBOARD["uid"]
    assert DASHBOARD["title"]
    assert isinstance(DASHBOARD["schemaVersion"], int)
    assert set(DASHBOARD["time"]) == {"from", "to"}
    assert "id" not in DASHBOARD, "an id belongs to the Grafana that it was taken from"
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)


@pytest.mark.parametrize("panel", GRAPHS, ids=lambda panel: panel["title"])
def test_a_panel_says_in_both_languages_what_it_shows_and_asks_the_provisioned_source(panel: dict[str, Any]) -> None:
    (source,) = SOURCE["datasources"]
    for said in (panel["title"], panel["description"]):
        assert re.search(r"[\u4e00-\u9fff].* / .*[A-Za-z]", said), said
    assert panel["type"] in {"timeseries", "stat"}
    assert panel["fieldConfig"]["defaults"]["unit"]
    for asked in (panel, *panel["targets"]):
        assert asked["datasource"] == {"type": source["type"], "uid": source["uid"]}
    assert [target["refId"] for target in panel["targets"]] == list("ABCDEF"[: len(panel["targets"])])
    assert all(target["expr"] and target["legendFormat"] for target in panel["targets"])


def test_no_panel_lies_upon_another_or_beside_the_page() -> None:
    spots = [panel["gridPos"] for panel in PANELS]
    assert all(spot["x"] + spot["w"] <= WIDTH for spot in spots)
    for one, other in combinations(spots, 2):
        apart = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        assert apart or one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]


@pytest.mark.parametrize("expression", ASKED)
def test_the_dashboard_asks_only_for_what_somebody_measures(expression: str) -> None:
    assert asked_for(expression)
    assert asked_for(expression) - everything_known() == set()


def test_prometheus_understands_every_question_of_the_dashboard(tmp_path: Any) -> None:
    rules = [{"record": f"asked:{number}", "expr": expression} for number, expression in enumerate(ASKED)]
    file = tmp_path / "asked.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}), "utf-8")
    promtool("check", "rules", str(file))


def test_grafana_is_given_the_folder_of_the_dashboard() -> None:
    provided = yaml.safe_load((FOLDER / "provisioning/dashboards/hemei.yml").read_text("utf-8"))
    (provider,) = provided["providers"]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))["services"]["grafana"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in compose["volumes"]
    assert provider["allowUiUpdates"] is False
