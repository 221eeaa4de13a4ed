"""What pages say of a refusal is words in both languages: no code of a state or step, no name of a field or type."""

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict, Error, from_wire, to_wire
from contracts.grievance.errors import AskedAlready, NobodyToRemind, RemindedAlready, RepliedAlready
from contracts.grievance.errors import StepForbidden as CaseForbids
from contracts.health.errors import StepForbidden as VisitForbids
from contracts.operations.errors import DeadLetterNotOpen
from contracts.organization.errors import (
    CaseOver,
    LeadsAlready,
    LedByAnother,
    NobodyAbove,
    NothingToGiveBack,
    TakerAway,
    TakerStandsAside,
    TakerWithoutPost,
)
from contracts.partner.errors import StepForbidden as ReferralForbids
from contracts.volunteer.errors import StepForbidden as DispatchForbids
from gateway.identity import COOKIE
from gateway.languages import SENTENCES
from gateway.pages.display import LANGUAGE
from gateway.pages.refusals import fields_in_words, in_words
from services.grievance.domain import grievance as cases
from services.health.domain import visit as visits
from services.operations.domain import dead_letter as letters
from services.partner.domain import referral as referrals
from services.volunteer.domain import dispatch as dispatches
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages import test_doctor, test_leader, test_partner, test_volunteer

CODE = re.compile(r"[A-Za-z0-9]*[a-z]+[_][a-z_]+|ask-\w+|check-\w+|null|true|false|JSON|UUID|UTF|U\+0000")
LANGUAGES = ("zh", "en")
ID = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
WORD = {"csrf": signed_in()["csrf"]}
GIVEN = {"to_id": ID, "reason": "不归我"}


def forbidden() -> Iterator[Error]:
    """Every step in every state of everything that people take steps on."""
    for error, states, steps in (
        (CaseForbids, cases.Status, {*sum(cases.STEPS.values(), ()), *sum(cases.WORK.values(), ()), "join"}),
        (DispatchForbids, dispatches.State, set(sum(dispatches.STEPS.values(), ()))),
        (ReferralForbids, referrals.State, {*sum(referrals.STEPS.values(), ()), "withdraw"}),
        (VisitForbids, visits.State, {*sum(map(tuple, map(visits.allowed_steps, visits.State)), ()), "cancel"}),
    ):
        for state, step in product(states, sorted(steps)):
            yield error(status=state.value, step=step, allowed=sorted(steps))


REFUSALS = [
    *forbidden(),
    *(AskedAlready(help=help) for help in ("volunteers", "unit")),
    *(DeadLetterNotOpen(state=state.value) for state in letters.State),
]


def is_words(said: str, language: str) -> bool:
    """Whether it has nothing in it that only programs know."""
    return not CODE.search(said) and (language == "en" or not re.search("[A-Za-z]", said))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_forbidden_step_is_said_without_a_code_after_it_has_crossed_a_border(language: str) -> None:
    said = [in_words(from_wire(to_wire(refusal)), language) for refusal in REFUSALS]
    assert [each for each in said if not is_words(each, language)] == []
    assert len({*said}) > len(said) // 2


def test_programs_are_told_the_codes_all_the_same() -> None:
    refused = from_wire(to_wire(DispatchForbids(status="checked_in", step="accept", allowed=["check-out"])))
    assert "已签到（checked_in）" in refused.said("zh")
    assert "checked_in" in refused.said("en")


def test_what_a_service_of_the_release_before_refuses_is_still_said() -> None:
    told = {name: said for name, said in to_wire(Conflict()).items() if name != "in_words"}
    assert in_words(from_wire(told), "zh") == Conflict.zh


PATTERNS = (
    "Must be one of: reached, no_answer.",
    "One or more of the choices you made was not in: a_b, c.",
    "Must be greater than or equal to 1 and less than or equal to 5.",
    "Longer than maximum length 500.",
    "Length must be between 1 and 500.",
    "Shorter than minimum length 1.",
)


