"""The receipt number: what a resident keeps, reads out on the phone and types with old fingers; digits only."""

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
"""China keeps one time and changes no clocks."""

SERIALS = 10**8
"""How many numbers there are for one day."""


def receipt_number(filed_at: datetime, serial: int) -> str:
    """`YYYYMMDD-dddd-ddddc`: the day in China, a serial below `SERIALS`, and a check digit (Luhn) that catches
    a digit misread or two neighbours swapped."""
    day = filed_at.replace(tzinfo=filed_at.tzinfo or UTC).astimezone(CHINA).strftime("%Y%m%d")
    digits = f"{day}{serial:08d}"
    return written(f"{digits}{check_digit(digits)}")


def written(receipt: str) -> str:
    """A receipt number the way it is kept, however its digits were grouped."""
    digits = receipt.replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:]}"


def check_digit(digits: str) -> int:
    """The Luhn check digit of a row of digits."""
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -sum(number // 10 + number % 10 for number in doubled) % 10


def is_receipt_number(text: str) -> bool:
    """Whether the text can be a receipt number, its check digit right."""
    digits = text.replace("-", "")
    return digits.isdigit() and len(digits) == 17 and check_digit(digits[:-1]) == int(digits[-1])
