"""The pages of the person on duty: what they show, in which words, and that nothing shown can run."""

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

import gateway
from contracts.errors import Unavailable
from contracts.operations.errors import DeadLetterNotFound, JourneyNotFound
from tests.unit.gateway.conftest import FakeServices, granted, signed_in
from tests.unit.gateway.pages import operations as told

STATIC = Path(gateway.__file__).parent / "static"
LETTER = f"/ops/dead/{told.LETTER}"
JOURNEY = f"/ops/journey?id={told.GRIEVANCE}"
PAGES = ["/ops", "/ops/dead", "/ops/dead/letters", LETTER, "/ops/journey", JOURNEY]


@pytest.fixture
def services() -> FakeServices:
    """An operations service with a lot to tell."""
    services = FakeServices()
    services.answers |= told.ANSWERS
    return services


class _Page(HTMLParser):
    """Collects what runs, what is fetched, ids, and the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: set[str] = set()
        self._is_script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._is_script = tag == "script"
        self.running += [tag] if tag == "style" else []
        for name, value in attrs:
            if name.startswith("on") or name == "style" or (value or "").startswith("javascript:"):
                self.running.append(f"{tag} {name}={value}")
            if name in ("href", "src"):
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        self._is_script = False

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.running.append(data)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_shown_in_both_languages(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, headers={"Accept-Language": language})

    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    lang = {"zh": "zh-CN", "en": "en"}[language]
    assert f'<html lang="{lang}">' in answer.text
    assert ("运维" in answer.text) == (language == "zh")
    assert 'name="viewport"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_no_chinese_of_ours_is_left_on_an_english_page(client: FlaskClient, services: FakeServices, path: str) -> None:
    services.answers["list_interventions"] = told.paged()
    services.answers["get_dead_letter"] = told.letter(history=[], body="{}")

    text = client.get(path, headers={"Accept-Language": "en"}).text

    assert set(re.findall("[\u4e00-\u9fff]+", text)) == {"中文", signed_in()["name"]}


def test_the_language_switched_to_is_kept_by_the_links(client: FlaskClient) -> None:
    page = client.get("/ops?lang=en", headers={"Accept-Language": "zh"})

    assert "What needs a look now" in page.text
    assert 'href="/ops/dead?lang=en"' in page.text
    assert 'href="/ops?lang=zh"' in page.text
    assert 'href="/ops/dead"' in client.get("/ops").text
    assert "现在该看的" in client.get("/ops?lang=fr").text


def test_a_way_leads_to_ones_own_account_where_one_signs_out(client: FlaskClient) -> None:
    assert 'href="/mine/account"' in client.get("/ops").text


def test_the_switch_keeps_what_was_asked_for(client: FlaskClient) -> None:
    text = client.get(f"/ops/dead/letters?cause={told.CAUSE}&state=open").text

    assert f"/ops/dead/letters?cause={told.CAUSE}&amp;state=open&amp;lang=en" in text


@pytest.mark.parametrize("path", PAGES)
def test_only_script_files_of_ours_run(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    page = _Page(answer.text)
    policy = answer.headers["Content-Security-Policy"]

    assert page.running == []
    assert "default-src 'none'" in policy
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert [link for link in page.links if not link.startswith(("/", "#", "http://127.0.0.1:15672"))] == []
    assert len(page.ids) == len(set(page.ids))


def test_what_is_no_page_runs_no_script(client: FlaskClient) -> None:
    assert "script-src" not in client.get("/openapi.json").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_every_file_that_a_page_names_is_there(client: FlaskClient, path: str) -> None:
    files = {link for link in _Page(client.get(path).text).links if link.startswith("/static/")}

    assert {"/static/ops.css", "/static/ops/main.js"} <= files
    assert [file for file in files if client.get(file).status_code != 200] == []


def test_scripts_import_what_is_there_and_go_nowhere_else() -> None:
    scripts = sorted((STATIC / "ops").glob("*.js"))
    texts = {script: script.read_text() for script in scripts}

    imported = {name for text in texts.values() for name in re.findall(r'from "\./([a-z]+\.js)"', text)}
    assert imported | {"begin.js", "main.js"} == {script.name for script in scripts}
    assert not [text for text in texts.values() if re.search(r"https?://(?!www\.w3\.org)|innerHTML|eval\(", text)]


HOSTILE = """"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}"""
AS_IT_IS = {"kind", "state", "outcome", "level", "found_as", "source", "id", "action"}


