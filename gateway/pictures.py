"""Pictures that people send, made anew before anybody keeps or sees them: what is no picture is refused, what a camera
wrote into it is gone, and it is no larger than is shown."""

import io
from base64 import b64encode
from typing import TYPE_CHECKING, NamedTuple

from chassis.green import beside
from contracts.errors import Error, words
from gateway.errors import PictureRefused

if TYPE_CHECKING:
    from PIL import Image

PORTRAIT_SIDE = 640
"""Pixels of a portrait's longer side: 9 cm on a printed board at 180 dpi."""

MOST_PIXELS = 50_000_000
"""Of a picture that is opened at all; telephones take up to 48 million as they come."""

READ = ("JPEG", "PNG", "WEBP")
"""Types that are read, told by the content and not by a name."""

QUALITY = 82


PHOTO_SIDE, SMALL_SIDE = 1600, 320
"""Pixels of the longer side of a photograph of a case: a sheet of A4 is still read on it; and of the small one."""


class Photo(NamedTuple):
    """A photograph in two sizes, as JPEG in base64, with the pixels of the larger."""

    image: str
    small: str
    width: int
    height: int


def photo(content: bytes) -> Photo:
    """A photograph of a case; in a green process others are served meanwhile. Raises `PictureRefused`."""
    return beside(_photo, content)


def _photo(content: bytes) -> Photo:
    large = _plain(content, PHOTO_SIDE)
    small = large.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return Photo(_as_text(large), _as_text(small), large.width, large.height)


def _as_text(plain: "Image.Image") -> str:
    return b64encode(_written(plain)).decode()


def portrait(content: bytes) -> str:
    """A portrait as JPEG in base64. Raises `PictureRefused`."""
    return _as_text(_plain(content, PORTRAIT_SIDE))


def _plain(content: bytes, side: int) -> "Image.Image":
    """The picture upright, in plain colours, without anything written into it, at most `side` pixels long."""
    # Some ten megabytes, which a process that is never sent a picture does not need.
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=READ) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise _refused("图片尺寸太大", "has too many pixels")
            opened.draft("RGB", (side, side))  # a JPEG is read no finer than is needed
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((side, side))
            plain = _on_white(upright)
            plain.info.clear()  # a comment would be written again
            return plain
    except Error:
        raise
    # All that Pillow was seen to raise over what is no picture, or a broken one; a bomb among them.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise _refused("不是能读取的照片（JPEG、PNG 或 WebP）", "is no picture that can be read") from error


def _written(plain: "Image.Image") -> bytes:
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def _on_white(picture: "Image.Image") -> "Image.Image":
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGB", seen.size, "white")
        ground.paste(seen, mask=seen.getchannel("A"))
        return ground
    return picture.convert("RGB")


def _refused(zh: str, en: str) -> PictureRefused:
    return PictureRefused(fields={"file": [words(zh, en)]})
