"""The plan of the grid: its courtyards side by side, each with how many cases are open in it."""

from typing import Any, NamedTuple
from unicodedata import east_asian_width

from flask import render_template

from gateway.pages.api import every
from gateway.pages.display import display
from gateway.pages.leader import pages
from gateway.pages.leader.words import words

WIDTH = 360
"""Of the drawing: that of a narrow telephone, so that its letters are as big there as those of the page."""

SIZES = {"normal": (3, 15), "large": (2, 20), "larger": (2, 25), "largest": (1, 30)}
"""How many courtyards stand side by side and how big their letters are, by the size that the reader chose."""

PAD, GAP = 10, 6

CLOSING = "）》」』】〕，。、！？：；"


class Tile(NamedTuple):
    """A courtyard as it is drawn."""

    place: str
    name: str
    lines: list[str]
    x: int
    y: int
    open: int
    waiting: int
    overdue: int

    @property
    def look(self) -> str:
        """The look that goes with how it stands, which is said in words as well."""
        return "late" if self.overdue else "doing" if self.open else "done"


@pages.get("/plan")
def plan() -> str:
    """The courtyards, and a list of the same for those who would rather read."""
    rows = list(every("list_grievances_by_place", query={"mine": True, "kind": "courtyard"}))
    columns, letter = SIZES[display().size]
    width = (WIDTH - GAP * (columns - 1)) // columns
    height = 2 * PAD + 5 * letter + letter // 2
    tiles = [
        _tile(row, number, columns, width, height, (width - 2 * PAD) // letter)
        for number, row in enumerate(_named(rows))
    ]
    depth = -(-len(tiles) // columns) * (height + GAP)
    return render_template(
        "leader/plan.html", tiles=tiles, width=width, height=height, depth=depth, letter=letter, pad=PAD, **words()
    )


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with the names of their places; those of whole grids only where something lies there."""
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for community in {row["community"] for row in rows}:
        for kind in ("grid", "courtyard"):
            for place in every("list_places", community=community, query={"kind": kind}):
                names[place["code"]], kinds[place["code"]] = place["name"], kind
    shown = [row for row in rows if kinds.get(row["place"]) == "courtyard" or row["open"]]
    return [{**row, "name": names.get(row["place"], row["place"])} for row in shown]


def lines_of(name: str, fits: int) -> list[str]:
    """The name in lines of so many Chinese letters; others are half as wide."""
    lines, room = [""], float(fits)
    for letter in name:
        width = 1.0 if east_asian_width(letter) in "WF" else 0.6
        if width > room:
            # No line begins with a closing bracket: the letter before it goes along.
            taken = lines[-1][-1:] if letter in CLOSING else ""
            lines, room = [*lines[:-1], lines[-1][: len(lines[-1]) - len(taken)], taken], float(fits - len(taken))
        lines[-1] += letter
        room -= width
    return lines


def _tile(row: dict[str, Any], number: int, columns: int, width: int, height: int, fits: int) -> Tile:
    name = row["name"]
    return Tile(
        place=row["place"],
        name=name,
        lines=lines_of(name, fits)[:2],
        x=number % columns * (width + GAP),
        y=number // columns * (height + GAP),
        open=row["open"],
        waiting=row["waiting"],
        overdue=row["overdue"],
    )