def _hostile(answer: Any, name: str = "") -> Any:
    """The same with every text that a message or a person could have brought in replaced."""
    if isinstance(answer, dict):
        return {key: _hostile(value, key) for key, value in answer.items()}
    if isinstance(answer, list):
        return [_hostile(value, name) for value in answer]
    is_time = name == "at" or name.endswith("_at")
    return HOSTILE if isinstance(answer, str) and name not in AS_IT_IS and not is_time else answer


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_that_a_message_brings_in_becomes_part_of_the_page(
    client: FlaskClient, services: FakeServices, path: str, language: str
) -> None:
    services.answers |= {
        "get_overview": _hostile(told.troubled()),
        "group_dead_letters": _hostile(told.groups()),
        "list_dead_letters": _hostile(told.letters()),
        "get_dead_letter": _hostile(told.letter()),
        "list_interventions": _hostile(told.interventions()),
        "get_journey": {**_hostile(told.journey()), "steps": _hostile(told.journey()["steps"])},
    }
    services.answers["get_journey"]["steps"][0]["source"] = HOSTILE

    answer = client.get(path, headers={"Accept-Language": language})
    page = _Page(answer.text)

    assert answer.status_code == 200
    assert page.running == []
    assert "img" not in page.tags
    assert "<script>alert" not in answer.text
    if path != "/ops/journey":
        assert "{{ 7*7 }}" in answer.text


@pytest.mark.parametrize("given", ["queue", "cause", "error", "type", "state", "community", "correlation"])
def test_what_is_typed_into_a_filter_stays_text(client: FlaskClient, given: str) -> None:
    page = client.get("/ops/dead/letters", query_string={given: HOSTILE, "lang": HOSTILE})

    assert page.status_code == 200
    assert _Page(page.text).running == []
    assert "img" not in _Page(page.text).tags


def test_an_address_that_would_run_something_is_no_link(client: FlaskClient, services: FakeServices) -> None:
    calm = told.overview()
    services.answers["get_overview"] = {**calm, "broker": {**calm["broker"], "address": "javascript:alert(1)"}}

    assert "javascript:" not in client.get("/ops").text
    services.answers["get_overview"] = calm
    assert 'href="http://127.0.0.1:15672/"' in client.get("/ops").text


# -- the overview


def test_troubles_come_first_and_in_words(client: FlaskClient) -> None:
    text = client.get("/ops").text

    assert text.index("partner.events 无人取用") < text.index('class="tiles"') < text.index('id="queues"')
    assert "没有。队列" not in text
    assert "Nobody takes from partner.events" in client.get("/ops?lang=en").text


