"""Chinese on English pages is marked as Chinese, so that a screen reader says it in Chinese and a browser draws it so.

Names of places and people, what residents wrote and what is found in lists stand on English pages as they were written.
They come from everywhere; they are marked where the page is complete, and no template has to think of it.
"""

import re
from html.parser import HTMLParser

CHINESE = "zh-CN"

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WITHIN = rf"{_HAN}0-9\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2026"
_RUN = re.compile(rf"[0-9\u300a\u201c\uff08]*[{_HAN}][{_WITHIN}]*(?:[ \n]+[0-9]*[{_HAN}][{_WITHIN}]*)*")
"""Chinese words with the numbers and marks between them: 陇海花苑 1号楼."""

_IS_CHINESE = re.compile(r'\s*<!doctype html>\s*<html lang="zh')

_HOLDS_ONLY_TEXT = {"option", "text", "textarea", "tspan"}
"""No other tag may stand in these; they are marked themselves."""

_IS_NOT_READ_OUT = {"script", "style", "title"}
_HAS_NO_END = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def marked(page: str) -> str:
    """An English page, or a part of one, with `lang="zh-CN"` around what is written in Chinese; what the page itself
    marks by a language is left as it is, and so is every other byte of it. A page that is Chinese as a whole stays."""
    if _IS_CHINESE.match(page):
        return page
    reader = _Marking()
    reader.feed(page)
    reader.close()
    return "".join(reader.parts)


class _Marking(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self._open: list[tuple[str, bool, int]] = []
        """The tags around what is read: name, whether in them Chinese is to be marked, where they stand in `parts`."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that says a language decides for what is in it."""
        said = dict(attrs).get("lang")
        marks = self._marks() if said is None else said.startswith("en")
        if tag not in _HAS_NO_END:
            self._open.append((tag, marks and tag not in _IS_NOT_READ_OUT, len(self.parts)))
        self._as_it_is(self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag with nothing in it."""
        self._as_it_is(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        """Ends the tag, and with it those in it whose end may be left out."""
        if any(name == tag for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        self._as_it_is(f"</{tag}>")

    def _text(self, data: str) -> None:
        """Text: here Chinese is found."""
        if not self._marks() or not _RUN.search(data):
            self._as_it_is(data)
            return
        tag, _, at = self._open[-1] if self._open else ("", True, 0)
        if tag in _HOLDS_ONLY_TEXT:
            self._as_it_is(data)
            if " lang=" not in self.parts[at]:
                self.parts[at] = f'<{tag} lang="{CHINESE}"{self.parts[at][len(tag) + 1 :]}'
            return
        shown = _RUN.sub(lambda found: f'<span lang="{CHINESE}">{found[0]}</span>', data)
        # In a row of boxes (flex) each text is one box: parts of it must not become boxes of their own.
        is_mixed = bool(_RUN.sub("", data).strip())
        self._as_it_is(f"<span>{shown}</span>" if is_mixed else shown)

    handle_data = _text

    def handle_entityref(self, name: str) -> None:
        """A character by its name."""
        self._as_it_is(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """A character by its number."""
        self._as_it_is(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        """A comment."""
        self._as_it_is(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        """What kind of document it is."""
        self._as_it_is(f"<!{decl}>")

    def _marks(self) -> bool:
        return self._open[-1][1] if self._open else True

    def _as_it_is(self, text: str) -> None:
        self.parts.append(text)
