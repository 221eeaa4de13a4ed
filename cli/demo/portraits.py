"""Portraits of the demo's officials: drawn, so that pages show a face and nobody's; the same for the same person."""

import io
import random
from typing import NamedTuple

from PIL import Image, ImageDraw

from cli.demo.people import Person

SIDE = 400
"""Pixels of a portrait's side."""

FINER = 2
"""Drawn so many times as large and made smaller, which smooths the edges."""

Colour = tuple[int, int, int]

BACKGROUNDS: tuple[Colour, ...] = ((214, 230, 240), (226, 238, 218), (244, 230, 214), (234, 224, 242), (222, 236, 234))
CLOTHES: tuple[Colour, ...] = ((44, 82, 130), (122, 46, 58), (46, 104, 84), (88, 70, 120), (70, 78, 90), (150, 90, 40))
SKINS: tuple[Colour, ...] = ((246, 214, 182), (238, 200, 166), (228, 188, 152))
DARK_HAIR: tuple[Colour, ...] = ((34, 28, 28), (52, 40, 34), (68, 50, 40))
GREY_HAIR: tuple[Colour, ...] = ((128, 126, 124), (164, 162, 160), (196, 194, 192))
INK: Colour = (56, 44, 40)
LIPS: Colour = (180, 84, 76)
GREY_FROM = 58
"""Age from which hair is drawn grey."""


class Looks(NamedTuple):
    """How somebody is drawn."""

    background: Colour
    clothes: Colour
    skin: Colour
    hair: Colour
    cut: str
    has_glasses: bool


def looks_of(person: Person) -> Looks:
    """Drawn by lot from the person's number; hair goes by sex and age."""
    lot = random.Random(f"portrait of {person.number}")
    cuts = ("bob", "bun", "long") if person.sex == "女" else ("short", "parted", "receding")
    return Looks(
        background=lot.choice(BACKGROUNDS),
        clothes=lot.choice(CLOTHES),
        skin=lot.choice(SKINS),
        hair=lot.choice(GREY_HAIR if person.age >= GREY_FROM else DARK_HAIR),
        cut=lot.choice(cuts),
        has_glasses=lot.random() < 0.35,
    )


def portrait_of(person: Person) -> bytes:
    """Head and shoulders as JPEG, 400 by 400 pixels."""
    looks = looks_of(person)
    drawn = Image.new("RGB", (SIDE * FINER, SIDE * FINER), looks.background)
    pen = Pen(ImageDraw.Draw(drawn))
    _hair_behind(pen, looks)
    _shoulders(pen, looks)
    _head(pen, looks)
    _hair_in_front(pen, looks)
    _face(pen, looks)
    written = io.BytesIO()
    drawn.reduce(FINER).save(written, "JPEG", quality=88)
    return written.getvalue()


class Pen:
    """Draws in the portrait's own pixels."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def oval(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """A filled oval."""
        self.draw.ellipse(_finer(left, top, right, bottom), fill=fill)

    def part(self, box: tuple[float, float, float, float], start: float, end: float, fill: Colour) -> None:
        """What lies of an oval between two angles, in degrees clockwise from three o'clock, cut straight."""
        self.draw.chord(_finer(*box), start, end, fill=fill)

    def block(self, left: float, top: float, right: float, bottom: float, fill: Colour, round_by: float = 0) -> None:
        """A filled rectangle, its corners rounded."""
        self.draw.rounded_rectangle(_finer(left, top, right, bottom), round_by * FINER, fill=fill)

    def curve(self, box: tuple[float, float, float, float], start: float, end: float, ink: Colour, width: int) -> None:
        """A line along an oval."""
        self.draw.arc(_finer(*box), start, end, fill=ink, width=width * FINER)


def _finer(left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
    return left * FINER, top * FINER, right * FINER, bottom * FINER


def _hair_behind(pen: Pen, looks: Looks) -> None:
    if looks.cut == "long":
        pen.block(108, 120, 292, 300, looks.hair, 70)
    if looks.cut == "bob":
        pen.block(112, 110, 288, 250, looks.hair, 70)
    if looks.cut == "bun":
        pen.oval(165, 40, 235, 110, looks.hair)


def _shoulders(pen: Pen, looks: Looks) -> None:
    pen.oval(50, 285, 350, 560, looks.clothes)
    pen.block(172, 240, 228, 326, looks.skin, 20)
    pen.part((150, 262, 250, 342), 20, 160, looks.skin)


def _head(pen: Pen, looks: Looks) -> None:
    for left in (112, 262):
        pen.oval(left, 168, left + 26, 210, looks.skin)
    pen.oval(124, 92, 276, 272, looks.skin)


def _hair_in_front(pen: Pen, looks: Looks) -> None:
    top = (120, 80, 280, 262)
    if looks.cut == "receding":
        pen.part(top, 158, 205, looks.hair)
        pen.part(top, 335, 382, looks.hair)
        return
    pen.part(top, 198, 342, looks.hair)
    if looks.cut == "parted":
        pen.part((118, 84, 246, 214), 150, 290, looks.hair)
    if looks.cut in ("bob", "long"):
        pen.part((114, 82, 210, 214), 120, 300, looks.hair)
        pen.part((214, 100, 288, 220), 270, 450, looks.hair)


def _face(pen: Pen, looks: Looks) -> None:
    for middle in (168, 232):
        pen.oval(middle - 8, 176, middle + 8, 194, INK)
        pen.oval(middle - 2, 179, middle + 3, 184, (255, 255, 255))
        pen.curve((middle - 18, 152, middle + 18, 182), 205, 335, INK, 4)
        if looks.has_glasses:
            pen.curve((middle - 25, 162, middle + 25, 208), 0, 360, INK, 4)
    if looks.has_glasses:
        pen.curve((192, 176, 208, 192), 200, 340, INK, 4)
    pen.curve((190, 190, 210, 216), 30, 150, tuple(max(0, part - 46) for part in looks.skin), 4)  # type: ignore[arg-type]
    pen.curve((170, 200, 230, 246), 25, 155, LIPS, 6)
