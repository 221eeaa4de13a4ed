"""Ready phrases on real databases: each community its own, each name once, nothing overwritten unseen."""

from uuid import UUID, uuid4

import pytest

from contracts.grievance.errors import PhraseEdited, PhraseNotFound, PhraseTaken, TooManyPhrases
from services.grievance.handlers.phrases import MOST_OF_A_STEP
from tests.integration.grievance.test_residents import COMMUNITY, desk

__all__ = ["desk"]

ELSEWHERE = "410181002012"


def add(desk, title="已清理", words="楼道已清理，请查看", step="resolve", community=COMMUNITY):
    return desk.add_phrase({"id": uuid4(), "community": community, "step": step, "title": title, "words": words})


def kept(desk, community=COMMUNITY, **more):
    asked = {"community": community, "page": 1, "page_size": 50, **more}
    return [(one["step"], one["title"], one["words"]) for one in desk.list_phrases(asked)["items"]]


def change(desk, phrase, **changes):
    said = {name: phrase[name] for name in ("title", "words", "version")} | changes
    return desk.change_phrase({"id": UUID(phrase["id"]), **said})


def test_a_phrase_is_kept_and_found_by_what_it_is_for(desk):
    told = add(desk, " 已清理 ", " 楼道已清理 ")
    add(desk, "下午到场", "已受理，下午到现场", "accept")
    assert (told["title"], told["words"], told["version"]) == ("已清理", "楼道已清理", 1)
    assert [step for step, *_ in kept(desk)] == ["accept", "resolve"]
    assert kept(desk, step="resolve") == [("resolve", "已清理", "楼道已清理")]


def test_each_community_has_its_own(desk):
    add(desk)
    add(desk, community=ELSEWHERE, words="别处的话")
    assert kept(desk) == [("resolve", "已清理", "楼道已清理，请查看")]
    assert kept(desk, ELSEWHERE) == [("resolve", "已清理", "别处的话")]


def test_a_name_is_given_once_for_a_step_so_that_a_form_sent_twice_adds_one(desk):
    add(desk)
    with pytest.raises(PhraseTaken):
        add(desk, words="另一句")
    add(desk, step="reply")
    assert len(kept(desk)) == 2


def test_a_phrase_is_changed_and_not_over_what_somebody_else_changed_meanwhile(desk):
    phrase = add(desk)
    assert change(desk, phrase, words="已清走")["version"] == 2
    with pytest.raises(PhraseEdited):
        change(desk, phrase, words="我没看到")
    assert kept(desk) == [("resolve", "已清理", "已清走")]


def test_a_phrase_does_not_take_the_name_of_another(desk):
    add(desk)
    other = add(desk, "已修好")
    with pytest.raises(PhraseTaken):
        change(desk, other, title="已清理")
    assert change(desk, other, title="已修好")["version"] == 2


def test_what_is_removed_is_gone(desk):
    phrase = add(desk)
    assert desk.remove_phrase({"id": UUID(phrase["id"])})["title"] == "已清理"
    assert kept(desk) == []
    with pytest.raises(PhraseNotFound):
        desk.remove_phrase({"id": UUID(phrase["id"])})
    with pytest.raises(PhraseNotFound):
        change(desk, phrase)
    with pytest.raises(PhraseNotFound):
        desk.get_phrase({"id": UUID(phrase["id"])})


def test_no_more_are_kept_than_can_be_looked_through(desk):
    for number in range(MOST_OF_A_STEP):
        add(desk, f"第{number}条")
    with pytest.raises(TooManyPhrases):
        add(desk)
    add(desk, step="reply")
