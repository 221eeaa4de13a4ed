"""Pictures that people send, made anew before anybody keeps or sees them: what is no picture is refused, what a camera
wrote into it is gone, and it is no larger than is shown."""

import io
from base64 import b64encode
from typing import TYPE_CHECKING

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


def portrait(content: bytes) -> str:
    """A portrait as JPEG in base64. Raises `PictureRefused`."""
    return b64encode(_made_anew(content, PORTRAIT_SIDE)).decode()


def _made_anew(content: bytes, side: int) -> bytes:
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
    except Error:
        raise
    # All that Pillow was seen to raise over what is no picture, or a broken one; a bomb among them.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise _refused("不是能读取的照片(JPEG、PNG 或 WebP)", "is no picture that can be read") from error
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
