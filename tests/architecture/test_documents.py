"""The documents say what is so: the generated ones are fresh, and what the written ones name exists."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from cli.demo.community import draw_up
from contracts.wire import known_events
from docs.generated import FOLDER, GENERATED, stale, write
from docs.openapi import gateway_app
from docs.pages import pages_page
from docs.settings import READ_BY_COMMANDS
from docs.steps import MACHINES, Machine, steps
from docs.titles import CHINESE
from services.organization.domain import people, tree
from tests.architecture.checkout import ROOT, files, modules, text
from tests.architecture.test_readme_commands import ASSIGNMENT, commands_in, refusal, targets

READMES = [Path("README.md"), Path("README.zh-CN.md")]
WRITTEN = sorted(path for path in files() if path.parts[0] == "docs" and path.suffix == ".md")
DOCUMENTS = [*READMES, *WRITTEN]
EVENTS = {event.__name__: event for event in known_events().values()}


# -- generated


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_document_says_what_the_code_says(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == GENERATED[name](), "stale: run `make docs`"


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.heading)
def test_the_table_of_steps_leaves_no_step_out(machine: Machine) -> None:
    possible = {step for steps in machine.allowed.values() for step in steps}
    assert possible == set(machine.operations)


def test_the_table_of_steps_says_who_may_take_one() -> None:
    (reminding,) = [line for line in steps().splitlines() if "`remind`" in line]
    assert reminding == "| 催办 `remind` | 社区办公室 社、社区书记 社 | ● | ● | ● |  |  |  |  |  |  |"


def test_a_document_that_is_behind_the_code_is_noticed_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docs.generated.GENERATED", {"one.md": lambda: "one", "two.md": lambda: "two"})
    assert stale(tmp_path) == ["one.md", "two.md"]
    write(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / "one.md").write_text("old")
    assert [path.name for path in write(tmp_path)] == ["one.md"]
    assert stale(tmp_path) == []


def test_every_event_has_a_chinese_title_and_every_title_an_event() -> None:
    assert set(CHINESE) == set(known_events())
    assert len(set(CHINESE.values())) == len(CHINESE)


ASYNCAPI: dict[str, Any] = json.loads(text(Path("docs/asyncapi.json")))


def references(within: Any) -> set[str]:
    """Every `$ref` in a document."""
    if isinstance(within, dict):
        own = {within["$ref"]} if isinstance(within.get("$ref"), str) else set()
        return own.union(*(references(each) for each in within.values()))
    return set().union(*(references(each) for each in within)) if isinstance(within, list) else set()


@pytest.mark.parametrize("name", [name for name in GENERATED if name.endswith(".json")])
def test_every_reference_in_a_description_leads_somewhere(name: str) -> None:
    document = json.loads(text(Path("docs") / name))
    for reference in references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        assert found


SAMPLES = {path.stem: path for path in files() if path.parts[:3] == ("tests", "contract", "samples")}


def test_every_event_has_its_sample_where_the_catalogue_says() -> None:
    assert {Path("tests/contract/samples") / f"{name}.json" for name in known_events()} == set(SAMPLES.values())


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_what_the_description_promises(name: str) -> None:
    payload = ASYNCAPI["components"]["messages"][name]["payload"]
    validator = Draft202012Validator(payload | {"components": ASYNCAPI["components"]})
    sample = json.loads(text(SAMPLES[name]))
    assert [error.message for error in validator.iter_errors(sample)] == []
    sample["data"].pop("community")
    assert list(validator.iter_errors(sample)) != []


READ = re.compile(r"(?:environ|given)(?:\.get\(|\.setdefault\(|\[)\s*\"([A-Z_]+)\"")
OTHERS_DEFINE = {"LANG", "LC_ALL", "EVENTLET_NO_GREENDNS", "EVENTLET_THREADPOOL_SIZE"}


def test_every_number_among_the_settings_has_a_least_and_a_most() -> None:
    """A number without an end is one with which a process starts and fails later, at the first date it makes of it."""
    rows = [line.split(" | ") for line in text(Path("docs/settings.md")).splitlines() if line.startswith("| `")]
    numbers = {row[0]: row[3] for row in rows if len(row) == 5 and row[1] in ("number", "whole number")}
    assert len(numbers) > 50
    assert [
        name for name, bounds in numbers.items() if not ({">", "≥"} & set(bounds) and {"<", "≤"} & set(bounds))
    ] == []


def test_every_variable_that_is_read_stands_among_the_settings() -> None:
    page = text(Path("docs/settings.md"))
    read = {name for path in modules("cli", "chassis", "services", "gateway") for name in READ.findall(text(path))}
    read = {name for name in read - OTHERS_DEFINE if not name.startswith("HTTP_") and name != "REMOTE_ADDR"}
    assert {"DATA", "HEMEI_URL", "PORT"} <= read
    assert {name for name in read if f"`{name}`" not in page} == set()
    assert set(READ_BY_COMMANDS) <= read


# -- written

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
IN_BACKTICKS = re.compile(r"`([^`\n]+)`")


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = [link for link in LINK.findall(text(document)) if not link.startswith("http")]
    assert [link for link in links if not (ROOT / document.parent / link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_every_file_that_is_named_exists(document: Path) -> None:
    named = [word for word in IN_BACKTICKS.findall(text(document)) if re.fullmatch(r"[a-z_.]+/[\w./-]*", word)]
    made_later = {"data/", "data/demo-key", ".venv/bin/hemei"}
    # "domain/" alone is the folder of that name in any service.
    places = (ROOT, ROOT / "services" / "grievance")
    missing = [name for name in named if not any((place / name).exists() for place in places)]
    assert set(missing) <= made_later


@pytest.mark.parametrize("document", WRITTEN, ids=str)
def test_every_command_in_a_document_is_understood(document: Path) -> None:
    for words in commands_in(text(document)):
        if words[0] == "make":
            assert {word for word in words[1:] if not ASSIGNMENT.fullmatch(word)} <= targets(), words
        else:
            assert refusal(words) == "", words


def test_every_page_that_the_guide_names_is_there_and_none_of_the_ways_in_is_left_out() -> None:
    named = re.findall(r"`(/[\w/-]+)`", text(Path("docs/guide.md")))
    doors = gateway_app().url_map.bind("localhost")
    assert [page for page in named if not doors.test(page, "GET")] == []
    ways_in = re.findall(r"^\| [^|]+ \| `([^`]+)` \|", pages_page(), re.MULTILINE)
    assert set(ways_in) - {"/sign-in", "/mine/cases"} <= set(named)


def test_every_event_that_is_heard_has_its_place_in_a_story() -> None:
    named = set(re.findall(r"`([A-Z][a-z]+[A-Z]\w+)`", text(Path("docs/flows.md"))))
    assert named <= set(EVENTS)
    assert {name for name, event in EVENTS.items() if event.heard} <= named


def test_the_picture_can_be_drawn_and_names_real_events() -> None:
    picture = ElementTree.fromstring(text(Path("docs/pictures/flow.svg")))
    words = " ".join(element.text or "" for element in picture.iter() if element.tag.endswith("}text"))
    named = set(re.findall(r"\b[A-Z][a-z]+[A-Z]\w+", words))
    assert named
    assert named <= set(EVENTS)


def test_the_glossary_has_one_row_an_idea() -> None:
    ideas = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", text(Path("docs/glossary.md")), re.MULTILINE)[1:]
    assert len({english for english, _ in ideas}) == len(ideas) > 40
    assert all(re.search("[一-鿿]", chinese) for english, chinese in ideas if english != "English")


def test_the_numbers_of_the_demo_community_are_told_as_they_are() -> None:
    page, community = text(Path("docs/data.md")), draw_up()
    kinds = [place.kind for place in community.places]
    for kind, word in {
        "grid": "grids",
        "courtyard": "courtyards",
        "building": "buildings",
        "household": "house",
    }.items():
        assert f"{kinds.count(kind):,} {word}" in page
    assert f"{len(community.people):,}\nresidents" in page
    assert f"{len(community.volunteers)} volunteers" in page


@pytest.mark.parametrize("columns", [tree.COLUMNS, people.COLUMNS], ids=["places", "people"])
def test_every_column_of_an_import_is_told(columns: dict[str, tuple[str, ...]]) -> None:
    page = text(Path("docs/data.md"))
    assert [name for name in columns if f"`{name}`" not in page] == []
    assert [headings[0] for headings in columns.values() if headings[0] not in page] == []


def blocks(document: Path) -> list[str]:
    """The fenced blocks of a document, comments taken away."""
    found = re.findall(r"^```sh\n(.*?)^```", text(document), re.MULTILINE | re.DOTALL)
    return [re.sub(r" +# .*", "", block) for block in found]


def test_both_readmes_tell_the_same_story() -> None:
    english, chinese = map(blocks, READMES)
    assert english == chinese
    assert len(english) > 4
