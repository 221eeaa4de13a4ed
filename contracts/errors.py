"""The seven kinds of error that cross a border, and how one is said in two languages."""

from collections.abc import Mapping
from typing import Any, ClassVar

from contracts.terms import TERMS

Words = dict[str, str]
"""One sentence in the languages spoken here: `{"zh": …, "en": …}`."""


def words(zh: str, en: str) -> Words:
    """One sentence in both languages."""
    return {"zh": zh, "en": en}


class Error(Exception):
    """An answer other than the one hoped for.

    `code` is stable and meant for programs; `zh` and `en` are sentences for
    people, with the facts given to the constructor filled in. `fields` names
    what was wrong with which field: `{"place": [{"zh": …, "en": …}]}`.
    """

    kind: ClassVar[str] = "error"
    code: ClassVar[str] = "error"
    zh: ClassVar[str] = "出错了"
    en: ClassVar[str] = "Something went wrong"
    known: ClassVar[dict[str, type["Error"]]] = {}

    def __init_subclass__(cls, is_known: bool = True, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if is_known:
            Error.known.setdefault(cls.code, cls)

    def __init__(self, *, fields: Mapping[str, list[Words]] | None = None, **facts: Any) -> None:
        self.fields = dict(fields or {})
        self.facts = facts
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """The sentence in `language` ("zh" or "en"), facts filled in."""
        template = self.zh if language == "zh" else self.en
        return template.format_map(_Gaps({name: _shown(fact, language) for name, fact in self.facts.items()}))


def _shown(fact: Any, language: str) -> Any:
    """A fact as people read it: states and steps by their Chinese words beside the codes that programs use."""
    if isinstance(fact, list | tuple):
        none, joiner = ("无", "、") if language == "zh" else ("none", ", ")
        return joiner.join(str(_shown(each, language)) for each in fact) or none
    if language == "zh" and isinstance(fact, str) and fact in TERMS:
        return f"{TERMS[fact]}（{fact}）"
    return fact


class _Gaps(dict[str, Any]):
    """Leaves a placeholder in place when its fact was not given: a sentence must never raise."""

    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


class Invalid(Error):
    """What was asked cannot be understood or accepted as it stands."""

    kind = code = "invalid"
    zh, en = "提交的内容有误", "The request is not valid"


class NotFound(Error):
    """The thing asked for does not exist."""

    kind = code = "not_found"
    zh, en = "没有找到", "Not found"


class Conflict(Error):
    """The thing exists but its state forbids what was asked, or someone else changed it meanwhile."""

    kind = code = "conflict"
    zh, en = "当前状态不允许这样做", "The current state forbids this"


class Forbidden(Error):
    """Whoever asks may not do this."""

    kind = code = "forbidden"
    zh, en = "没有权限", "Not allowed"


class Unauthenticated(Error):
    """Nobody has said who asks, or it could not be believed."""

    kind = code = "unauthenticated"
    zh, en = "请先登录", "Sign in first"


class TooMany(Error):
    """Asked too often: to be tried again after `retry_after` seconds."""

    kind = code = "too_many"
    zh, en = "操作太频繁，请 {retry_after} 秒后再试", "Too often: try again in {retry_after} seconds"


class Unavailable(Error):
    """The service that would answer did not do so in time; what was asked will not be done later."""

    kind = code = "unavailable"
    zh, en = "服务暂时不可用，请稍后再试", "The service is unavailable, please try again later"


_KINDS = (Invalid, NotFound, Conflict, Unauthenticated, Forbidden, TooMany, Unavailable)
KINDS: dict[str, type[Error]] = {kind.kind: kind for kind in _KINDS}


def to_wire(error: Error) -> dict[str, Any]:
    """The error as data that JSON can carry."""
    return {
        "kind": error.kind,
        "code": error.code,
        "zh": error.said("zh"),
        "en": error.said("en"),
        "facts": error.facts,
        "fields": error.fields,
    }


def from_wire(told: Mapping[str, Any]) -> Error:
    """The error that `to_wire` described: its own class where known here, else its kind."""
    kind = KINDS.get(told["kind"], Error)
    # Not known by this: its own class may yet be loaded.
    error_class = Error.known.get(told["code"]) or type("ToldError", (kind,), {"code": told["code"]}, is_known=False)
    error: Error = error_class(fields=told.get("fields"), **told.get("facts", {}))
    # Two services may use one code with sentences of their own: what was said there is what is said here.
    error.zh, error.en = _literal(told["zh"]), _literal(told["en"])  # type: ignore[misc]
    return error


def _literal(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")
