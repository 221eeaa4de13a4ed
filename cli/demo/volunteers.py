"""The demo community's volunteers and its four teams."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from cli.demo.names import MAN, WOMAN
from cli.demo.people import Person

VOLUNTEERS = 120
PARTY_MEMBERS = 48
FREE_AT_ANY_TIME = 0.7
JOINED_ON = date(2025, 9, 1)
SKILLS = (
    "carrying", "cleaning", "mediation", "law", "companionship", "electric", "first_aid", "patrol", "hairdressing",
)  # fmt: skip
EVENINGS_AND_WEEKENDS = (
    *({"weekday": day, "starts": "18:00", "ends": "21:30"} for day in range(1, 6)),
    *({"weekday": day, "starts": "08:00", "ends": "20:00"} for day in (6, 7)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Volunteer:
    """A resident who lends a hand, at home in a courtyard."""

    person: Person
    home_place: str
    skills: tuple[str, ...]
    is_always_free: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A team with what it needs to be sent: name, slogan, charter, members."""

    kind: str
    name: str
    slogan: str
    charter: str
    members: tuple[Volunteer, ...]


CHARTER = (
    "一、入队自愿，退队自由，服务不取报酬。二、每月至少服务一次，到场签到、离场签退。"
    "三、服从社区和队长安排，两人以上结伴上门。四、尊重居民隐私，不收礼、不吃请。{}"
)
TEAMS = (
    ("party", "“常有礼”党员志愿服务队", "我是一名党员我先行", "五、党员亮身份、作表率，急难险重走在前。", 16),
    ("property", "红色物业志愿服务队", "物业管家，服务到家", "五、水电门窗小修随叫随到，先服务后登记。", 8),
    ("veterans", "退役军人志愿服务队", "退役不褪色，奉献在社区", "五、夜间巡逻两人一组，险情先报告再处置。", 10),
    ("women", "巾帼志愿服务队", "巾帼暖人心，邻里一家亲", "五、优先照看老人、儿童和残疾邻居。", 12),
)


def recruit(rng: random.Random, people: list[Person], busy: set[str]) -> list[Volunteer]:
    """Grown residents without a post, no two of one name; Party members more often than their neighbours."""
    grown = [person for person in people if 18 <= person.age <= 72 and person.number not in busy]
    rng.shuffle(grown)
    by_name = {person.name: person for person in grown}.values()
    members = [person for person in by_name if person.is_party_member][:PARTY_MEMBERS]
    others = [person for person in by_name if not person.is_party_member][: VOLUNTEERS - PARTY_MEMBERS]
    return [enlist(rng, person) for person in sorted(members + others, key=lambda person: person.number)]


def enlist(rng: random.Random, person: Person) -> Volunteer:
    """The resident as a volunteer with one to three skills."""
    return Volunteer(
        person=person,
        home_place=person.household[:17],
        skills=tuple(sorted(rng.sample(SKILLS, rng.choice((1, 2, 2, 3))))),
        is_always_free=person.age >= 60 or rng.random() < FREE_AT_ANY_TIME,
    )


FITS: dict[str, Callable[[Volunteer], bool]] = {
    "party": lambda one: one.person.is_party_member,
    "property": lambda one: "electric" in one.skills or "cleaning" in one.skills,
    "veterans": lambda one: one.person.sex == MAN and one.person.age >= 22,
    "women": lambda one: one.person.sex == WOMAN,
}


def form_teams(rng: random.Random, volunteers: list[Volunteer]) -> list[Team]:
    """The four teams, nobody in two of them."""
    free = list(volunteers)
    teams = []
    for kind, name, slogan, article, size in TEAMS:
        members = rng.sample([one for one in free if FITS[kind](one)], size)
        free = [one for one in free if one not in members]
        teams.append(Team(kind=kind, name=name, slogan=slogan, charter=CHARTER.format(article), members=tuple(members)))
    return teams
