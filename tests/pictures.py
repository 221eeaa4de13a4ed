"""Pictures for tests, made here."""

import io

from PIL import Image


def picture(width: int = 40, height: int = 30, kind: str = "PNG", mode: str = "RGB", **more: object) -> bytes:
    """A picture of one colour, the upper left quarter of another."""
    made = Image.new(mode, (width, height), "seagreen")
    made.paste("white", (0, 0, width // 2, height // 2))
    told = io.BytesIO()
    made.save(told, kind, **more)  # type: ignore[arg-type]
    return told.getvalue()


A_PICTURE = picture()
