"""Every route: which service it asks for what, and that the service understands the question."""

import io
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import msgspec
import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import RAISE

from chassis.fingerprints import use_secret
from gateway.api import people
from gateway.api.pictures import mark_of
from gateway.routes import protected_by
from tests.pictures import A_PICTURE
from tests.unit.gateway.conftest import IN_USE, SECRET, FakeServices, signed_in

ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
PERSON = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
ASKER = "6f1c1f6e-8d0a-4f4e-9a53-1b0f1d4c9a11"
COMMUNITY = "410181002011"
GRID = "410181002011001"
GRIEVANCE = {"community": COMMUNITY, "place": GRID, "category": "corridor_clutter", "description": "楼道堆物"}
VOLUNTEER = {"name": "李志强", "home_place": "41018100201100101"}
UNIT = {"name": "陇海路派出所", "kind": "police"}
AGREEMENT = {"parties": "社区与派出所", "cooperation": "problems", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
APPOINTMENT = {"kind": "grid_leader", "place": GRID, "person_id": PERSON, "starts_on": "2026-01-01"}
DEAD, QUEUE = "/operations/dead-letters", "organization.grievances"
LED = {"id": ID, "community": COMMUNITY, "place": GRID, "leader": {"post": "grid_leader"}}
BY, WHY = {"by": "值班员"}, {"by": "值班员", "reason": "重复了"}
BY_PHONE, CARRIED = {"phone": "13800000000", "community": COMMUNITY}, {"role": "office", "community": COMMUNITY}
ME = signed_in()["account"]
HOME = "41018100201100101"
NEW_PLACE = {"code": HOME, "kind": "courtyard", "name": "交通庭院", "parent": GRID}
SEEN = {"version": 1}
PHOTO: dict[str, Any] = {"file": "a picture"}
PROOF = {"receipt": "20260520-1234-56789", "phone": "13800000000"}
use_secret(SECRET)
MARK = mark_of(ID, "9999999999")
FILE = {"file": (io.BytesIO("编码\n".encode()), "a.csv")}

ROUTES: list[tuple[str, str, Any, str, str, dict[str, Any]]] = [
    # method, path, body, service, call, what must be in the command beside the body
    ("GET", "/categories", None, "grievance", "list_categories", {"page": 1}),
    ("POST", "/grievances", GRIEVANCE, "grievance", "file_grievance", {}),
    ("GET", f"/grievances?community={COMMUNITY}&place={GRID}", None, "grievance", "list_grievances", {"place": GRID}),
    ("GET", f"/grievances/{ID}", None, "grievance", "get_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/accept", {"by": "张网格"}, "grievance", "accept_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/resolve", {"resolution": "已清理"}, "grievance", "resolve_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/reject", {"reason": "不属本社区"}, "grievance", "reject_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/reopen", {"reason": "又堆上了"}, "grievance", "reopen_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/rate", {"score": 5, "comment": "好"}, "grievance", "rate_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/cancel", None, "grievance", "cancel_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/amend", {"description": "四楼，不是三楼"}, "grievance", "amend_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/me-too", {"key": "a-word"}, "grievance", "join_grievance",
     {"id": ID, "account": ASKER}),
    ("POST", f"/grievances/{ID}/callers", {"phone": "13800000000"}, "grievance", "join_for_caller", {"id": ID}),
    ("GET", f"/nearby?community={COMMUNITY}&place={GRID}", None, "grievance", "list_nearby", {"place": GRID}),
    ("POST", "/receipts/follow", PROOF, "grievance", "follow_receipt", {}),
    ("POST", "/receipts/withdraw", {**PROOF, "reason": "已经好了"}, "grievance", "withdraw_by_receipt", {}),
    ("POST", "/receipts/amend", {**PROOF, "category": "noise"}, "grievance", "amend_by_receipt", {}),
    ("POST", "/receipts/answer", {**PROOF, "solved": True, "score": 5}, "grievance", "answer_by_receipt", {}),
    ("POST", "/receipts/reopen", {**PROOF, "reason": "又堆上了"}, "grievance", "reopen_by_receipt", {}),
    ("POST", f"/pictures?community={COMMUNITY}", PHOTO, "grievance", "keep_picture",
     {"community": COMMUNITY, "added_by": ASKER}),
    ("POST", f"/grievances/{ID}/pictures?kind=after", PHOTO, "grievance", "add_picture",
     {"grievance_id": ID, "kind": "after", "added_by": ASKER}),
    ("GET", "/directory", None, "organization", "list_communities", {"page_size": 50}),
    ("GET", f"/directory/{COMMUNITY}", None, "organization", "list_places",
     {"community": COMMUNITY, "kind": "courtyard"}),
    ("POST", f"/grievances/{ID}/call", {"outcome": "reached"}, "grievance", "note_call", {"id": ID}),
    ("POST", f"/grievances/{ID}/split", {"tasks": [{"title": "清走"}]}, "grievance", "split_grievance", {"id": ID}),
    ("POST", f"/grievances/{ID}/attempts", {"note": "敲门无人"}, "grievance", "note_attempt", {"id": ID}),
    ("POST", f"/grievances/{ID}/tasks/{PERSON}/finish", None, "grievance", "finish_task", {"task_id": PERSON}),
    ("POST", f"/grievances/{ID}/tasks/{PERSON}/drop", WHY, "grievance", "drop_task", {"task_id": PERSON}),
    ("POST", f"/grievances/{ID}/ask-hands", {"hands": 2}, "grievance", "ask_hands", {"id": ID}),
    (
        "POST",
        f"/grievances/{ID}/pause",
        {"kind": "material", "reason": "等配件", "until": "2026-12-05"},
        "grievance",
        "pause_grievance",
        {"id": ID, "kind": "material", "until": "2026-12-05"},
    ),
    ("POST", f"/grievances/{ID}/resume", {"note": "到了"}, "grievance", "resume_grievance", {"id": ID, "note": "到了"}),
    ("POST", f"/grievances/{ID}/remind", {"note": "三天"}, "grievance", "remind_leader", {"id": ID, "note": "三天"}),
    ("POST", f"/grievances/{ID}/hand-over", {"to_id": PERSON, **WHY}, "organization", "hand_over",
     {"id": ID, "to_id": PERSON, "by_account": ASKER}),
    ("POST", f"/grievances/{ID}/give-back", WHY, "organization", "give_back", {"id": ID, "by_account": ASKER}),
    ("POST", f"/grievances/{ID}/reply", {"note": "已改"}, "grievance", "reply_to_rating", {"id": ID, "note": "已改"}),
    ("POST", f"/grievances/{ID}/ask-unit", {"unit_kind": "tower"}, "grievance", "ask_unit", {"id": ID}),
    ("GET", f"/communities/{COMMUNITY}/phrases?step=resolve", None, "grievance", "list_phrases",
     {"community": COMMUNITY, "step": "resolve"}),
    ("POST", f"/communities/{COMMUNITY}/phrases", {"step": "resolve", "title": "已清理", "words": "已清理，请看"},
     "grievance", "add_phrase", {"community": COMMUNITY}),
    ("POST", f"/phrases/{ID}/change", {"version": 1, "title": "已清理", "words": "清理了"}, "grievance",
     "change_phrase", {"id": ID}),
    ("DELETE", f"/phrases/{ID}", None, "grievance", "remove_phrase", {"id": ID}),
    ("GET", f"/communities/{COMMUNITY}/views", None, "grievance", "list_views", {"community": COMMUNITY}),
    ("POST", f"/communities/{COMMUNITY}/views", {"title": "超期", "narrowed": {"overdue": True}}, "grievance",
     "add_view", {"community": COMMUNITY, "narrowed": {"overdue": True}}),
    ("DELETE", f"/views/{ID}", None, "grievance", "remove_view", {"id": ID}),
    ("GET", f"/grievances/{ID}/contact", None, "grievance", "get_contact", {"id": ID}),
    ("GET", f"/grievances/by-place?community={COMMUNITY}&kind=courtyard", None, "grievance", "list_by_place",
     {"kind": "courtyard"}),
    ("GET", f"/figures/casework?community={COMMUNITY}&by=week", None, "grievance", "get_statistics", {"by": "week"}),
    ("GET", "/communities", None, "organization", "list_communities", {"page_size": 50}),
    ("GET", f"/communities/{COMMUNITY}", None, "organization", "get_community", {"community": COMMUNITY}),
    ("GET", f"/communities/{COMMUNITY}/places?kind=grid&parent={COMMUNITY}&page=2&page_size=200", None, "organization",
     "list_places", {"community": COMMUNITY, "kind": "grid", "parent": COMMUNITY, "page": 2, "page_size": 200}),
    ("GET", f"/communities/{COMMUNITY}/places/{GRID}", None, "organization", "get_place",
     {"community": COMMUNITY, "code": GRID}),
    ("GET", f"/communities/{COMMUNITY}/places/{GRID}/responsible?on=2026-05-01", None, "organization",
     "find_responsible", {"community": COMMUNITY, "place": GRID, "on": "2026-05-01"}),
    ("GET", f"/communities/{COMMUNITY}/gaps", None, "organization", "list_gaps", {"community": COMMUNITY}),
    ("POST", f"/communities/{COMMUNITY}/places/import?preview=true", FILE, "organization", "import_places",
     {"community": COMMUNITY, "preview": True}),
    ("POST", f"/communities/{COMMUNITY}/people/import", FILE, "organization", "import_people",
     {"community": COMMUNITY, "preview": False}),
    ("GET", f"/communities/{COMMUNITY}/places/{GRID}/board", None, "organization", "get_board", {"code": GRID}),
    ("GET", f"/people/{ID}/publication", None, "organization", "get_publication", {"id": ID}),
    ("POST", f"/people/{ID}/publication", {"shown": False}, "organization", "show_phone", {"id": ID}),
    ("POST", f"/people/{ID}/portrait?consent=true", PHOTO, "organization", "show_portrait", {"id": ID, "by": ME}),
    ("DELETE", f"/people/{ID}/portrait", None, "organization", "take_down_portrait", {"id": ID}),
    ("POST", f"/communities/{COMMUNITY}/places", NEW_PLACE, "organization", "add_place", {"community": COMMUNITY}),
    ("POST", f"/communities/{COMMUNITY}/places/{GRID}/change", {"version": 1, "name": "第三网格"}, "organization",
     "change_place", {"community": COMMUNITY, "code": GRID}),
    ("POST", f"/communities/{COMMUNITY}/places/{GRID}/close", SEEN, "organization", "close_place", {"code": GRID}),
    ("POST", f"/communities/{COMMUNITY}/places/{GRID}/reopen", SEEN, "organization", "reopen_place", {"code": GRID}),
    ("POST", "/people", {"community": COMMUNITY, "name": "王芳"}, "organization", "add_person", {}),
    ("POST", f"/people/{ID}/change", {**SEEN, "name": "王芳"}, "organization", "change_person", {"id": ID}),
    ("POST", f"/people/{ID}/move", {**SEEN, "household": HOME}, "organization", "move_person", {"id": ID}),
    ("POST", f"/people/{ID}/depart", {**SEEN, "left_on": "2026-05-01"}, "organization", "depart_person", {"id": ID}),
    ("GET", f"/communities/{COMMUNITY}/doubles?reason=phone", None, "organization", "list_doubles",
     {"community": COMMUNITY, "reason": "phone"}),
    ("GET", f"/people/{ID}/merge?gone_id={PERSON}", None, "organization", "preview_merge",
     {"kept_id": ID, "gone_id": PERSON}),
    ("POST", f"/people/{ID}/merge", {**SEEN, "gone_version": 2, "gone_id": PERSON, "stays": {"name": "gone"}},
     "organization", "merge_people", {"kept_id": ID, "gone_id": PERSON, "stays": {"name": "gone"}, "by": ASKER}),
    ("POST", f"/people/{ID}/apart", {"other_id": PERSON}, "organization", "tell_apart",
     {"id": ID, "other_id": PERSON, "by": ASKER}),
    ("GET", f"/people?community={COMMUNITY}&place={GRID}&post=grid_leader", None, "organization", "list_people",
     {"community": COMMUNITY, "place": GRID, "post": "grid_leader"}),
    ("GET", f"/people/{ID}", None, "organization", "get_person", {"id": ID}),
    ("POST", f"/people/{ID}/erase", {"reason": "moved_away"}, "organization", "erase_person",
     {"id": ID, "community": COMMUNITY, "known_as": [ID], "asked_by": ASKER}),
    ("GET", f"/people/{ID}/erasure", None, "organization", "get_erasure", {"id": ID}),
    ("GET", f"/people/{ID}/consents", None, "organization", "get_consents", {"person_id": ID}),
    ("POST", f"/people/{ID}/consents", {"purpose": "images", "given_on": "2026-05-01", "how": "written"},
     "organization", "record_consent", {"person_id": ID, "recorded_by": ASKER}),
    ("POST", f"/people/{ID}/consents/withdraw",
     {"purpose": "images", "withdrawn_on": "2026-06-01", "how": "spoken"}, "organization", "withdraw_consent",
     {"person_id": ID, "recorded_by": ASKER}),
    ("GET", f"/posts?person_id={PERSON}&on=2026-05-01", None, "organization", "list_posts", {"person_id": PERSON}),
    ("POST", "/posts", {**APPOINTMENT, "community": COMMUNITY}, "organization", "appoint", {}),
    ("POST", f"/posts/{ID}/end", {"ends_on": "2026-06-30"}, "organization", "end_post", {"post_id": ID}),
    ("POST", f"/people/{ID}/leave", {"starts_on": "2026-05-01", "ends_on": "2026-05-05"}, "organization", "take_leave",
     {"person_id": ID}),
    ("GET", "/leaves?on=2026-05-01", None, "organization", "list_leaves", {"on": "2026-05-01"}),
    ("POST", f"/leaves/{ID}/cancel", None, "organization", "cancel_leave", {"id": ID}),
    ("GET", f"/volunteers?community={COMMUNITY}&skill=搬运", None, "volunteer", "list_volunteers", {"skill": "搬运"}),
    ("POST", "/volunteers", {**VOLUNTEER, "community": COMMUNITY}, "volunteer", "register_volunteer", {}),
    ("POST", "/volunteers/bulk", {"community": COMMUNITY, "volunteers": [VOLUNTEER]}, "volunteer",
     "register_volunteers", {}),
    ("GET", f"/volunteers/{ID}", None, "volunteer", "get_volunteer", {"id": ID}),
    ("GET", f"/volunteers/{ID}/hours?page=2", None, "volunteer", "get_hours", {"id": ID, "page": 2}),
    ("POST", f"/volunteers/{ID}/availability", {"always": False}, "volunteer", "change_availability", {"id": ID}),
    ("GET", "/teams?type=women", None, "volunteer", "list_teams", {"type": "women"}),
    ("POST", "/teams", {"community": COMMUNITY, "type": "women", "name": "巾帼队"}, "volunteer", "found_team", {}),
    ("GET", f"/teams/{ID}", None, "volunteer", "get_team", {"id": ID}),
    ("POST", f"/teams/{ID}/join", {"volunteer_id": PERSON}, "volunteer", "join_team", {"id": ID}),
    ("POST", f"/teams/{ID}/leave", {"volunteer_id": PERSON}, "volunteer", "leave_team", {"id": ID}),
    ("POST", f"/teams/{ID}/activate", None, "volunteer", "activate_team", {"id": ID}),
    ("GET", f"/dispatches?grievance_id={ID}&state=offered", None, "volunteer", "list_dispatches", {"grievance_id": ID}),
    ("GET", f"/dispatches/{ID}", None, "volunteer", "get_dispatch", {"id": ID}),
    ("POST", f"/dispatches/{ID}/accept", None, "volunteer", "accept_dispatch", {"id": ID}),
    ("POST", f"/dispatches/{ID}/decline", {"reason": "出差"}, "volunteer", "decline_dispatch", {"id": ID}),
    ("POST", f"/dispatches/{ID}/check-in", {"place": GRID}, "volunteer", "check_in", {"id": ID, "own": ["anybody"]}),
    ("POST", f"/dispatches/{ID}/check-out", {"at": "2026-05-01T10:00:00+08:00"}, "volunteer", "check_out", {"id": ID}),
    ("GET", f"/pairings?person_id={PERSON}&overdue=true", None, "volunteer", "list_pairings", {"overdue": True}),
    ("POST", "/pairings", {"community": COMMUNITY, "person_id": PERSON, "volunteer_id": ID, "help_type": "care"},
     "volunteer", "set_up_pairing", {}),
    ("GET", f"/pairings/{ID}", None, "volunteer", "get_pairing", {"id": ID}),
    ("GET", f"/pairings/{ID}/hardship", None, "volunteer", "get_hardship", {"id": ID}),
    ("POST", f"/pairings/{ID}/contacts", {"kind": "phone"}, "volunteer", "log_contact", {"id": ID}),
    ("POST", f"/pairings/{ID}/hand-over", {"volunteer_id": PERSON}, "volunteer", "hand_over_pairing", {"id": ID}),
    ("POST", f"/pairings/{ID}/end", {"reason": "asked"}, "volunteer", "end_pairing", {"id": ID}),
    ("GET", "/units?kind=police", None, "partner", "list_units", {"kind": "police"}),
    ("POST", "/units", {**UNIT, "community": COMMUNITY}, "partner", "register_unit", {}),
    ("POST", "/units/bulk", {"community": COMMUNITY, "units": [UNIT]}, "partner", "register_units", {}),
    ("GET", f"/units/{ID}", None, "partner", "get_unit", {"id": ID}),
    ("POST", f"/units/{ID}/agreements", AGREEMENT, "partner", "sign_agreement", {"unit_id": ID}),
    ("GET", f"/referrals?unit_id={ID}", None, "partner", "list_referrals", {"unit_id": ID}),
    ("GET", f"/referrals/{ID}", None, "partner", "get_referral", {"id": ID}),
    ("POST", f"/referrals/{ID}/accept", None, "partner", "accept_referral", {"id": ID}),
    ("POST", f"/referrals/{ID}/return", {"reason": "不属本单位"}, "partner", "return_referral", {"id": ID}),
    ("POST", f"/referrals/{ID}/complete", {"result": "已拆除"}, "partner", "complete_referral", {"id": ID}),
    ("GET", f"/elder-records?community={COMMUNITY}", None, "health", "list_elder_records", {"community": COMMUNITY}),
    ("GET", f"/elder-records/{ID}", None, "health", "get_elder_record", {"id": ID}),
    ("PATCH", f"/elder-records/{ID}", {"consent_on": "2026-05-01"}, "health", "update_elder_record",
     {"id": ID, "recorded_by": ASKER}),
    ("GET", f"/visits?elder_id={ID}&state=planned", None, "health", "list_visits", {"elder_id": ID}),
    ("POST", "/visits", {"community": COMMUNITY, "place": GRID, "elder_ids": [PERSON], "purpose": "独居探访"}, "health",
     "plan_visit", {}),
    ("GET", f"/visits/{ID}", None, "health", "get_visit", {"id": ID}),
    ("POST", f"/visits/{ID}/done", None, "health", "complete_visit", {"id": ID}),
    ("POST", f"/visits/{ID}/miss", {"reason": "家中无人"}, "health", "miss_visit", {"id": ID}),
    ("GET", f"/audit/reads?community={COMMUNITY}&subject={ID}&on=2026-05-01", None, "accounts", "list_reads",
     {"community": COMMUNITY, "subject": ID, "on": "2026-05-01"}),
    ("GET", f"/audit/verification?after={COMMUNITY}:3:{'0' * 64}", None, "accounts", "verify_reads", {"most": 2000}),
    ("GET", "/figures/casework/communities?rank_by=resolution", None, "grievance", "compare_communities",
     {"within": ["*"], "rank_by": "resolution"}),
    ("GET", "/figures/grievances", None, "grievance", "list_figures", {"within": ["*"]}),
    ("GET", "/figures/communities", None, "organization", "list_figures", {"within": ["*"]}),
    ("GET", "/operations/overview", None, "operations", "get_overview", {}),
    ("GET", "/operations/history?measure=handled&span=day", None, "operations", "get_history", {"span": "day"}),
    ("GET", f"/operations/journeys/{ID}", None, "operations", "get_journey", {"id": ID}),
    ("GET", "/operations/interventions?page=2", None, "operations", "list_interventions", {"page": 2}),
    ("POST", f"/operations/queues/{QUEUE}/pause", BY, "operations", "pause_queue", {"queue": QUEUE}),
    ("POST", f"/operations/queues/{QUEUE}/resume", BY, "operations", "resume_queue", {"queue": QUEUE}),
    ("POST", f"/operations/queues/{QUEUE}/purge", {**WHY, "confirm": QUEUE}, "operations", "purge_queue",
     {"queue": QUEUE}),
    ("GET", f"{DEAD}?queue={QUEUE}&state=open", None, "operations", "list_dead_letters", {"queue": QUEUE}),
    ("GET", f"{DEAD}/groups", None, "operations", "group_dead_letters", {}),
    ("GET", f"{DEAD}/{ID}", None, "operations", "get_dead_letter", {"id": ID}),
    ("POST", f"{DEAD}/{ID}/replay", BY, "operations", "replay_dead_letter", {"id": ID}),
    ("POST", f"{DEAD}/{ID}/discard", WHY, "operations", "discard_dead_letter", {"id": ID}),
    ("POST", f"{DEAD}/replay", {**BY, "choice": {"queue": QUEUE}}, "operations", "replay_dead_letters", {}),
    ("POST", f"{DEAD}/discard", {**WHY, "everything": True}, "operations", "discard_dead_letters", {}),
    ("POST", "/sessions", {"name": "王芳", "password": "word"}, "accounts", "sign_in", {"address": "127.0.0.1"}),
    ("POST", "/codes", BY_PHONE, "accounts", "send_code", {"address": "127.0.0.1"}),
    ("POST", "/sessions/by-code", {**BY_PHONE, "code": "123456"}, "accounts", "sign_in_by_code",
     {"address": "127.0.0.1"}),
    ("DELETE", "/sessions/current", None, "accounts", "sign_out", {"token": "hs_token"}),
    ("DELETE", "/sessions", None, "accounts", "sign_out_everywhere", {"account": ME}),
    ("GET", "/me", None, "accounts", "get_account", {"id": ME, "by": ME}),
    ("POST", "/me/password", {"old": "word", "new": "another"}, "accounts", "change_password", {"token": "hs_token"}),
    ("GET", "/me/notices?unread=true", None, "accounts", "list_notices", {"account": ME, "unread": True}),
    ("GET", "/me/notices/unread", None, "accounts", "count_unread_notices", {"account": ME}),
    ("POST", "/me/notices/read", {"ids": [ID]}, "accounts", "mark_notices_read", {"account": ME, "ids": [ID]}),
    ("GET", "/me/notice-choices", None, "accounts", "get_notice_choices", {"account": ME}),
    ("PUT", "/me/notice-choices", {"language": "en", "channels": {"overdue": ["sms"]}}, "accounts", "choose_notices",
     {"account": ME, "language": "en", "channels": {"overdue": ["sms"]}}),
    ("POST", "/me/addresses", {"channel": "mail", "address": "li@mail.example"}, "accounts", "ask_for_address",
     {"account": ME, "channel": "mail", "address": "li@mail.example"}),
    ("POST", "/me/addresses/verify", {"channel": "mail", "code": "123456"}, "accounts", "verify_address",
     {"account": ME, "channel": "mail", "code": "123456"}),
    ("POST", "/me/addresses/remove", {"channel": "mail"}, "accounts", "remove_address",
     {"account": ME, "channel": "mail"}),
    ("POST", "/me/totp", {"password": "word"}, "accounts", "begin_totp", {"account": ME}),
    ("POST", "/me/totp/confirm", {"code": "123456"}, "accounts", "confirm_totp", {"account": ME}),
    ("POST", "/me/totp/remove", {"code": "123456"}, "accounts", "remove_totp", {"account": ME, "by": ME}),
    ("GET", "/accounts?role=doctor&page=2", None, "accounts", "list_accounts", {"role": "doctor", "page": 2, "by": ME}),
    ("POST", "/accounts", {"community": COMMUNITY, "name": "王芳"}, "accounts", "create_account", {"by": ME}),
    ("GET", f"/accounts/{ID}", None, "accounts", "get_account", {"id": ID, "by": ME}),
    ("POST", f"/accounts/{ID}/disable", None, "accounts", "disable_account", {"id": ID, "by": ME}),
    ("POST", f"/accounts/{ID}/enable", None, "accounts", "enable_account", {"id": ID, "by": ME}),
    ("POST", f"/accounts/{ID}/reset-password", None, "accounts", "reset_password", {"id": ID, "by": ME}),
    ("POST", f"/accounts/{ID}/remove-totp", None, "accounts", "remove_totp", {"account": ID, "by": ME}),
    ("POST", f"/accounts/{ID}/grants", {"role": "doctor", "community": COMMUNITY}, "accounts", "grant_role",
     {"account": ID, "by": ME}),
    ("DELETE", f"/accounts/{ID}/grants/{PERSON}", None, "accounts", "revoke_role",
     {"account": ID, "id": PERSON, "by": ME}),
    ("GET", "/keys", None, "accounts", "list_keys", {"by": ME}),
    ("POST", "/keys", {"name": "导出", "scopes": ["read_grievances"], "grants": [CARRIED]}, "accounts", "create_key",
     {"by": ME}),
    ("DELETE", f"/keys/{ID}", None, "accounts", "revoke_key", {"id": ID, "by": ME}),
]  # fmt: skip

OF_SEVERAL: list[tuple[str, str, Any]] = [
    ("POST", f"/communities/{COMMUNITY}/callers", {"phone": "13800000000"}),
    ("GET", f"/people/{ID}/export", None),
    ("GET", f"/portraits/{ID}", None),
    ("GET", f"/pictures/{ID}?size=small", None),
    ("GET", f"/pictures/{ID}/{MARK}", None),
]
"""Routes that ask several services at once (test_people.py, test_callers.py), or give no JSON (test_boards.py,
test_photos.py)."""


def send(client: FlaskClient, method: str, path: str, body: Any) -> Any:
    if body is PHOTO:
        return client.open(f"/api/v1{path}", method=method, data=A_PICTURE, headers={"Content-Type": "image/png"})
    if body is FILE:
        return client.open(f"/api/v1{path}", method=method, data=b"code\n", headers={"Content-Type": "text/csv"})
    return client.open(f"/api/v1{path}", method=method, **({} if body is None else {"json": body}))


def plain(command: Any) -> Any:
    """The command as it arrives on the other side."""
    return msgspec.json.decode(msgspec.json.encode(command))


def said_shortly(each: object) -> str:
    """A name of the test that is the same in every run."""
    return "a file" if each is FILE or each is PHOTO else str(each)[:60]


@pytest.mark.parametrize(("method", "path", "body", "service", "call", "told"), ROUTES, ids=said_shortly)
def test_a_route_asks_its_service_and_answers_what_it_says(
    client: FlaskClient, services: FakeServices, method: str, path: str, body: Any, service: str, call: str, told: Any
) -> None:
    said = {"id": ID, "community": COMMUNITY, "said": "好", "items": [], "neighbour": None, **IN_USE}
    services.answers |= {"ready": {"ready": True}, "get_grievance": LED, call: said}

    answer = send(client, method, path, body)

    assert answer.status_code in (200, 201), answer.text
    assert answer.json == said
    # Whether the service is there, the community known, and where the thing lies, is asked before; reads are recorded,
    # and an erasure asks for the telephone first.
    before = re.compile("ready|get_|record_reads|export_person")
    asked = [each for each in services.asked if each[1] == call or not before.match(each[1])]
    assert [each[:2] for each in asked] == [(service, call)]
    command = plain(asked[0][2])
    assert told.items() <= command.items()
    if isinstance(body, dict) and body not in (FILE, PHOTO):
        assert body.keys() <= command.keys()


def answers_of(service: str) -> Iterator[tuple[str, Any]]:
    """The calls that a service answers, with the schema that loads each command."""
    door = getattr(import_module(f"services.{service}.service"), f"{service.capitalize()}Service")
    for name in dir(door):
        for entrypoint in getattr(getattr(door, name), "nameko_entrypoints", ()):
            if hasattr(entrypoint, "schema"):
                yield name, entrypoint.schema


@pytest.mark.parametrize(("method", "path", "body", "service", "call", "told"), ROUTES, ids=said_shortly)
def test_the_service_asked_understands_the_command(
    client: FlaskClient, services: FakeServices, method: str, path: str, body: Any, service: str, call: str, told: Any
) -> None:
    services.answers |= {"ready": {"ready": True}, "get_grievance": LED}
    send(client, method, path, body)

    schema = dict(answers_of(service))[call]
    assert schema(unknown=RAISE).load(plain(services.asked[-1][2])) is not None


@pytest.mark.parametrize("service", ["grievance", "organization", "volunteer", "partner", "health", "accounts"])
def test_every_call_that_a_service_answers_has_a_route(service: str, standing: tuple[Flask, FakeServices]) -> None:
    routed = {call for _, _, _, owner, call, _ in ROUTES if owner == service}
    # Asked for every request (gateway/identity.py), and told of every reading (gateway/audited.py).
    # And before every filing (gateway/reporters.py).
    routed |= {"who", "record_reads", "leave_reporter"} if service == "accounts" else set()
    # Not JSON: tests/unit/gateway/test_boards.py
    routed |= {"get_portrait"} if service == "organization" else set()
    # Asked of several at once: tests/unit/gateway/test_people.py
    routed |= {"export_person"} if service in people.KEEPING else set()
    # Asked of both at once: test_callers.py
    routed |= {"grievance": {"list_of_caller"}, "organization": {"find_people_by_phone"}}.get(service, set())
    routed |= {"find_by_phone"} if service == "grievance" else set()  # for an erasure: test_people
    routed |= {"get_picture"} if service == "grievance" else set()  # answers with a picture: test_photos
    routed |= {"find_filing"} if service == "grievance" else set()  # where the place is closed: test_closed_places
    routed |= {route.at.call for route in protected_by(standing[0]) if getattr(route.at, "service", "") == service}
    assert {name for name, _ in answers_of(service)} == routed


def test_every_described_operation_stands_in_the_table_above(standing: tuple[Flask, FakeServices]) -> None:
    paths = standing[0].extensions["description"]["paths"]
    described = {(method.upper(), path) for path, ways in paths.items() for method in ways.keys() - {"parameters"}}
    described.remove(("GET", "/api/v1/operations/live"))  # a stream, which ends when the reader goes: test_live
    tried = {(method, path.partition("?")[0]) for method, path, *_ in (*ROUTES, *OF_SEVERAL)}

    for method, path in described:
        pattern = re.sub(r"\{\w+\}", r"[^/]+", path).removeprefix("/api/v1")
        assert any(way == method and re.fullmatch(pattern, address) for way, address in tried), (method, path)


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (f"/grievances/{ID}/reject", None, "reason"),
        (f"/grievances/{ID}/rate", {"score": 6}, "score"),
        (f"/grievances/{ID}/rate", {"score": "5"}, "score"),
        (f"/referrals/{ID}/return", {}, "reason"),
        (f"/visits/{ID}/miss", {"reason": " "}, "reason"),
        ("/volunteers/bulk", {"community": COMMUNITY, "volunteers": [{**VOLUNTEER, "name": 3}]}, "volunteers.0.name"),
        ("/units/bulk", {"community": COMMUNITY, "units": [{**UNIT, "id": ID}]}, "units.0.id"),
    ],
)
def test_a_step_that_needs_something_is_refused_without_it(
    client: FlaskClient, services: FakeServices, path: str, body: Any, field: str
) -> None:
    answer = send(client, "POST", path, body)

    assert (answer.status_code, services.asked) == ((400, []) if body is None else (422, []))
    assert body is None or field in answer.json["fields"]


@pytest.mark.parametrize("path", [f"/grievances/{ID}/accept", f"/referrals/{ID}/accept", f"/dispatches/{ID}/check-in"])
@pytest.mark.parametrize(
    "sent", [{}, {"data": b""}, {"data": b"", "headers": {"Content-Type": "application/json"}}, {"json": {}}]
)
def test_a_step_that_needs_nothing_may_be_sent_with_nothing(client: FlaskClient, path: str, sent: Any) -> None:
    assert client.post(f"/api/v1{path}", **sent).status_code == 200


def test_ids_in_an_address_are_taken_in_any_case(client: FlaskClient, services: FakeServices) -> None:
    client.get(f"/api/v1/grievances/{ID.upper()}")

    assert services.command == {"id": ID}
