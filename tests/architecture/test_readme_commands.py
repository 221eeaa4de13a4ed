"""What the READMEs tell people to type exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from cli.main import main
from tests.architecture.checkout import ROOT, text

READMES = ("README.md", "README.zh-CN.md")
ASSIGNMENT = re.compile(r"[A-Z_]+=\S*")


def commands_in(markdown: str) -> list[list[str]]:
    """The words of each command line in the fenced blocks: prompts, comments and settings in front taken away."""
    lines = []
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL):
        lines += block.replace("\\\n", " ").splitlines()
    found = []
    for line in lines:
        words = re.split(r"\s#\s|\s#$| \| | && |;", line.strip().removeprefix("$ "))[0].split()
        while words and ASSIGNMENT.fullmatch(words[0]):
            words.pop(0)
        if words[:1] in (["make"], ["hemei"], [".venv/bin/hemei"]) or words[:2] == ["docker", "compose"]:
            found.append(shlex.split(" ".join(words)))
    return found


def targets() -> set[str]:
    """What `make` can be told to do."""
    return set(re.findall(r"^([a-z-]+):", text(Path("Makefile")), re.MULTILINE))


def refusal(words: list[str]) -> str:
    """Why `hemei` would not understand these words; "" when it would."""
    command: click.Command = main
    context, rest = click.Context(main, info_name="hemei"), words[1:]
    try:
        while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            found = command.get_command(context, rest[0])
            if found is None:
                return f"no command {rest[0]}"
            command, rest = found, rest[1:]
        command.make_context(command.name, rest, parent=context)
    except click.exceptions.Exit:  # --help has answered
        return ""
    except click.UsageError as error:
        is_about_a_file = isinstance(error, click.BadParameter) and "does not exist" in error.format_message()
        return "" if is_about_a_file else error.format_message()
    return ""


@pytest.mark.parametrize("readme", READMES)
def test_both_readmes_exist_and_tell_the_two_commands(readme: str) -> None:
    told = commands_in(text(Path(readme)))
    assert ["make", "run"] in told
    assert ["make", "test"] in told


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_in_a_readme_exists(readme: str) -> None:
    told = [words for words in commands_in(text(Path(readme))) if words[0] == "make"]
    for words in told:
        assert {word for word in words[1:] if not ASSIGNMENT.fullmatch(word)} <= targets(), words


@pytest.mark.parametrize("readme", READMES)
def test_every_hemei_command_in_a_readme_is_understood(readme: str) -> None:
    for words in commands_in(text(Path(readme))):
        if words[0].endswith("hemei"):
            assert refusal(words) == "", words


@pytest.mark.parametrize("readme", READMES)
def test_docker_compose_is_told_to_do_what_it_can(readme: str) -> None:
    for words in commands_in(text(Path(readme))):
        if words[0] == "docker":
            assert words[2] in {"up", "down", "ps", "logs", "exec", "run", "build", "config", "restart", "stop"}, words


def test_both_readmes_tell_the_same_commands() -> None:
    english, chinese = (sorted(map(tuple, commands_in(text(Path(readme))))) for readme in READMES)
    assert english == chinese


def test_every_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    undescribed = [name for name in targets() if not re.search(rf"^{name}:.*## \S", makefile, re.MULTILINE)]
    assert undescribed == []


MARKDOWN = """
Text with make nothing.
```sh
$ PORT=8001 make run   # starts it
hemei no-such-command --x
curl http://127.0.0.1:8000/ready && make again
hemei import grievances \\
    FILE --community 410181002011
```
"""


def test_commands_are_found_in_fenced_blocks_only() -> None:
    assert commands_in(MARKDOWN) == [
        ["make", "run"],
        ["hemei", "no-such-command", "--x"],
        ["hemei", "import", "grievances", "FILE", "--community", "410181002011"],
    ]


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert refusal(["hemei", "no-such-command"])
    assert refusal(["hemei", "keys", "new", "--no-such-option"])
    assert refusal(["hemei", "keys", "new"]) == ""
