"""Views of the inbox on real databases: each community its own, each name once, what they narrow kept whole."""

from uuid import UUID, uuid4

import pytest
from marshmallow import ValidationError

from contracts.grievance.errors import TooManyViews, ViewNotFound, ViewTaken
from contracts.grievance.schemas.views import AddView
from services.grievance.handlers.views import MOST
from tests.integration.grievance.test_residents import COMMUNITY, desk

__all__ = ["desk"]

ELSEWHERE = "410181002012"
LATE = {"group": "open", "overdue": True, "category": "lift"}


def add(desk, title="电梯超期", narrowed=LATE, community=COMMUNITY):
    return desk.add_view(
        AddView().load({"id": str(uuid4()), "community": community, "title": title, "narrowed": narrowed})
    )


def kept(desk, community=COMMUNITY):
    asked = {"community": community, "page": 1, "page_size": 50}
    return [(one["title"], one["narrowed"]) for one in desk.list_views(asked)["items"]]


def test_a_view_is_kept_with_all_that_it_narrows_to(desk):
    assert add(desk, " 电梯超期 ")["title"] == "电梯超期"
    add(desk, "第一网格", {"place": "41018100201100"})
    assert kept(desk) == [("电梯超期", LATE), ("第一网格", {"place": "41018100201100"})]


def test_each_community_has_its_own(desk):
    add(desk)
    add(desk, community=ELSEWHERE, narrowed={"channel": "phone"})
    assert kept(desk) == [("电梯超期", LATE)]
    assert kept(desk, ELSEWHERE) == [("电梯超期", {"channel": "phone"})]


def test_a_name_is_given_once_so_that_a_form_sent_twice_keeps_one(desk):
    add(desk)
    with pytest.raises(ViewTaken):
        add(desk, narrowed={"overdue": True})
    assert kept(desk) == [("电梯超期", LATE)]


def test_what_is_removed_is_gone(desk):
    view = add(desk)
    assert desk.remove_view({"id": UUID(view["id"])})["title"] == "电梯超期"
    assert kept(desk) == []
    for call in (desk.remove_view, desk.get_view):
        with pytest.raises(ViewNotFound):
            call({"id": UUID(view["id"])})


def test_no_more_are_kept_than_have_room_above_the_inbox(desk):
    for number in range(MOST):
        add(desk, f"第{number}个")
    with pytest.raises(TooManyViews):
        add(desk)
    add(desk, community=ELSEWHERE)


@pytest.mark.parametrize("narrowed", [{}, {"filed_by": str(uuid4())}, {"page": 2}, {"order": "newest"}, {"group": "x"}])
def test_a_view_narrows_by_what_anybody_of_the_office_may_ask_for_and_by_something(desk, narrowed):
    with pytest.raises(ValidationError):
        add(desk, narrowed=narrowed)
    assert kept(desk) == []