def test_no_trouble_is_said_too(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_overview"] = told.overview()

    text = client.get("/ops").text

    assert "没有。队列、发件箱和进程都正常" in text
    assert re.findall(r'class="[^"]*\bbad\b', text) == ['class="banner bad']


def test_silence_is_not_taken_for_calm(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_overview"] = told.overview(processes=[], queues=[], outboxes=[])

    text = client.get("/ops").text

    assert "都正常" not in text
    assert "无法判断" in text


@pytest.mark.parametrize("name", ["volunteer.events", "grievance.calls", "retry.60", "operations.dead"])
def test_every_queue_is_shown_once(client: FlaskClient, name: str) -> None:
    assert client.get("/ops").text.count(f'data-key="{name}"') == 1


def _row(text: str, key: str) -> str:
    (found,) = re.findall(rf'<tr data-key="{re.escape(key)}".*?</tr>', text, re.DOTALL)
    return str(found)


def test_a_queue_of_events_can_be_paused_and_a_paused_one_resumed(client: FlaskClient) -> None:
    text = client.get("/ops").text

    assert "/queues/grievance.events/pause" in _row(text, "grievance.events")
    assert "/queues/health.events/resume" in _row(text, "health.events")
    assert "/queues/health.events/pause" not in text
    assert "/pause" not in _row(text, "grievance.calls")


def test_only_a_queue_in_which_something_waits_can_be_purged_and_dead_letters_never(client: FlaskClient) -> None:
    text = client.get("/ops").text

    assert 'data-confirm="volunteer.events"' in _row(text, "volunteer.events")
    assert "/purge" not in _row(text, "grievance.events")
    assert "/purge" not in _row(text, "operations.dead")


def test_what_nobody_can_tell_is_a_dash(client: FlaskClient, services: FakeServices) -> None:
    unknown = told.queue("grievance.events", rate_in=None, rate_out=None, oldest_age=None, unacked=None)
    services.answers["get_overview"] = told.overview(queues=[unknown], handled_per_minute=None)

    assert _row(client.get("/ops").text, "grievance.events").count("—") == 4


# -- dead letters


def test_groups_are_shown_with_counts_and_what_failed_again(client: FlaskClient) -> None:
    text = client.get("/ops/dead").text

    assert "42 条待处理，3 种原因" in text
    assert text.count('<article class="group"') == 3
    assert "3 条重放后又失败" in text
    assert f'href="/ops/dead/letters?cause={told.CAUSE}&amp;queue=volunteer.events"' in text
    assert "正在重放：1 条排队，1 条已放回原队列待回音" in text


def test_a_group_is_replayed_as_it_is_shown(client: FlaskClient) -> None:
    bodies = re.findall(r"data-body='([^']*)'", client.get("/ops/dead").text)

    assert [json.loads(body) for body in bodies[1::2]] == [
        {"choice": {name: group[name] for name in ("cause", "queue", "type") if group[name]}}
        for group in told.groups()["groups"]
    ]
    assert json.loads(bodies[0]) == {"everything": True}


def test_groups_can_be_narrowed_down(client: FlaskClient) -> None:
    text = client.get("/ops/dead?error=DecodeError").text

    assert text.count('<article class="group"') == 1
    assert "没有符合的待处理死信" in client.get("/ops/dead?error=DecodeError&queue=partner.events").text


def test_what_was_done_to_one_letter_leads_to_it(client: FlaskClient) -> None:
    text = client.get("/ops/dead").text

    assert text.count(f'<a href="/ops/dead/{told.LETTER}">') == 1
    assert "<code>health.events</code>" in text


def test_without_dead_letters_there_is_nothing_to_replay(client: FlaskClient, services: FakeServices) -> None:
    services.answers["group_dead_letters"] = {"groups": [], "open": 0}

    text = client.get("/ops/dead").text

    assert "没有待处理的死信" in text
    assert 'class="act' not in text


def test_letters_are_asked_for_as_the_address_says(client: FlaskClient, services: FakeServices) -> None:
    client.get(f"/ops/dead/letters?cause={told.CAUSE}&state=open&page=3")

    asked = [command for _, call, command in services.asked if call == "list_dead_letters"]
    assert {"cause": told.CAUSE, "state": "open", "page": 3, "page_size": 50} in asked
    assert {"cause": told.CAUSE, "state": "sent", "page_size": 1} in asked


@pytest.mark.parametrize("page", ["0", "-1", "x", ""])
def test_a_page_that_is_none_is_the_first(client: FlaskClient, services: FakeServices, page: str) -> None:
    assert client.get(f"/ops/dead/letters?page={page}").status_code == 200
    assert services.asked[0][2]["page"] == 1


def test_further_pages_are_linked(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_dead_letters"] = told.paged(told.row(), total=120)

    text = client.get("/ops/dead/letters?page=2").text

    assert "第 2 页，共 3 页" in text
    assert "/ops/dead/letters?page=1" in text
    assert "/ops/dead/letters?page=3" in text


def test_all_letters_are_not_replayed_from_a_list_without_a_choice(client: FlaskClient) -> None:
    assert "dead-letters/replay" not in client.get("/ops/dead/letters?state=open").text
    text = client.get(f"/ops/dead/letters?state=open&cause={told.CAUSE}").text
    assert f"""data-body='{{"choice": {{"cause": "{told.CAUSE}"}}}}'""" in text


def test_a_letter_is_shown_whole_and_leads_to_its_journey(client: FlaskClient) -> None:
    text = client.get(LETTER).text

    assert "138****0000" in text
    assert "&#34;specversion&#34;: &#34;1.0&#34;,\n" in text
    assert f'href="/ops/journey?id={told.EVENT}"' in text
    assert "李值班" in text
    assert f"/dead-letters/{told.LETTER}/replay" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"state": "waiting"}, "排队等候重放"),
        ({"state": "sent"}, "等待回音"),
        ({"state": "handled", "outcome": "done"}, "重放后办成了"),
        ({"state": "handled", "outcome": "again"}, "此前已经办过，什么也没有改变"),
        ({"state": "discarded"}, "已丢弃"),
    ],
)
def test_what_became_of_a_letter_is_said_and_it_is_not_offered_again(
    client: FlaskClient, services: FakeServices, more: dict[str, Any], words: str
) -> None:
    services.answers["get_dead_letter"] = told.letter(**more)

    text = client.get(LETTER).text

    assert words in text
    assert f"/dead-letters/{told.LETTER}/replay" not in text


