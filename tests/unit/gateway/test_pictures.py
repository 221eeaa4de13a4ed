"""Pictures that people send: made anew, upright and plain; what is none, or meant to harm, is refused."""

import io
from base64 import b64decode

import pytest
from PIL import Image

from gateway import pictures
from gateway.errors import PictureRefused
from tests.pictures import picture


def made(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(b64decode(pictures.portrait(content))))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_out_as_a_jpeg_no_larger_than_is_shown(kind: str) -> None:
    out = made(picture(2000, 1500, kind))
    assert (out.format, out.size) == ("JPEG", (640, 480))


def test_a_small_picture_is_not_blown_up() -> None:
    assert made(picture(40, 30)).size == (40, 30)


def test_what_a_camera_wrote_into_it_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret Camera"  # turned by a quarter; who made it
    exif.get_ifd(0x8825)[1] = "N"
    content = picture(40, 20, "JPEG", exif=exif)
    out = made(content)
    assert out.size == (20, 40)
    assert dict(out.getexif()) == {}
    assert b"Secret" in content
    assert b"Secret" not in b64decode(pictures.portrait(content))


def test_what_is_seen_through_becomes_white() -> None:
    told = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(told, "PNG")
    assert made(told.getvalue()).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_types_are_refused_whatever_they_are_called(kind: str) -> None:
    with pytest.raises(PictureRefused):
        pictures.portrait(picture(kind=kind))


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90", b"<svg xmlns='http://www.w3.org/2000/svg'/>", picture()[:60], picture(90, 90, "JPEG")[:400]],
)
def test_what_is_no_picture_or_a_broken_one_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefused):
        pictures.portrait(content)


def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_opened() -> None:
    bomb = picture(1, 1).replace(b"\0\0\0\1\0\0\0\1", (60_000).to_bytes(4) * 2, 1)
    with pytest.raises(PictureRefused):
        pictures.portrait(bomb)
