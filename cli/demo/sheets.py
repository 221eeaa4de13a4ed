"""The demo community as the sheets that a community office would import."""

import csv
import io
from collections.abc import Iterable, Sequence

from cli.demo.community import DemoCommunity
from cli.demo.officers import Post
from cli.demo.people import Person
from cli.demo.places import BOUNDS, CITY, SUBDISTRICT

PLACE_COLUMNS = ("编码", "类型", "名称", "上级", "老旧", "四至", "街道", "城市")
PEOPLE_COLUMNS = ("编号", "姓名", "出生日期", "性别", "住户编码", "电话", "职务", "任职地点", "条线", "任期开始")


def places_sheet(community: DemoCommunity) -> bytes:
    """The place tree as CSV."""
    about_community = (BOUNDS, SUBDISTRICT, CITY)
    return csv_of(
        PLACE_COLUMNS,
        (
            (place.code, place.kind, place.name, place.parent or "", "是" if place.is_aged else "")
            + (about_community if place.kind == "community" else ("", "", ""))
            for place in community.places
        ),
    )


def people_sheet(community: DemoCommunity) -> bytes:
    """Every resident as CSV, with the post they hold."""
    posts = {post.person: post for post in community.posts}
    return csv_of(PEOPLE_COLUMNS, (person_cells(person, posts.get(person.number)) for person in community.people))


def person_cells(person: Person, post: Post | None) -> tuple[str, ...]:
    """One resident's row."""
    known = (person.number, person.name, person.born_on.isoformat(), person.sex, person.household, person.phone)
    return known + ((post.kind, post.place, post.line, post.starts_on.isoformat()) if post else ("", "", "", ""))


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV with its header, in UTF-8."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return sheet.getvalue().encode()