def test_a_letter_that_died_again_says_so_and_can_be_replayed_again(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_dead_letter"] = told.letter(deaths=2)

    text = client.get(LETTER).text

    assert "重放后又失败（第 2 次）" in text
    assert f"/dead-letters/{told.LETTER}/replay" in text


def test_a_letter_that_inboxes_forgot_asks_for_consent(client: FlaskClient, services: FakeServices) -> None:
    assert 'data-asks="even_if_forgotten"' not in client.get(LETTER).text
    services.answers["get_dead_letter"] = told.letter(is_forgotten=True)

    text = client.get(LETTER).text

    assert 'data-asks="even_if_forgotten"' in text
    assert "有可能办理两次" in text


def test_a_letter_that_does_not_exist_is_not_found_in_words(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_dead_letter"] = DeadLetterNotFound()

    answer = client.get(LETTER)

    assert answer.status_code == 404
    assert "没有找到这条死信" in answer.text


# -- journeys


def test_a_journey_is_drawn_and_written_out(client: FlaskClient) -> None:
    text = client.get(JOURNEY).text

    assert text.count('<a href="#step-') == text.count('<tr id="step-') == 15
    assert "2 次重试" in text
    assert "1 次失败" in text
    assert "grievance → organization" in text


def test_a_receipt_number_leads_to_its_grievance(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_grievances"] = {"items": [{"id": told.GRIEVANCE}]}

    client.get("/ops/journey?id=20261123-0001-12345")

    assert services.asked[-1] == ("operations", "get_journey", {"id": told.GRIEVANCE})


def test_an_id_that_nobody_knows_is_answered_beside_the_search(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_journey"] = JourneyNotFound()

    answer = client.get("/ops/journey?id=nothing")

    assert answer.status_code == 404
    assert "没有这个编号的经过" in answer.text
    assert 'value="nothing"' in answer.text


def test_of_a_very_long_journey_the_newest_steps_are_drawn(client: FlaskClient, services: FakeServices) -> None:
    steps = [told.step(n / 10, "told", f"grievance.step{n}.v1", "grievance") for n in range(350)]
    services.answers["get_journey"] = {**told.journey(), "steps": steps}

    text = client.get(JOURNEY).text

    assert text.count('<tr id="step-') == 300
    assert "grievance.step349.v1" in text
    assert "grievance.step49.v1" not in text
    assert "只画最近的 300 步" in text
    assert "只画最近的" not in client.get("/ops/journey").text


def test_a_journey_without_steps_is_shown(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_journey"] = {**told.journey(), "steps": [], "participants": []}

    assert "还没有可画的步骤" in client.get(JOURNEY).text


# -- when it is down, and who may


@pytest.mark.parametrize("path", [page for page in PAGES if page != "/ops/journey"])
def test_a_service_that_is_down_is_told_in_words(client: FlaskClient, services: FakeServices, path: str) -> None:
    services.answers |= dict.fromkeys(told.ANSWERS, Unavailable(service="operations"))

    answer = client.get(path)

    assert answer.status_code == 503
    assert answer.mimetype == "text/html"
    assert "运维服务或消息服务没有答复" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_who_has_not_signed_in_is_asked_to_and_led_back(anonymous: FlaskClient, path: str) -> None:
    answer = anonymous.get(path)
    assert answer.status_code == 303
    where = urlsplit(answer.headers["Location"])
    assert (where.netloc, where.path) == ("", "/sign-in")
    assert parse_qs(where.query)["next"] == [path]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(("role", "status"), [("operator", 200), ("administrator", 200), ("office", 403)])
def test_only_those_on_duty_see_them(
    client: FlaskClient, services: FakeServices, path: str, role: str, status: int
) -> None:
    services.who = signed_in(granted(role))
    assert client.get(path).status_code == status


# -- what was brought from elsewhere

VENDORED = {
    "LICENSE": "634293835b43a6dd2094fa39182a3d9a6b9ca43b7fdb9ac354e8037af2a3093a",
    "LICENSE-d3": "e1211892da0b0e0585b7aebe8f98c1274fba15bafe47fa1f4ee8a7a502c06304",
    "LICENSE-zrender": "a681e9d183c72b4af4856935893805eb48c08f0f5a3f260203db7444c20fb98a",
    "NOTICE": "d491d358344f842685c1b1585970999db65fe30ecf7ef3867af8814f4016c016",
    "echarts.simple.min.js": "5eef51bee09fb9cc234c4179a58ae0150126f49f88c992efe2d6bca81d8dd03b",
}
"""As in the npm packages echarts 6.1.0 and zrender 6.1.0."""


def test_the_chart_library_is_the_one_that_was_published() -> None:
    folder = STATIC / "vendor" / "echarts-6.1.0"

    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()} == VENDORED
