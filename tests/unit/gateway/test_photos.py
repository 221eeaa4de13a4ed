"""Photographs of cases at the door: made anew, nothing left of what a camera wrote, shown by an address of no name."""

from base64 import b64decode, b64encode
from io import BytesIO
from time import time

import pytest
from flask.testing import FlaskClient
from PIL import Image

from gateway.api.pictures import OPEN_FOR, mark_of
from gateway.errors import PictureRefused
from gateway.pictures import PHOTO_SIDE as LONGEST
from gateway.pictures import SMALL_SIDE as SMALL
from gateway.pictures import photo
from tests.unit.gateway.conftest import COMMUNITY, FakeServices
from tests.unit.gateway.sample_pictures import a_picture

ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"


def opened(made: str) -> Image.Image:
    return Image.open(BytesIO(b64decode(made)))


def taken_by_a_telephone() -> bytes:
    """Lying on its side, as its EXIF says, with where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A Telephone"
    exif.get_ifd(0x8825)[2] = (34.0, 45.0, 12.0)
    return a_picture(exif=exif, comment=b"at home")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_any_common_kind_becomes_a_jpeg(kind: str) -> None:
    made = photo(a_picture(kind))
    assert (opened(made.image).format, opened(made.small).format) == ("JPEG", "JPEG")
    assert (made.width, made.height) == (40, 30)


def test_it_is_no_bigger_than_anybody_looks_at_it() -> None:
    made = photo(a_picture(size=(4000, 3000)))
    assert (made.width, made.height) == opened(made.image).size == (LONGEST, LONGEST * 3 // 4)
    assert opened(made.small).size == (SMALL, SMALL * 3 // 4)


def test_what_the_camera_wrote_is_left_behind_and_the_picture_stands_upright() -> None:
    sent = taken_by_a_telephone()
    assert b"A Telephone" in sent
    made = photo(sent)
    for each in (made.image, made.small):
        assert dict(opened(each).getexif()) == {}
        assert b"A Telephone" not in b64decode(each)
        assert b"at home" not in b64decode(each)
    assert (made.width, made.height) == (30, 40)
    red, _, blue = opened(made.image).getpixel((15, 2))  # type: ignore[misc]
    assert red > 200 > 50 > blue


def test_what_shines_through_is_white() -> None:
    sent = BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(sent, "PNG")
    assert opened(photo(sent.getvalue()).image).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        a_picture()[:200],
        a_picture("BMP"),
    ],
)
def test_what_is_no_picture_is_refused(sent: bytes) -> None:
    with pytest.raises(PictureRefused):
        photo(sent)


def test_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    bomb = BytesIO()
    Image.new("1", (10_000, 10_000)).save(bomb, "PNG")
    assert len(bomb.getvalue()) < 100_000
    with pytest.raises(PictureRefused):
        photo(bomb.getvalue())


def test_a_picture_is_sent_in_a_form_or_as_it_is(client: FlaskClient, services: FakeServices) -> None:
    path = f"/api/v1/pictures?community={COMMUNITY}"
    form = {"file": (BytesIO(a_picture()), "IMG_1234.jpg")}
    for sent in ({"data": a_picture(), "content_type": "image/jpeg"}, {"data": form}):
        assert client.post(path, **sent).status_code == 201  # type: ignore[arg-type]
        assert services.asked[-1][2].keys() == {"id", "community", "image", "small", "width", "height", "added_by"}


def test_what_is_sent_as_a_picture_and_is_none_is_refused_in_words(client: FlaskClient, services: FakeServices) -> None:
    path = f"/api/v1/pictures?community={COMMUNITY}"
    answer = client.post(path, data=b"<script>", content_type="image/jpeg")
    assert (answer.status_code, answer.json["error"], "file" in answer.json["fields"]) == (422, "picture_refused", True)
    assert client.post(path, data=b"x", content_type="text/html").status_code == 415
    assert client.post(path, data=b"", content_type="image/jpeg").status_code == 400
    assert services.asked == []


def test_a_picture_is_shown_as_nothing_but_a_picture_and_kept_by_nobody(
    client: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_picture"] = {"image": b64encode(b"jpeg").decode()}
    answer = client.get(f"/api/v1/pictures/{ID}", headers={"Accept": "image/avif,image/webp,*/*"})
    assert (answer.data, answer.mimetype) == (b"jpeg", "image/jpeg")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_address_that_following_a_receipt_gives_opens_the_picture(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["follow_receipt"] = {"id": ID, "community": COMMUNITY, "pictures": [{"id": ID}], "leader": None}
    services.answers["get_picture"] = {"image": b64encode(b"jpeg").decode()}
    proof = {"receipt": "20260520-1234-56789", "claim": "1234-5678-90123"}
    (picture,) = anonymous.post("/api/v1/receipts/follow", json=proof).json["pictures"]
    for address in (picture["address"], picture["small"]):
        assert anonymous.get(address).data == b"jpeg"
    assert services.asked[-1][2] == {"id": ID, "size": "small"}


def test_no_other_address_does(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["get_picture"] = {"image": b64encode(b"jpeg").decode()}
    later, over = str(int(time()) + OPEN_FOR), str(int(time()) - 1)
    another = "2b4e28ba-2fa1-41d2-883f-0016d3cca427"
    for mark in (mark_of(another, later), mark_of(ID, over), f"{later}-0", later, "x", f"9{mark_of(ID, later)}"):
        assert anonymous.get(f"/api/v1/pictures/{ID}/{mark}").status_code == 404, mark
    assert services.asked == []
