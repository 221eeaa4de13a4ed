"""Pages about oneself: notices, choices, account; everything by forms, without a script."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from contracts.accounts.errors import AddressNotRight, CodeNotRight, TotpCodeWrong
from contracts.errors import Unavailable
from tests.unit.gateway.conftest import FakeServices, signed_in

ME = signed_in()["account"]
MATTER = "6f1c1f6e-8d0a-4f4e-9a53-1b0f1d4c9aff"


def notice(**more: Any) -> dict[str, Any]:
    given = {
        "kind": "new_matter",
        "zh": "您有一件新诉求（1号楼）。",
        "en": "A new matter: 1号楼.",
        "page": "/mine/account",
    }
    at = {"made_at": "2026-11-24T04:00:00+00:00", "read_at": None}
    return {"id": str(uuid4()), "is_urgent": False, **given, **at, **more}


def listed(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 20, **more}


CHOICES: dict[str, Any] = {
    "language": "zh",
    "quiet_from": "21:00",
    "quiet_until": "08:00",
    "urgent_at_night": False,
    "kinds": [{"kind": "new_matter", "zh": "一件新诉求", "en": "A new matter", "channels": ["sms"]}],
    "channels": ["sms", "mail"],
    "addresses": [
        {"channel": "sms", "hint": "尾号5678", "asked": "", "is_own": True},
        {"channel": "mail", "hint": "", "asked": "l***@mail.example", "is_own": False},
    ],
}
ACCOUNT: dict[str, Any] = {
    "id": ME,
    "name": "李主任",
    "grants": [{"role": "grid_leader", "community": "410181002011", "place": "410181002011001"}],
    "has_totp": False,
    "signs_in_by": "password",
}
SECRET = "JBSWY3DPEHPK3PXP"
URI = f"otpauth://totp/Hemei:li?secret={SECRET}&issuer=Hemei"


@pytest.fixture(autouse=True)
def told(services: FakeServices) -> None:
    services.answers |= {
        "list_notices": listed(notice()),
        "count_unread_notices": {"unread": 1},
        "mark_notices_read": {"unread": 0},
        "get_notice_choices": CHOICES,
        "accounts.get_account": ACCOUNT,
        "begin_totp": {"secret": SECRET, "uri": URI},
        "confirm_totp": {"recovery": ["abcd-efgh", "ijkl-mnop"]},
    }


def said(client: FlaskClient, path: str, **more: Any) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == 200, answer.text
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def asked(services: FakeServices, call: str) -> list[dict[str, Any]]:
    return [command for _, name, command in services.asked if name == call]


# -- notices


def test_a_notice_is_told_in_the_language_of_the_page_with_a_way_to_its_matter(client: FlaskClient) -> None:
    page = said(client, "/mine/notices")
    assert "您有一件新诉求（1号楼）。" in page
    assert "去看看" in page
    assert "1 条未读" in page
    assert "A new matter:  1号楼 ." in said(client, "/mine/notices?lang=en")


def test_a_notice_whose_page_is_not_there_is_only_marked(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_notices"] = listed(notice(page="/nowhere/at/all"))
    page = said(client, "/mine/notices")
    assert "去看看" not in page
    assert "标为已读" in page


def test_going_there_marks_it_as_read_and_leads_on(client: FlaskClient, services: FakeServices) -> None:
    id = str(uuid4())
    answer = client.post("/mine/notices/read", data={"id": id, "page": "/mine/account"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mine/account")
    assert asked(services, "mark_notices_read") == [{"account": ME, "ids": [id]}]


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/nowhere", "/api/v1/me"])
def test_nobody_is_led_elsewhere(client: FlaskClient, elsewhere: str) -> None:
    answer = client.post("/mine/notices/read", data={"id": str(uuid4()), "page": elsewhere})
    assert answer.headers["Location"] == "/mine/notices?done=1"


def test_all_can_be_marked_at_once(client: FlaskClient, services: FakeServices) -> None:
    assert client.post("/mine/notices/read").headers["Location"] == "/mine/notices?done=1"
    assert asked(services, "mark_notices_read") == [{"account": ME}]


def test_older_notices_stand_on_further_pages(client: FlaskClient, services: FakeServices) -> None:
    services.answers["list_notices"] = listed(notice(), total=50, page=2)
    page = client.get("/mine/notices?page=2").text
    assert "page=1" in page
    assert "page=3" in page


def test_the_bell_counts_on_every_page_and_no_page_fails_for_it(client: FlaskClient, services: FakeServices) -> None:
    services.answers["count_unread_notices"] = {"unread": 120}
    assert "99+" in said(client, "/")
    services.answers["count_unread_notices"] = Unavailable(service="accounts")
    assert '<span class="count" hidden>' in client.get("/").text


def test_who_has_not_signed_in_sees_no_bell_and_is_led_to_signing_in(anonymous: FlaskClient) -> None:
    assert "data-unread" not in anonymous.get("/").text
    assert anonymous.get("/mine/notices").headers["Location"].startswith("/sign-in?next=")


# -- choices


def test_what_holds_now_is_ticked_and_addresses_are_shown_in_part(client: FlaskClient) -> None:
    page = client.get("/mine/choices").text
    assert 'name="channels.new_matter" value="sms" checked' in page
    assert 'name="channels.new_matter" value="mail">' in page
    assert "尾号5678" in page
    assert "l***@mail.example" in page


def test_the_whole_form_is_chosen_a_box_that_is_not_ticked_too(client: FlaskClient, services: FakeServices) -> None:
    form = {"kind": ["new_matter", "overdue"], "channels.new_matter": ["mail"], "is_quiet": "1", "language": "en"}
    answer = client.post("/mine/choices", data={**form, "quiet_from": "22:00", "quiet_until": "07:30:00"})
    assert answer.headers["Location"] == "/mine/choices?saved=1"
    [chosen] = asked(services, "choose_notices")
    assert chosen == {
        "account": ME,
        "language": "en",
        "urgent_at_night": False,
        "channels": {"new_matter": ["mail"], "overdue": []},
        "quiet_from": "22:00",
        "quiet_until": "07:30",
    }


def test_without_quiet_hours_none_are_kept(client: FlaskClient, services: FakeServices) -> None:
    client.post("/mine/choices", data={"language": "zh", "quiet_from": "22:00", "quiet_until": "07:00"})
    [chosen] = asked(services, "choose_notices")
    assert chosen["quiet_from"] == chosen["quiet_until"]


def test_a_wrong_time_is_said_beside_the_form(client: FlaskClient) -> None:
    form = {"language": "zh", "is_quiet": "1", "quiet_from": "25:00", "quiet_until": "07:00"}
    answer = client.post("/mine/choices", data=form)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text


@pytest.mark.parametrize(
    ("path", "call", "form", "error"),
    [
        ("/mine/addresses", "ask_for_address", {"address": "li"}, AddressNotRight()),
        ("/mine/addresses/verify", "verify_address", {"code": "1"}, CodeNotRight()),
    ],
)
def test_an_address_or_code_that_is_not_right_is_said_where_it_was_typed(
    client: FlaskClient, services: FakeServices, path: str, call: str, form: dict[str, str], error: Exception
) -> None:
    services.answers[call] = error
    answer = client.post(path, data={"channel": "mail", "address": "", **form})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text.split('id="address-mail"')[1]


@pytest.mark.parametrize(
    ("path", "form", "call", "done"),
    [
        ("/mine/addresses", {"address": "li@mail.example"}, "ask_for_address", "asked"),
        ("/mine/addresses/verify", {"code": " 123456 "}, "verify_address", "verified"),
        ("/mine/addresses/remove", {}, "remove_address", "removed"),
    ],
)
def test_an_address_is_given_proved_and_removed_by_forms(
    client: FlaskClient, services: FakeServices, path: str, form: dict[str, str], call: str, done: str
) -> None:
    answer = client.post(path, data={"channel": "mail", **form})
    assert answer.headers["Location"] == f"/mine/choices?{done}=1"
    given = {name: value.strip() for name, value in form.items()}
    assert asked(services, call) == [{"account": ME, "channel": "mail", **given}]


def test_where_no_channel_is_open_the_page_says_so(client: FlaskClient, services: FakeServices) -> None:
    services.answers["get_notice_choices"] = {**CHOICES, "channels": []}
    assert "只有站内消息" in said(client, "/mine/choices")


# -- account


def test_the_account_says_who_one_is_and_in_which_roles(client: FlaskClient) -> None:
    page = said(client, "/mine/account")
    assert "李主任" in page
    assert "网格长" in page
    assert "没有启用" in page


def test_the_second_factor_is_begun_with_the_password_and_shown_as_a_code_and_in_letters(client: FlaskClient) -> None:
    page = client.post("/mine/account/second-factor", data={"password": "word"})
    assert page.status_code == 200
    assert SECRET in page.text
    assert "<svg" in page.text
    assert "style=" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_its_first_right_code_gives_recovery_codes(client: FlaskClient, services: FakeServices) -> None:
    page = client.post("/mine/account/second-factor/confirm", data={"code": "123 456", "secret": SECRET, "uri": URI})
    assert "abcd-efgh" in page.text
    assert asked(services, "confirm_totp") == [{"account": ME, "code": "123456"}]


def test_after_a_wrong_code_one_can_try_again(client: FlaskClient, services: FakeServices) -> None:
    services.answers["confirm_totp"] = TotpCodeWrong()
    page = client.post("/mine/account/second-factor/confirm", data={"code": "1", "secret": SECRET, "uri": URI})
    assert page.status_code == 422
    assert "<svg" in page.text
    assert 'role="alert"' in page.text


def test_what_is_no_address_of_an_authenticator_becomes_no_picture(client: FlaskClient, services: FakeServices) -> None:
    services.answers["confirm_totp"] = TotpCodeWrong()
    page = client.post("/mine/account/second-factor/confirm", data={"code": "1", "uri": "javascript:alert(1)"})
    assert "<svg" not in page.text


def test_it_is_switched_off_with_a_code(client: FlaskClient, services: FakeServices) -> None:
    services.answers["accounts.get_account"] = {**ACCOUNT, "has_totp": True}
    assert "停用动态验证码" in said(client, "/mine/account")
    answer = client.post("/mine/account/second-factor/remove", data={"code": "abcd-efgh"})
    assert answer.headers["Location"] == "/mine/account?removed=1"


def test_who_signs_in_by_telephone_has_no_password_to_change(client: FlaskClient, services: FakeServices) -> None:
    services.answers["accounts.get_account"] = {**ACCOUNT, "signs_in_by": "code", "name": "尾号5678"}
    page = said(client, "/mine/account")
    assert "修改密码" not in page
    assert "没有密码" in page


def test_signing_out_everywhere_ends_this_session_too(client: FlaskClient, services: FakeServices) -> None:
    answer = client.post("/mine/account/sign-out-everywhere")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "hemei_session=;" in answer.headers["Set-Cookie"]
    assert asked(services, "sign_out_everywhere") == [{"account": ME}]
