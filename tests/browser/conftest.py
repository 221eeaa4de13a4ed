"""Fixtures of the browser tests: one browser a worker, the running system in both forms, and a tab for whoever comes.

All tests of a form share its system, so they are one group: a worker each where there are two.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PATIENCE, running_browser
from tests.browser.looks import HEIGHTS, PHONE
from tests.browser.people import People
from tests.browser.tab import Tab
from tests.e2e.door import Door
from tests.e2e.first_key import COOKIE
from tests.e2e.running import running_distributed, running_embedded
from tests.e2e.systems import Distributed, Embedded, System
from tests.servers import choice
from tests.servers.receivers import Hook, hook
from tests.waiting import eventually

LOCALES = {"zh": "zh-CN", "en": "en-GB"}
SIZE = "hemei_size"
"""Where a browser keeps how big its owner wants everything."""

OPEN = pytest.StashKey[list[Tab]]()

OpenTab = Callable[..., Tab]
CodeFor = Callable[[str], str]


def form(name: str) -> Any:
    """A form of the system as a parameter whose tests run one after another."""
    return pytest.param(name, marks=pytest.mark.xdist_group(f"browser-{name}"))


FORMS = (form("embedded"), form("distributed"))

in_one_form = pytest.mark.parametrize("system", [form("embedded")], indirect=True)
"""For how pages look: their templates are the same in both forms."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starting a system is part of the first test's time."""
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser; gone before other tests run, which its loop would disturb."""
    expect.set_options(timeout=PATIENCE)
    with running_browser() as started:
        yield started


@pytest.fixture(scope="package")
def embedded_system(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """The one-process form."""
    with running_embedded(tmp_path_factory.mktemp("embedded")) as started:
        yield started


@pytest.fixture(scope="package")
def texts() -> Iterator[Hook]:
    """What the form with a process each sends to telephones."""
    with hook() as taking:
        yield taking


@pytest.fixture(scope="package")
def distributed_system(
    browser: Browser,
    rabbitmq_server: choice.Server,
    postgres_url: str,
    texts: Hook,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Distributed]:
    """The form with a process each."""
    settings = {
        "CODES_BY": "http",
        "CODES_URL": texts.url,
        "CODES_SECRET": "a secret that is shared with the hook and nobody else",
        "NOTICES_SMS": "0",
    }
    folder = tmp_path_factory.mktemp("distributed")
    with running_distributed(folder, rabbitmq_server, postgres_url, **settings) as started:
        yield started


@pytest.fixture(scope="package", params=FORMS)
def system(request: pytest.FixtureRequest) -> System:
    """The system, once in each form."""
    found: System = request.getfixturevalue(f"{request.param}_system")
    return found


@pytest.fixture(scope="package")
def people(system: System) -> People:
    """Who can sign in to it."""
    return People(system)


@pytest.fixture(scope="package")
def door(system: System) -> Door:
    """Its API, for what happens elsewhere while somebody looks at a page."""
    return system.door


@pytest.fixture
def code_for(system: System, texts: Hook) -> CodeFor:
    """The code that was sent to a telephone last: the one-process form shows it in its log."""

    def sent(phone: str) -> str:
        if isinstance(system, Embedded):
            return system.code_for(phone)
        codes = [str(each["code"]) for each in texts.taken if each["phone"] == phone]
        assert codes, f"no code for {phone}"
        return codes[-1]

    return lambda phone: eventually(lambda: sent(phone), within=15)


@pytest.fixture
def open_tab(browser: Browser, system: System, people: People, request: pytest.FixtureRequest) -> Iterator[OpenTab]:
    """Opens a tab for somebody with a role (a visitor, where none is named), of a width, in a language, at a size."""
    tabs = request.node.stash.setdefault(OPEN, [])

    def opened(role: str = "", *, width: int = PHONE, language: str = "zh", size: str = "normal", **more: Any) -> Tab:
        context = browser.new_context(
            locale=LOCALES[language],
            viewport={"width": width, "height": HEIGHTS[width]},
            has_touch=width == PHONE,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        context.add_cookies([{"name": SIZE, "value": size, "url": system.url}])
        if role:
            context.add_cookies([{"name": COOKIE, "value": people.token(role), "url": system.url}])
        tabs.append(Tab(context, system.url))
        return tabs[-1]

    yield opened
    troubles = [trouble for tab in tabs for trouble in tab.troubles]
    for tab in tabs:
        tab.close()
    assert troubles == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    """Where a test fails: what its tabs showed, and what the system's processes said."""
    report = yield
    if report.when == "call" and report.failed:
        for number, tab in enumerate(item.stash.get(OPEN, [])):
            path = tab.picture(f"failed-{item.name.partition('[')[0]}-{number}")
            report.sections.append((f"tab {number}", f"{tab.page.url}\n{path}\n" + "\n".join(tab.troubles)))
        for each in getattr(item, "funcargs", {}).values():
            if isinstance(each, System):
                report.sections.append((f"what the {each.form} system said", each.said()))
    return report
