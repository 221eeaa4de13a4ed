"""The HTTP API as the command line sees it: one address, paged lists, and every refusal as a sentence for people."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any

import click
import httpx

from cli.tokens import DEFAULT_URL, token_of

LARGEST_PAGE = 200
ANSWER_SECONDS = 30
UPLOAD_SECONDS = 300
"""A file of many rows is checked row by row before it is answered."""


class Trouble(click.ClickException):
    """Something the person at the terminal must know: one sentence in Chinese and one in English, exit code 1."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")

    def show(self, file: Any = None) -> None:
        """Print the sentences to the error output, in red where that is a terminal."""
        click.secho(self.message, fg="red", err=True, file=file)


class Unreachable(Trouble):
    """Nobody answers at the address, or not in time."""

    def __init__(self, url: str, error: httpx.TransportError) -> None:
        self.error = error
        if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
            super().__init__(
                f"连不上 {url}：系统启动了吗？（先运行 make run，或用 HEMEI_URL 指明地址）",
                f"Cannot reach {url}: is the system running? (start it with `make run`, or set HEMEI_URL)",
            )
        else:
            why = type(error).__name__
            super().__init__(f"{url} 没有答复（{why}），请再试一次", f"No answer from {url} ({why}); try again")


class Refused(Trouble):
    """The API answered with an error: its status, code, sentence, and what was wrong with which field."""

    def __init__(self, status: int, code: str, sentence: str, fields: Any = None) -> None:
        self.status, self.code, self.sentence, self.fields = status, code, sentence, fields or {}
        lines = [f"  {name}: {why}" for name, why in spoken_fields(self.fields)]
        super().__init__("\n".join([f"系统没有接受（{status}）：{sentence}", *lines]), f"Refused ({status} {code})")


def spoken_fields(fields: Any, under: str = "") -> list[tuple[str, str]]:
    """The `fields` of an error answer as (field, sentence), nested ones with dots: `contact.phone`."""
    if isinstance(fields, dict):
        return [pair for name, inner in fields.items() for pair in spoken_fields(inner, f"{under}.{name}".strip("."))]
    if isinstance(fields, list):
        return [pair for inner in fields for pair in spoken_fields(inner, under)]
    return [(under, str(fields))]


def refusal_in(response: httpx.Response) -> Refused:
    """What an error answer says, also where something other than our gateway gave it."""
    try:
        told = response.json()
        return Refused(response.status_code, told["error"], told["message"], told.get("fields"))
    except (ValueError, KeyError, TypeError):
        return Refused(response.status_code, "unknown_answer", response.text[:200] or response.reason_phrase)


class Api:
    """The API at one address; usable from several threads at once."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str, **params: Any) -> Any:
        """One GET, its JSON."""
        return self.ask("GET", path, params={name: value for name, value in params.items() if value is not None})

    def post(self, path: str, body: Any, *, key: str | None = None) -> Any:
        """One POST of a JSON body, its JSON; `key` goes along as Idempotency-Key."""
        return self.ask("POST", path, json=body, headers={"Idempotency-Key": key} if key else None)

    def upload(self, path: str, name: str, content: bytes, *, preview: bool = False) -> Any:
        """One POST of a file, its JSON."""
        files, params = {"file": (name, content)}, {"preview": preview}
        return self.ask("POST", path, params=params, files=files, timeout=UPLOAD_SECONDS)

    def ask(self, method: str, path: str, **how: Any) -> Any:
        """One request; raises Unreachable or Refused, both of which a person can read."""
        try:
            response = self.client.request(method, f"/api/v1/{path}", **how)
        except httpx.TransportError as error:
            raise Unreachable(str(self.client.base_url), error) from error
        if response.is_error:
            raise refusal_in(response)
        return response.json() if response.content else {}

    def events(self, path: str) -> Iterator[tuple[str, Any]]:
        """Server-Sent Events as they come, each its name and its JSON, until the other side ends them."""
        try:
            with self.client.stream("GET", f"/api/v1/{path}", headers={"Accept": "text/event-stream"}) as response:
                if response.is_error:
                    response.read()
                    raise refusal_in(response)
                yield from _events_in(response.iter_lines())
        except httpx.TransportError as error:
            raise Unreachable(str(self.client.base_url), error) from error

    def items(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """Every item of a paged list, page after page."""
        page = 1
        while True:
            answer = self.get(path, **params, page=page, page_size=LARGEST_PAGE)
            yield from answer["items"]
            if page * LARGEST_PAGE >= answer["total"] or not answer["items"]:
                return
            page += 1


def _events_in(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def connect(
    url: str | None = None, *, token: str | None = "", connections: int = 10, environ: Mapping[str, str] = os.environ
) -> Api:
    """The API at `url`, else at HEMEI_URL, else on this machine, in the name of whoever holds `token`, else of whom
    `token_of` says; of nobody where it is None."""
    token = token_of(environ) if token == "" else token
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    return Api(
        httpx.Client(
            base_url=url or environ.get("HEMEI_URL") or DEFAULT_URL,
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=5),
            limits=limits,
            headers={"Accept-Language": language(environ)} | ({"Authorization": f"Bearer {token}"} if token else {}),
            trust_env=False,  # a proxy set for the wide world must not stand between this machine and itself
        )
    )


def language(environ: Mapping[str, str]) -> str:
    """The language asked of the API: English where the terminal's locale is English, else Chinese."""
    locale = environ.get("LC_ALL") or environ.get("LANG") or ""
    return "en" if locale.startswith("en") else "zh"
