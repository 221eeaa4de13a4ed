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
    return digits.isdecimal() and len(digits) == 17 and check_digit(digits[:-1]) == int(digits[-1])


CLAIM = 13
"""Digits of a claim: 43 bits, written in three groups like the receipt number."""


CLAIM_MARK = "claim"
"""What the fingerprint is for from whose digits a claim is made: the claim itself stands nowhere."""

FILED_BY_PHONE, JOINED_BY = "filer by phone", "neighbour by"
"""What those fingerprints are for by which whoever filed a case, or joined it, is known again."""


def claim_of(fingerprint: str) -> str:
    """The claim that the fingerprint of an id gives: `dddd-dddd-ddddd`, digits only, for they are read out on the
    phone. The same each time, so that a filing sent again is answered as before; without the secret by which
    fingerprints are made nobody tells it from chance."""
    return _grouped(f"{int(fingerprint[:32], 16) % 10**CLAIM:0{CLAIM}d}")


def claim_written(claim: str) -> str:
    """A claim the way it is given out, however its digits were grouped."""
    return _grouped("".join(filter(str.isdigit, claim)))


def _grouped(digits: str) -> str:
    return f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
