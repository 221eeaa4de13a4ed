"""The `hemei` command as a whole: fast to start, and plain about what went wrong."""

import subprocess
import sys
from collections.abc import Callable

import click
import httpx
import pytest
from click.testing import CliRunner

from cli.api import Api, Refused, Unreachable, connect
from cli.main import COMMANDS, main
from tests.unit.cli.fake_api import refused

NOBODY_LISTENS = "http://127.0.0.1:1"


def test_the_help_names_every_command_in_both_languages() -> None:
    told = CliRunner().invoke(main, ["--help"]).output
    assert all(name in told for name in COMMANDS)
    assert "居民诉求" in told
    assert "Residents' grievances" in told


def test_the_help_imports_no_command() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from cli.main import main;"
        "CliRunner().invoke(main, ['--help']); print([m for m in ('httpx', 'rich', 'nameko') if m in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_named_is_there_with_a_help_of_its_own(name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"])
    assert told.exit_code == 0, told.output
    assert "Usage" in told.output


def test_a_command_nobody_knows_is_refused() -> None:
    told = CliRunner().invoke(main, ["fill-dmo"])
    assert told.exit_code == 2
    assert "fill-dmo" in told.output


@pytest.mark.parametrize(
    "command",
    [
        ["show", "x"], ["demo"], ["fill-demo"], ["gaps", "--community", "410181002011"], ["ops"], ["ops", "--json"],
        ["dead", "list"], ["dead", "replay", "x"], ["queue", "resume", "x"], ["journey", "x"],
    ],
)  # fmt: skip
def test_where_nobody_listens_a_sentence_says_so_and_the_exit_code_is_1(command: list[str]) -> None:
    told = CliRunner().invoke(main, command, env={"HEMEI_URL": NOBODY_LISTENS})
    assert told.exit_code == 1
    assert "连不上 http://127.0.0.1:1" in told.output
    assert "make run" in told.output
    assert "Traceback" not in told.output


def api_that(answer: Callable[[httpx.Request], httpx.Response]) -> Api:
    return Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(answer)))


def test_a_refusal_names_the_fields() -> None:
    api = api_that(lambda request: refused(422, "invalid", {"place": ["没有这个地点"], "contact.phone": ["格式不对"]}))
    with pytest.raises(Refused) as told:
        api.post("grievances", {})
    assert told.value.status == 422
    assert "place: 没有这个地点" in told.value.message
    assert "contact.phone: 格式不对" in told.value.message
    assert isinstance(told.value, click.ClickException)


def test_an_answer_that_is_not_ours_is_shown_as_it_is() -> None:
    with pytest.raises(Refused, match="Bad Gateway from nginx"):
        api_that(lambda request: httpx.Response(502, text="Bad Gateway from nginx")).get("grievances")


def test_a_connection_that_breaks_is_told_as_such() -> None:
    def break_off(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadError("broken")

    with pytest.raises(Unreachable, match="No answer from http://fake") as told:
        api_that(break_off).get("grievances")
    assert "make run" not in told.value.message


def test_a_list_is_read_page_after_page() -> None:
    def page(request: httpx.Request) -> httpx.Response:
        number, size = (int(request.url.params[name]) for name in ("page", "page_size"))
        items = [{"nth": nth} for nth in range(450)][(number - 1) * size : number * size]
        return httpx.Response(200, json={"items": items, "total": 450, "page": number, "page_size": size})

    assert [item["nth"] for item in api_that(page).items("things")] == list(range(450))


def test_the_address_is_taken_from_the_environment() -> None:
    def address(url: str | None = None, **environ: str) -> str:
        return str(connect(url, environ=environ).client.base_url)

    assert address(HEMEI_URL="http://127.0.0.1:8123") == "http://127.0.0.1:8123"
    assert address() == "http://127.0.0.1:8000"
    assert address("http://127.0.0.1:9", HEMEI_URL="http://127.0.0.1:8123") == "http://127.0.0.1:9"


def test_english_is_asked_for_where_the_terminal_is_english_and_chinese_everywhere_else() -> None:
    def asked(**environ: str) -> str:
        return connect(environ=environ).client.headers["Accept-Language"]

    assert asked(LANG="en_GB.UTF-8") == "en"
    assert asked(LANG="zh_CN.UTF-8") == "zh"
    assert asked(LANG="en_GB.UTF-8", LC_ALL="zh_CN.UTF-8") == "zh"
    assert asked() == "zh"
