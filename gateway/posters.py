"""Posters as PDF files, and the codes on them: set by WeasyPrint, which fetches nothing from anywhere."""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from io import BytesIO

import segno
from eventlet import tpool

from gateway.errors import PrintingMissing

PDF = "application/pdf"
MOST = 50
"""Posters kept for those who ask again; one takes some 200 kB."""

Setter = Callable[[str], bytes]


def code_as_svg(address: str) -> str:
    """A QR code that leads to the address, as SVG whose colour is that of the text around it. Correction level M: a
    quarter of it may be dirty."""
    written = BytesIO()
    segno.make(address, error="m", micro=False).save(
        written, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return written.getvalue().decode()


def set_by_weasyprint(page: str) -> bytes:
    """The page as PDF. Raises `PrintingMissing` on a machine without the libraries that it needs."""
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as error:  # it looks for Pango when it is imported
        raise PrintingMissing from error
    written: bytes = HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",))).write_pdf()
    return written


class Posters:
    """Sets posters in a thread beside the green ones, which go on meanwhile, and keeps those that were set last."""

    def __init__(self, setter: Setter = set_by_weasyprint) -> None:
        self._setter = setter
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()

    def poster(self, page: str) -> bytes:
        """The page as PDF; the same page is set once. Raises `PrintingMissing`."""
        key = blake2b(page.encode(), digest_size=16).digest()
        if key not in self._kept:
            self._kept[key] = tpool.execute(self._setter, page)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]
