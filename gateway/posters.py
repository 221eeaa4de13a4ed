"""Posters as PDF files, and the codes on them."""

import sys
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from io import BytesIO

import segno
from eventlet.green import subprocess
from eventlet.semaphore import Semaphore

from contracts.errors import Unavailable
from gateway.errors import PrintingMissing
from gateway.typesetting import LIBRARIES_MISSING

PDF = "application/pdf"
MOST = 50
"""Posters kept for those who ask again; one takes some 200 kB."""

PATIENCE = 60
"""Seconds that one may take; alone it takes less than two."""

Setter = Callable[[str], bytes]


def code_as_svg(address: str) -> str:
    """A QR code that leads to the address, as SVG. Correction level M: a seventh of it may be dirty."""
    written = BytesIO()
    segno.make(address, error="m", micro=False).save(
        written, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True, omitsize=True
    )
    return written.getvalue().decode()


def set_beside(page: str) -> bytes:
    """The page as PDF, set by a process beside this one (`gateway.typesetting`). Raises `PrintingMissing` on a machine
    without the libraries that it needs, `Unavailable` where it fails otherwise or takes too long."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "gateway.typesetting"],
            input=page.encode(),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unavailable from error
    if done.returncode == LIBRARIES_MISSING:
        raise PrintingMissing
    if done.returncode or not done.stdout:
        raise Unavailable
    return bytes(done.stdout)


class Posters:
    """Sets posters, and keeps those that were asked for last."""

    def __init__(self, setter: Setter = set_beside) -> None:
        self._setter = setter
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._turn = Semaphore(1)

    def poster(self, page: str) -> bytes:
        """The page as PDF; the same page is set once, and one at a time: whoever comes may ask for them, and each takes
        a processor and its memory. Raises what its setter raises, and `Unavailable` where the turn does not come."""
        key = blake2b(page.encode(), digest_size=16).digest()
        if key not in self._kept:
            self._set(key, page)
        self._kept.move_to_end(key)
        return self._kept[key]

    def _set(self, key: bytes, page: str) -> None:
        if not self._turn.acquire(timeout=PATIENCE):
            raise Unavailable
        try:
            if key not in self._kept:  # it may have been set while this one waited
                self._kept[key] = self._setter(page)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        finally:
            self._turn.release()
