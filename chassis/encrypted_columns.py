"""Types of columns that are encrypted in the database with the process's key ring: text, bytes, documents."""

from base64 import b64decode, b64encode
from typing import Any

import msgspec
from sqlalchemy import Dialect, MetaData, Table, Text, TypeDecorator

from chassis.encryption import ring


class Encrypted(TypeDecorator[Any]):
    """Text. An empty one holds nothing and is kept as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Into the database: encrypted."""
        return ring().encrypt(value) if value else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Out of the database: as it was."""
        return ring().decrypt(value) if value else value


class EncryptedBytes(Encrypted):
    """Bytes."""

    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Into the database: encrypted."""
        return None if value is None else super().process_bind_param(b64encode(value).decode(), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Out of the database: the bytes."""
        return None if value is None else b64decode(super().process_result_value(value, dialect))


class EncryptedDocument(Encrypted):
    """A JSON value, or a dataclass on its way in, encrypted as a whole."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Into the database: as encrypted JSON."""
        return None if value is None else super().process_bind_param(msgspec.json.encode(value).decode(), dialect)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Out of the database: the value again."""
        return None if value is None else msgspec.json.decode(super().process_result_value(value, dialect))


def encrypted_columns(metadata: MetaData) -> list[tuple[Table, str]]:
    """Every encrypted column of these tables, in the same order each time."""
    return [
        (table, column.name)
        for _, table in sorted(metadata.tables.items())
        for column in table.columns
        if isinstance(column.type, Encrypted)
    ]