OF_PROGRAMS = re.compile(" IP|URL")
"""Sentences about what no page asks for."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_a_field_is_said_without_codes_and_types(language: str) -> None:
    told = [sentence for sentence in (*PATTERNS, *SENTENCES) if not OF_PROGRAMS.search(sentence)]
    refused = Conflict(fields={"note": [{"zh": sentence, "en": sentence} for sentence in told]})
    said = fields_in_words(refused, language)["note"]
    assert [each for each in said if not is_words(each, language)] == []


def shown(text: str) -> str:
    """What the page says of the refusal."""
    (found,) = re.findall(r'<div class="refused".*?</div>', text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", found)).strip()


@pytest.fixture
def anyone(anonymous: FlaskClient, services: FakeServices) -> Callable[..., FlaskClient]:
    """Somebody of this role, with what their pages ask for."""

    def signed(role: str, language: str) -> FlaskClient:
        subject = {"volunteer": test_volunteer.ME, "partner": test_partner.UNIT}.get(role)
        services.who = signed_in(granted(role, COMMUNITY, subject=subject))
        services.answers |= {
            "list_dispatches": test_volunteer.page(test_volunteer.dispatch()),
            "get_dispatch": test_volunteer.dispatch(volunteer_id=test_volunteer.ME),
            "get_pairing": test_volunteer.pairing(),
            "get_grievance": lambda asked: test_leader.case(),
            "list_referrals": test_leader.page(test_partner.referral("referred", "accept")),
            "get_referral": test_partner.referral("referred", "accept"),
            "get_visit": test_doctor.visit(),
            "get_place": {"path": [{"code": COMMUNITY, "name": "陇海路社区"}]},
            "record_reads": {},
        }
        anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
        anonymous.set_cookie(LANGUAGE, language, domain="localhost")
        return anonymous

    return signed


ASKED: list[tuple[str, str, dict[str, Any], str, Error | None]] = [
    ("volunteer", f"/volunteer/dispatches/{ID}/check-in", {}, "check_in",
     DispatchForbids(status="offered", step="check-in", allowed=["accept", "decline"])),
    ("volunteer", f"/volunteer/dispatches/{ID}/decline", {"reason": "长" * 5000}, "", None),
    ("volunteer", f"/volunteer/pairings/{ID}/contacts", {"kind": "letter", "contacted_on": "tomorrow"}, "", None),
    ("grid_leader", f"/leader/cases/{ID}/call", {"called": "nobody", "outcome": "no_such"}, "", None),
    ("grid_leader", f"/leader/cases/{ID}/hands", {"hands": "900", "skills": "x" * 60}, "", None),
    ("grid_leader", f"/leader/cases/{ID}/hands", {"hands": "2"}, "ask_hands", AskedAlready(help="volunteers")),
    ("grid_leader", f"/leader/cases/{ID}/unit", {"unit": "kind:no_such", "wanted": "no_such"}, "", None),
    ("grid_leader", f"/leader/cases/{ID}/attempt", {}, "", None),
    ("grid_leader", f"/leader/cases/{ID}/no_such_step", {}, "", None),
    ("partner", f"/partner/{ID}/accept", {}, "accept_referral",
     ReferralForbids(status="returned", step="accept", allowed=[])),
    ("partner", f"/partner/{ID}/return", {"words": ""}, "", None),
    ("doctor", f"/doctor/visits/{ID}/done", {"systolic": "9999", "pulse": "nan"}, "", None),
    ("doctor", f"/doctor/visits/{ID}/done", {"systolic": "120"}, "complete_visit",
     VisitForbids(status="missed", step="done", allowed=[])),
    ("office", f"/leader/cases/{ID}/remind", {}, "remind_leader", NobodyToRemind()),
    ("office", f"/leader/cases/{ID}/remind", {}, "remind_leader", RemindedAlready(at="11-28 09:30", minutes=60)),
    ("grid_leader", f"/leader/cases/{ID}/reply", {"note": "已改"}, "reply_to_rating", RepliedAlready()),
    ("grid_leader", f"/leader/cases/{ID}/reply", {"note": "已改"}, "reply_to_rating",
     CaseForbids(status="closed", step="reply", allowed=["reopen"])),
    ("office", f"/leader/cases/{ID}/hand-over", {"to_id": "", "reason": ""}, "", None),
    ("office", f"/leader/cases/{ID}/hand-over", GIVEN, "hand_over", CaseOver()),
    ("office", f"/leader/cases/{ID}/hand-over", GIVEN, "hand_over", LeadsAlready(name="王建国")),
    ("office", f"/leader/cases/{ID}/hand-over", GIVEN, "hand_over", TakerWithoutPost()),
    ("office", f"/leader/cases/{ID}/hand-over", GIVEN, "hand_over", TakerStandsAside()),
    ("office", f"/leader/cases/{ID}/hand-over", GIVEN, "hand_over", TakerAway(name="王建国", until="2026-11-30")),
    ("office", f"/leader/cases/{ID}/hand-over", GIVEN, "hand_over",
     LedByAnother(leader_zh="网格长王建国", leader_en="王建国, grid leader")),
    ("office", f"/leader/cases/{ID}/give-back", {"reason": "不归我"}, "give_back", NobodyAbove()),
    ("office", f"/leader/cases/{ID}/give-back", {"reason": "不归我"}, "give_back", NothingToGiveBack()),
    ("office", "/office/bulk", {"step": "no_such", "case": f"{ID}:1"}, "", None),
]  # fmt: skip
"""Who sends which form, and what the service answers: wrong states and wrong input."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("role", "path", "form", "call", "refused"), ASKED)
def test_a_page_that_is_refused_says_why_in_words(
    anyone: Callable[..., FlaskClient], services: FakeServices, role: str, path: str, form: dict[str, Any],
    call: str, refused: Error | None, language: str,
) -> None:  # fmt: skip
    page = anyone(role, language)
    if refused is not None:
        services.answers[call] = from_wire(to_wire(refused))
    answer = page.post(path, data={**WORD, **form})
    assert answer.status_code in (404, 409, 422), answer.text
    said = shown(answer.text)
    assert is_words(said, language), said
    assert len(said) > len("没有提交成功")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_only_a_form_opens_says_so(anyone: Callable[..., FlaskClient], language: str) -> None:
    answer = anyone("office", language).get("/office/bulk", headers={"Accept": "text/html"})
    assert answer.status_code == 405
    assert is_words(shown(answer.text), language), answer.text
