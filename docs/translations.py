"""The English words of the pages: every Chinese sentence in templates and code has its place in a catalogue.

`make translations` adds what is new with an empty English side and takes out what is gone; the catalogue of a sentence
is named for the folder of pages it stands in (`frame` for what stands in none).
"""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

PAGES = Path(__file__).parents[1] / "gateway" / "pages"
CATALOGUES = PAGES / "translations" / "en"
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}


def sentences() -> dict[str, Catalog]:
    """What the pages say, as a catalogue (without English) for each kind of page."""
    found: dict[str, Catalog] = {}
    for path, kind in sorted(_sources()):
        catalogue = found.setdefault(kind, Catalog(locale="en", charset="utf-8"))
        for _, message, _, _ in extract_from_file(METHODS[path.suffix], path, keywords=KEYWORDS):
            catalogue.add(message)
    return {kind: catalogue for kind, catalogue in found.items() if len(catalogue)}


def _sources() -> Iterator[tuple[Path, str]]:
    for path in PAGES.rglob("*"):
        if path.suffix in METHODS and "translations" not in path.parts:
            within = [part for part in path.relative_to(PAGES).parts[:-1] if part != "templates"]
            yield path, within[0] if within and within[0] not in ("parts", "ops") else "frame"


def kept(kind: str) -> Catalog:
    """The catalogue on file; an empty one where there is none."""
    path = CATALOGUES / f"{kind}.po"
    if not path.exists():
        return Catalog(locale="en", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def renew() -> None:
    """Bring every catalogue on file up to what the pages say."""
    said = sentences()
    for kind, fresh in said.items():
        known = kept(kind)
        for message in fresh:
            if message.id and (english := known.get(message.id)) is not None:
                message.string = english.string
        with (CATALOGUES / f"{kind}.po").open("wb") as file:
            write_po(file, fresh, sort_output=True, omit_header=True, width=0)
    for path in CATALOGUES.glob("*.po"):
        if path.stem not in said:
            path.unlink()


if __name__ == "__main__":
    renew()
