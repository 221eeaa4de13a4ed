"""First letters in pinyin, by which people at a desk find a name: 交通庭院 is jtty, 李大山 is lds."""

import sqlalchemy as sa

MOST = 60
"""Letters that are kept of a name."""

SURNAMES = {
    "单": "s", "解": "x", "仇": "q", "查": "z", "曾": "z", "翟": "z", "覃": "q", "区": "o", "乐": "y",
    "召": "s", "种": "c", "折": "s", "繁": "p", "秘": "b", "句": "g", "祭": "z", "佴": "n", "隗": "w", "郇": "x",
}  # fmt: skip
"""The first letter of surnames that are read otherwise than the same character elsewhere; pypinyin does not know that
a name begins with a surname."""


def initials_of(name: str) -> str:
    """The first letters of a name in pinyin, small, `MOST` at most; what has none stays: 1号楼 is 1hl."""
    # Its dictionaries take a quarter of a second and 55 MB: only where a name is written down, not at every start.
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower()[:MOST]


def initials_of_person(name: str) -> str:
    """The same of a person's name: the surname as surnames are read, without the signs between the parts."""
    letters = initials_of(name)
    surname = SURNAMES.get(name[:1], letters[:1])
    return "".join(filter(str.isalnum, surname + letters[1:]))


def is_called(table: sa.Table, q: str) -> sa.ColumnElement[bool]:
    """Whether somebody in a table with the columns `name` and `initials` is called so, or has these first letters."""
    words = q.strip()
    return sa.or_(
        table.c.name.contains(words, autoescape=True), table.c.initials.contains(words.lower(), autoescape=True)
    )
