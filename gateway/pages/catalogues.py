"""English words of the pages, a catalogue in gateway/pages/translations for each kind of page; Chinese is the source.

They are read from their `.po` files at start; no compiled copy is kept that could differ from what was written.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain

from gateway.pages.display import display

FOLDER = Path(__file__).parent / "translations"


class Catalogues(Domain):  # type: ignore[misc]
    """All catalogues as one."""

    def get_translations(self) -> NullTranslations:
        """Those of the language that the page is written in; Chinese needs none."""
        return english() if display().language == "en" else NullTranslations()


@cache
def english() -> Translations:
    """Every English sentence there is, from all catalogues."""
    told = Translations()
    for path in sorted(FOLDER.glob("en/*.po")):
        with path.open("rb") as file:
            compiled = BytesIO()
            write_mo(compiled, read_po(file, locale="en"))
        compiled.seek(0)
        told.merge(Translations(compiled))
    return told
