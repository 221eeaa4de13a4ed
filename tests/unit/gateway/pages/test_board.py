"""The responsibility board: what is published of whom, codes that lead to reporting, posters where they can be set."""

import sys
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import eventlet
import pypdfium2
import pytest
import zxingcpp
from eventlet import GreenPool
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.http import parse_options_header

from contracts.errors import Unavailable, words
from contracts.organization.errors import PlaceNotFound
from gateway.errors import PrintingMissing
from gateway.posters import Posters, code_as_svg, set_beside
from tests.pictures import A_PICTURE
from tests.unit.gateway.conftest import COMMUNITY, Anonymous, FakeServices

YARD = "410181002011004"
PORTRAIT = "0b7d4f5e-2f1a-4c38-9f6d-0a2b9c6d7e8f"
PAGE = f"/board/{COMMUNITY}/{YARD}"
LEADER = {"id": "p1", "name": "张网格", "phone": "10000000001", "portrait": None}


def entry(person: dict[str, Any] | None, post: str = "grid_leader") -> dict[str, Any]:
    return {
        "post": post, "post_name": words("网格长", "grid leader"), "line": None, "line_name": None, "place": YARD,
        "place_name": "第一网格", "duty": words("受理居民诉求", "takes in what residents report"), "person": person,
        "since": None,
    }  # fmt: skip


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.answers |= {
        "get_board": {
            "community": COMMUNITY, "place": YARD, "on": "2026-11-28", "entries": [entry(LEADER)],
            "path": [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": YARD, "name": "陇海花苑"}],
        },
        "list_communities": {"items": [{"code": COMMUNITY, "name": "陇海路社区"}], "total": 1},
        "list_places": {"items": [{"code": YARD, "name": "陇海花苑"}], "total": 1},
    }  # fmt: skip
    return services


@pytest.fixture
def server_asked() -> Iterator[list[str]]:
    """The address of a server, and after it the paths that it was asked for."""
    asked: list[str] = []

    class Remembering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Remembering)
    asked.append(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    yield asked
    server.shutdown()
    server.server_close()


def test_whoever_comes_sees_who_is_in_charge_and_how_to_reach_them(anonymous: FlaskClient) -> None:
    page = anonymous.get(PAGE)
    assert page.status_code == 200
    assert "张网格" in page.text
    assert 'href="tel:10000000001"' in page.text
    assert "受理居民诉求" in page.text
    assert f'href="/q/{COMMUNITY}/{YARD}"' in page.text


def test_a_telephone_that_is_not_published_is_not_there(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["get_board"]["entries"] = [entry({**LEADER, "phone": None})]
    assert "tel:" not in anonymous.get(PAGE).text


def test_a_vacant_post_says_so(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["get_board"]["entries"] = [entry(None)]
    assert "空缺" in anonymous.get(PAGE).text
    assert "Vacant" in anonymous.get(PAGE, headers={"Accept-Language": "en"}).text


def test_what_is_written_in_chinese_is_marked_so_on_an_english_page_alone(anonymous: FlaskClient) -> None:
    marked = '<span lang="zh-CN">张网格</span>'
    assert marked in anonymous.get(PAGE, headers={"Accept-Language": "en"}).text
    assert marked not in anonymous.get(PAGE).text


def test_one_community_is_chosen_by_itself_and_its_courtyards_are_shown(anonymous: FlaskClient) -> None:
    page = anonymous.get("/board").text
    assert f'href="{PAGE}"' in page
    assert f'href="/board/{COMMUNITY}/codes"' in page


def test_the_sheet_of_codes_has_one_for_each_courtyard(anonymous: FlaskClient) -> None:
    assert f'src="{PAGE}/code.svg"' in anonymous.get(f"/board/{COMMUNITY}/codes").text


# -- codes and posters


def read(pdf: bytes) -> list[str]:
    """What a phone reads on the first page."""
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    return [each.text for each in zxingcpp.read_barcodes(image)]


def test_the_code_leads_to_reporting_at_the_address_that_is_used(anonymous: FlaskClient) -> None:
    answer = anonymous.get(f"{PAGE}/code.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text == code_as_svg(f"http://localhost/q/{COMMUNITY}/{YARD}")


def test_there_is_no_code_for_a_place_that_there_is_not(anonymous: FlaskClient, services: FakeServices) -> None:
    services.answers["get_board"] = PlaceNotFound(code=YARD)
    assert anonymous.get(f"{PAGE}/code.svg").status_code == 404


def test_the_code_leads_to_the_public_address_where_one_is_set(open_door: type[Flask]) -> None:
    app = open_door(public_url="https://hemei.example.cn/")
    app.test_client_class = Anonymous
    answer = app.test_client().get(f"{PAGE}/code.svg")
    assert answer.text == code_as_svg(f"https://hemei.example.cn/q/{COMMUNITY}/{YARD}")


def test_a_poster_is_one_page_of_a3_in_chinese_with_a_code_that_can_be_read(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["get_board"]["entries"] = [entry({**LEADER, "portrait": PORTRAIT})]
    services.answers["get_portrait"] = {"image": b64encode(A_PICTURE).decode()}
    answer = anonymous.get(f"{PAGE}/poster.pdf")

    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.data)
    width, height = document[0].get_size()
    assert (len(document), round(width), round(height)) == (1, 842, 1191)
    assert "陇海花苑" in document[0].get_textpage().get_text_range()
    assert read(answer.data) == [f"http://localhost/q/{COMMUNITY}/{YARD}"]
    assert fonts(document) == {True}


def fonts(document: pypdfium2.PdfDocument) -> set[bool]:
    """Whether the fonts of each Chinese word on the first page travel with the file."""
    texts = document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
    return {bool(pypdfium2.raw.FPDFFont_GetIsEmbedded(pypdfium2.raw.FPDFTextObj_GetFont(each.raw))) for each in texts}


def test_its_name_goes_over_the_wire(anonymous: FlaskClient) -> None:
    named = anonymous.get(f"{PAGE}/poster.pdf").headers["Content-Disposition"]
    assert named.isascii()
    assert parse_options_header(named)[1]["filename"] == "责任公示-陇海花苑.pdf"


@pytest.mark.parametrize("posts", [12, 30])
def test_a_courtyard_of_many_posts_has_one_sheet_with_the_code_on_it(
    anonymous: FlaskClient, services: FakeServices, posts: int
) -> None:
    services.answers["get_board"]["entries"] = [entry(LEADER)] * posts
    pdf = anonymous.get(f"{PAGE}/poster.pdf").data
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert read(pdf) == [f"http://localhost/q/{COMMUNITY}/{YARD}"]


def test_posters_are_set_one_at_a_time() -> None:
    at_work: list[str] = []
    most: list[int] = []

    def setter(page: str) -> bytes:
        at_work.append(page)
        eventlet.sleep()
        most.append(len(at_work))
        at_work.remove(page)
        return page.encode()

    posters = Posters(setter)
    assert list(GreenPool().imap(posters.poster, ["a", "b", "a", "c"])) == [b"a", b"b", b"a", b"c"]
    assert most == [1, 1, 1]


def test_a_poster_that_failed_lets_the_next_one_through() -> None:
    def setter(page: str) -> bytes:
        if page == "bad":
            raise Unavailable
        return page.encode()

    posters = Posters(setter)
    with pytest.raises(Unavailable):
        posters.poster("bad")
    assert posters.poster("good") == b"good"


def test_the_same_poster_is_set_once() -> None:
    asked: list[str] = []

    def setter(page: str) -> bytes:
        asked.append(page)
        return page.encode()

    posters = Posters(setter)
    assert [posters.poster("a"), posters.poster("a"), posters.poster("b")] == [b"a", b"a", b"b"]
    assert asked == ["a", "b"]


def test_a_poster_fetches_nothing_from_anywhere(server_asked: list[str]) -> None:
    pdf = set_beside(f'<img src="{server_asked[0]}/x.png" alt="a"><img src="file:///etc/hostname" alt="b">.')
    assert len(pypdfium2.PdfDocument(pdf)) == 1
    assert server_asked[1:] == []


def test_setting_a_poster_leaves_how_pictures_are_read_as_it_is() -> None:
    set_beside("<p>.")
    assert "weasyprint" not in sys.modules


def test_a_machine_without_the_libraries_says_what_to_install(anonymous: FlaskClient) -> None:
    def missing(page: str) -> bytes:
        raise PrintingMissing

    anonymous.application.extensions["posters"] = Posters(missing)
    try:
        answer = anonymous.get(f"{PAGE}/poster.pdf")
    finally:
        anonymous.application.extensions["posters"] = Posters()
    assert answer.status_code == 503
    assert "libpango" in answer.text
