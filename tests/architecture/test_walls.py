"""Every table says which community a row belongs to, and leads its keys with it; what does not says why."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Table, UniqueConstraint

from chassis.run import SERVICES, service_class
from chassis.walls import KEYED_OTHERWISE, UNIQUE_IN_ALL, WITHOUT_COMMUNITY


def tables() -> Iterator[tuple[str, Table]]:
    """Every table of every service, under its full name."""
    for service in SERVICES:
        for table in service_class(service).uow.metadata.sorted_tables:  # type: ignore[attr-defined]
            yield f"{service}.{table.name}", table


ALL = dict(tables())
WALLED = [name for name in ALL if not {name, name.partition(".")[2]} & WITHOUT_COMMUNITY.keys()]


def is_among(name: str, listed: dict[str, str]) -> bool:
    return bool({name, name.partition(".")[2]} & listed.keys())


@pytest.mark.parametrize("name", WALLED)
def test_a_table_says_of_every_row_which_community_it_belongs_to(name: str) -> None:
    community = ALL[name].columns.get("community")
    assert community is not None, "put it into chassis/walls.py with a reason, or give it its community"
    assert not community.nullable


@pytest.mark.parametrize("name", [name for name in WALLED if not is_among(name, KEYED_OTHERWISE)])
def test_a_primary_key_begins_with_the_community(name: str) -> None:
    assert next(iter(ALL[name].primary_key.columns)).name == "community"


@pytest.mark.parametrize("name", WALLED)
def test_what_is_unique_and_what_refers_to_others_begins_with_the_community(name: str) -> None:
    table = ALL[name]
    unique = [[*index.columns] for index in table.indexes if index.unique]
    unique += [[*each.columns] for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique += [[*key.columns] for key in table.foreign_key_constraints]
    alone = {"id", "dead_letter_id"} | {each.rpartition(".")[2] for each in UNIQUE_IN_ALL if each.startswith(name)}
    assert [columns for columns in unique if columns[0].name != "community" and {c.name for c in columns} - alone] == []


@pytest.mark.parametrize("listed", sorted((WITHOUT_COMMUNITY | KEYED_OTHERWISE).keys() - {"alembic_version"}))
def test_what_is_excepted_exists(listed: str) -> None:
    assert [name for name in ALL if listed in (name, name.partition(".")[2])]


@pytest.mark.parametrize("listed", [name for name in KEYED_OTHERWISE if "." in name])
def test_what_is_keyed_otherwise_carries_its_community_all_the_same(listed: str) -> None:
    assert listed in WALLED
