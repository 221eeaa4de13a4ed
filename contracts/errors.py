"""The seven kinds of error that cross a border, and how one is said in two languages."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from contracts.terms import TERMS, Words, words

__all__ = [
    "KINDS",
    "Conflict",
    "Error",
    "Forbidden",
    "Invalid",
    "NotFound",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "Words",
    "from_wire",
    "to_wire",
    "words",
]


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
        self.in_words: Words = {}
        super().__init__(self.said("en"))

    def said(self, language: str) -> str:
        """The sentence in `language` ("zh" or "en") for who calls the API: facts filled in, states and steps with the
        codes that programs know them by."""
        return self._filled(language, _beside_code)

    def said_in_words(self, language: str) -> str:
        """The same sentence for who reads a page: states and steps in words alone."""
        return self.in_words.get(language) or self._filled(language, _in_words)

    def _filled(self, language: str, called: Callable[[str, str], str]) -> str:
        template = self.zh if language == "zh" else self.en
        return template.format_map(_Gaps({name: _shown(fact, language, called) for name, fact in self.facts.items()}))


def _shown(fact: Any, language: str, called: Callable[[str, str], str]) -> Any:
    """A fact as people read it: what programs name by a code is `called` so."""
    if isinstance(fact, list | tuple):
        none, joiner = ("无", "、") if language == "zh" else ("none", ", ")
        return joiner.join(str(_shown(each, language, called)) for each in fact) or none
    return called(fact, language) if isinstance(fact, str) and fact in TERMS else fact


def _beside_code(code: str, language: str) -> str:
    return f"{TERMS[code]['zh']}（{code}）" if language == "zh" else code


def _in_words(code: str, language: str) -> str:
    return TERMS[code][language]


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
        "in_words": {language: error.said_in_words(language) for language in ("zh", "en")},
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
    # A teller of the release before says nothing in words alone.
    error.in_words = told.get("in_words", {})
    return error


def _literal(sentence: str) -> str:
    return sentence.replace("{", "{{").replace("}", "}}")
