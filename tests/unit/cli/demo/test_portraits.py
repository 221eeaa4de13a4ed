"""Portraits of the demo's officials: drawn, the same for the same person, and not all alike."""

import io
from datetime import date

from PIL import Image

from cli.demo.community import draw_up
from cli.demo.people import Person
from cli.demo.phrases import PHRASES
from cli.demo.portraits import DARK_HAIR, GREY_HAIR, looks_of, portrait_of
from contracts.grievance.schemas.phrases import STEPS, NewPhrase


def a_person(number: str = "JM00001", sex: str = "男", born: int = 1976) -> Person:
    return Person(
        number=number,
        name="范明亮",
        sex=sex,
        born_on=date(born, 9, 1),
        household="1",
        phone="1",
        is_party_member=False,
    )


def test_a_portrait_is_a_picture_of_400_pixels_and_the_same_every_time() -> None:
    picture = Image.open(io.BytesIO(portrait_of(a_person())))
    assert (picture.format, picture.size) == ("JPEG", (400, 400))
    assert portrait_of(a_person()) == portrait_of(a_person())


def test_people_look_different() -> None:
    community = draw_up()
    people = {person.number: person for person in community.people}
    officials = [people[post.person] for post in community.posts]
    looks = [looks_of(person) for person in officials]
    assert len(set(looks)) > len(looks) * 0.8
    assert {each.cut for each in looks} == {"bob", "bun", "long", "short", "parted", "receding"}


def test_the_old_have_grey_hair_and_the_young_have_not() -> None:
    assert looks_of(a_person(born=1958)).hair in GREY_HAIR
    assert looks_of(a_person(born=1990)).hair in DARK_HAIR


def test_there_are_phrases_for_every_kind_of_step_and_the_api_takes_them() -> None:
    assert {step for step, _, _ in PHRASES} == set(STEPS)
    for step, title, words in PHRASES:
        assert NewPhrase().validate({"step": step, "title": title, "words": words}) == {}
