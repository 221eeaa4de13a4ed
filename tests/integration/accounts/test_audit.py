"""The audit of reads in its databases: chained without forks, guarded by the database, sealed, walked, forgotten."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from chassis.asking import Answer
from chassis.broker import Delivery, Message
from chassis.database import Database
from chassis.migrate import difference
from contracts.accounts.errors import SealsFileMissing
from contracts.accounts.schemas import audit as schemas
from services.accounts.config import AuditSettings
from services.accounts.domain.verification import LEAST_DAYS
from services.accounts.handlers import audit
from services.accounts.persistence.seals_file import SealsFile
from services.accounts.persistence.tables import merged_people
from services.accounts.service import AccountsService
from tests.building import At, door, service_database, unit_of_work
from tests.scopes import in_this_scope

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
HERE, THERE = "410181002011", "410181002012"
ELDER = str(uuid4())


class Ledger:
    """The accounts service's audit without nameko and without a broker."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.clock = database, At(NOON)
        self.file = folder / "seals"
        self.service = door("accounts", database, clock=self.clock)
        self.service.audit_settings = AuditSettings(seals_file=str(self.file))

    def ask(self, call: str, **command: Any) -> Any:
        """Ask as the gateway does: the command travels as JSON, and so does the answer."""
        [entrypoint] = getattr(AccountsService, call).nameko_entrypoints
        loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
        return msgspec.json.decode(msgspec.json.encode(entrypoint.method(self.service, loaded)))

    def record(self, *communities: str, **different: Any) -> None:
        """Somebody is shown something of these communities."""
        self.ask("record_reads", **command(*communities or (HERE,), at=self.clock.now, **different))

    def listed(self, **wanted: Any) -> list[dict[str, Any]]:
        """Entries as they are listed."""
        told = self.ask("list_reads", **wanted)
        assert schemas.ReadOut(many=True).validate(told["items"]) == {}
        found: list[dict[str, Any]] = told["items"]
        return found

    def faults(self, most: int = 2000, **which: Any) -> list[tuple[str, int, str]]:
        """What a walk along all chains finds, piece by piece."""
        found, after = [], {}
        while True:
            told = self.ask("verify_reads", most=most, **which, **after)
            assert schemas.Verification().validate(told) == {}
            found += [(fault["community"], fault["number"], fault["why"]) for fault in told["faults"]]
            if told["next"] is None:
                return found
            after = {"after": told["next"]}

    def seal(self) -> int:
        """The timer that seals runs."""
        return audit.seal(self.service.uow, SealsFile(str(self.file)).append, now=self.clock())

    def forget(self, days: int = 1095) -> int:
        """The timer that forgets runs."""
        return audit.forget(self.service.uow, days=days, now=self.clock())

    def later(self, **by: float) -> None:
        """Time goes by."""
        self.clock.now += timedelta(**by)

    def tamper(self, *statements: str) -> None:
        """What somebody does who owns the database and switches its guards off."""
        owner = Database(self.database.url, as_owner=True)
        with owner.writing() as connection:
            if not owner.is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            else:
                guards = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
                for name in connection.execute(text(guards)).scalars().all():
                    connection.execute(text(f"DROP TRIGGER {name}"))
            for statement in statements:
                connection.execute(text(statement))
        owner.close()


def command(*communities: str, **different: Any) -> dict[str, Any]:
    """What the gateway asks for."""
    reads = [{"id": str(uuid4()), "community": each, "what": "health", "subjects": [ELDER]} for each in communities]
    given: dict[str, Any] = {
        "at": NOON,
        "account": "a1",
        "role": "doctor",
        "session": "s1",
        "why": "visit",
        "route": "GET /api/v1/elder-records/<id:id>",
        "correlation": "c1",
        "reads": reads,
    }
    return given | different


def loaded(command: dict[str, Any]) -> Any:
    """The command as the service's handler is given it."""
    return schemas.RecordReads().load(msgspec.json.decode(msgspec.json.encode(command)))


@pytest.fixture
def ledger(database_of: Callable[[str], Database], tmp_path: Path) -> Ledger:
    """The audit on each kind of database."""
    return Ledger(database_of("accounts"), tmp_path)


# -- recorded and listed


def test_a_read_is_recorded_and_listed_as_it_was(ledger: Ledger) -> None:
    ledger.record(HERE)
    (entry,) = ledger.listed()
    assert len(entry.pop("hash")) == 64
    assert entry == {
        "community": HERE, "number": 1, "at": "2026-05-20T12:00:00+00:00", "account": "a1", "role": "doctor",
        "session": "s1", "why": "visit", "what": "health", "route": "GET /api/v1/elder-records/<id:id>",
        "subjects": [ELDER], "correlation": "c1",
    }  # fmt: skip


def test_each_community_has_a_chain_of_its_own_and_so_has_what_belongs_to_none(ledger: Ledger) -> None:
    ledger.record(HERE, THERE)
    ledger.record(HERE)
    ledger.record("")
    places = {(entry["community"], entry["number"]) for entry in ledger.listed()}
    assert places == {(HERE, 1), (HERE, 2), (THERE, 1), ("", 1)}
    assert ledger.faults() == []


def test_entries_are_found_by_community_subject_account_and_day(ledger: Ledger) -> None:
    other = str(uuid4())
    ledger.record(HERE)
    ledger.later(hours=3, minutes=59)
    ledger.record(THERE, account="a2")
    ledger.later(minutes=1)
    ledger.record(HERE, reads=[{"id": str(uuid4()), "community": HERE, "what": "contact", "subjects": [other]}])
    assert [entry["number"] for entry in ledger.listed(community=HERE)] == [2, 1]
    assert [entry["community"] for entry in ledger.listed(subject=ELDER)] == [THERE, HERE]
    assert [entry["subjects"] for entry in ledger.listed(subject=other)] == [[other]]
    assert [entry["community"] for entry in ledger.listed(account="a2")] == [THERE]
    assert len(ledger.listed(on="2026-05-20")) == 2, "a day ends at midnight in China"
    assert len(ledger.listed(on="2026-05-21")) == 1
    assert ledger.listed(subject="nobody") == ledger.listed(on="2026-05-19") == []


def test_entries_are_listed_in_pages(ledger: Ledger) -> None:
    for _ in range(5):
        ledger.record()
    told = ledger.ask("list_reads", page=2, page_size=2)
    assert (told["total"], [entry["number"] for entry in told["items"]]) == (5, [3, 2])


def test_a_command_that_comes_twice_is_recorded_once(ledger: Ledger) -> None:
    twice = command(HERE, THERE)
    ledger.ask("record_reads", **twice)
    ledger.ask("record_reads", **twice)
    assert len(ledger.listed()) == 2
    assert ledger.faults() == []


def test_what_waits_together_is_recorded_in_one_transaction(ledger: Ledger) -> None:
    [entrypoint] = AccountsService.record_reads.nameko_entrypoints
    assert entrypoint.together
    answered: list[Message] = []
    answer = Answer(entrypoint.method, entrypoint.schema, together=True)
    bodies = [msgspec.json.encode(command(HERE, THERE)) for _ in range(20)]
    answer(ledger.service, [asked(body) for body in bodies], lambda _question, told: answered.append(told))
    assert [told.type for told in answered] == ["answer"] * 20
    assert sorted(entry["number"] for entry in ledger.listed(community=HERE, page_size=200)) == list(range(1, 21))
    assert ledger.faults() == []


def asked(body: bytes) -> Delivery:
    """A question that waits."""
    headers: dict[str, str | int | float] = {"within": f"{HERE},{THERE}"}
    message = Message(body=body, id=str(uuid4()), type="record_reads", reply_to="asker", headers=headers)
    settle: Any = lambda *_: None  # noqa: E731
    return Delivery(
        message=message,
        queue="accounts.calls",
        acknowledge=settle,
        give_back=settle,
        retry_later=settle,
        bury=settle,
        acknowledge_all=settle,
    )


def test_many_who_write_at_once_leave_one_chain(ledger: Ledger) -> None:
    """Also where each of them writes to several communities, named in any order."""
    begin = threading.Barrier(6)

    def write(number: int) -> None:
        uow = unit_of_work("accounts", ledger.database)
        order = (HERE, THERE) if number % 2 else (THERE, HERE)
        begin.wait()
        for _ in range(10):
            audit.record_reads(uow, loaded(command(*order)))

    with ThreadPoolExecutor(6) as writers:
        assert list(writers.map(in_this_scope(write), range(6))) == [None] * 6
    for community in (HERE, THERE):
        numbers = [entry["number"] for entry in ledger.listed(community=community, page_size=200)]
        assert sorted(numbers) == list(range(1, 61))
    assert ledger.faults() == []


def test_what_is_rolled_back_leaves_no_entry_and_no_gap(ledger: Ledger) -> None:
    ledger.record()
    with pytest.raises(RuntimeError, match="died"):
        die_while_recording(ledger)
    ledger.record()
    assert [entry["number"] for entry in ledger.listed()] == [2, 1]
    assert ledger.faults() == []


def die_while_recording(ledger: Ledger) -> None:
    """What was recorded is never committed."""
    with ledger.service.uow as uow:
        audit.record_reads(uow, loaded(command(HERE)))
        raise RuntimeError("the process died")


# -- guarded by the database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_reads SET account = 'somebody else'",
        "DELETE FROM audit_reads",
        "UPDATE audit_seals SET count = 1",
        "DELETE FROM audit_seals",
        "DELETE FROM audit_heads",
        "UPDATE audit_heads SET count = 1",
        "UPDATE audit_heads SET community = ''",
    ],
)
def test_the_database_refuses_to_change_or_remove(ledger: Ledger, statement: str) -> None:
    for _ in range(3):
        ledger.record()
    ledger.seal()
    with pytest.raises(DBAPIError, match=r"never changed|permission denied"), ledger.database.writing() as connection:
        connection.execute(text(statement))
    assert ledger.faults() == []


def test_postgresql_lets_nobody_empty_the_tables_and_gives_nobody_the_right_to_change_them(fresh_database: str) -> None:
    rights = "SELECT privilege_type FROM information_schema.table_privileges WHERE table_name = 'audit_reads'"
    with service_database("accounts", fresh_database) as database:
        for table in ("audit_reads", "audit_heads", "audit_seals", "audit_cuts"):
            owner = Database(database.url, as_owner=True)
            with pytest.raises(DBAPIError, match=r"never changed|permission denied"), owner.writing() as connection:
                connection.execute(text(f"TRUNCATE {table}"))
            owner.close()
            with pytest.raises(DBAPIError, match="permission denied"), database.writing() as connection:
                connection.execute(text(f"TRUNCATE {table}"))
        with database.reading() as connection:
            given = set(connection.execute(text(rights)).scalars())
    assert given & {"UPDATE", "TRUNCATE"} == set()
    assert {"INSERT", "SELECT"} <= given


def test_models_and_migrations_agree(ledger: Ledger) -> None:
    assert difference("accounts", ledger.database.url, AccountsService.uow.metadata) == []


# -- walked


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    """Ten entries in one community, three in another."""
    for _ in range(10):
        ledger.record(HERE)
    for _ in range(3):
        ledger.record(THERE)
    return ledger


@pytest.mark.parametrize("most", [1, 3, 10, 2000])
def test_chains_are_walked_in_pieces_of_any_size(filled: Ledger, most: int) -> None:
    assert filled.faults(most=most) == []
    filled.tamper(f"UPDATE audit_reads SET why = 'audit' WHERE community = '{HERE}' AND number = 7")
    assert filled.faults(most=most) == [(HERE, 7, "changed")]
    assert filled.faults(most=most, community=THERE) == []
    assert filled.faults(most=most, community=HERE) == [(HERE, 7, "changed")]


def test_each_broken_chain_is_named_with_its_first_fault(filled: Ledger) -> None:
    filled.tamper(
        f"DELETE FROM audit_reads WHERE community = '{HERE}' AND number IN (4, 8)",
        f"UPDATE audit_reads SET subjects = '[]' WHERE community = '{THERE}' AND number = 2",
    )
    assert filled.faults() == [(HERE, 4, "missing"), (THERE, 2, "changed")]
    (first, _) = filled.ask("verify_reads")["faults"]
    assert first["said"] == {"zh": "第 4 条不见了", "en": "entry 4 is missing"}


def test_an_entry_put_in_behind_the_head_is_found(filled: Ledger) -> None:
    columns = "id, at, account, role, session, why, what, route, subjects, correlation, previous, hash"
    own = "'00000000-0000-0000-0000-000000000001'" if not filled.database.is_sqlite else f"'{uuid4().hex}'"
    filled.tamper(
        f"INSERT INTO audit_reads (community, number, {columns}) "
        f"SELECT community, 11, {columns.replace('id', own, 1)} FROM audit_reads "
        f"WHERE community = '{HERE}' AND number = 10"
    )
    assert filled.faults() == [(HERE, 11, "inserted")]


def test_a_chain_cut_off_is_found_by_its_head_and_without_it_by_a_seal(filled: Ledger) -> None:
    filled.seal()
    cut = f"DELETE FROM audit_reads WHERE community = '{HERE}' AND number > 6"
    filled.tamper(cut)
    assert filled.faults() == [(HERE, 7, "cut_off")]
    head = f"(SELECT hash FROM audit_reads WHERE community = '{HERE}' AND number = 6)"
    filled.tamper(f"UPDATE audit_heads SET count = 6, hash = {head} WHERE community = '{HERE}'")
    assert filled.faults() == [(HERE, 7, "cut_off")]


def test_a_chain_removed_with_everything_the_database_knew_of_it_is_found_by_the_file(filled: Ledger) -> None:
    filled.seal()
    everything = [f"DELETE FROM {name} WHERE community = '{HERE}'" for name in ("audit_reads", "audit_heads")]
    filled.tamper(*everything, f"DELETE FROM audit_seals WHERE community = '{HERE}'")
    assert filled.faults() == [(HERE, 1, "cut_off")]
    filled.file.write_text("")
    assert filled.faults() == [], "nothing else could tell"


def test_a_file_of_seals_that_was_taken_away_is_noticed(filled: Ledger) -> None:
    assert filled.faults() == [], "before the first seal there is no file"
    filled.seal()
    filled.file.unlink()
    with pytest.raises(SealsFileMissing):
        filled.faults()


# -- sealed


def test_heads_are_sealed_once_an_hour_and_only_when_they_moved_on(filled: Ledger) -> None:
    assert filled.seal() == 2
    filled.record(HERE)
    filled.later(minutes=59)
    assert filled.seal() == 0
    filled.later(minutes=1)
    assert filled.seal() == 1
    filled.later(days=1)
    assert filled.seal() == 0
    lines = [msgspec.json.decode(line) for line in filled.file.read_text().splitlines() if line]
    assert [(line["community"], line["count"]) for line in lines] == [(HERE, 10), (THERE, 3), (HERE, 11)]
    assert filled.faults() == []


def test_a_seal_that_cannot_be_written_outside_is_not_kept_inside_either(filled: Ledger) -> None:
    def refuse(_seals: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="disk"):
        audit.seal(filled.service.uow, refuse, now=NOON)
    assert filled.seal() == 2, "it is tried again"


# -- forgotten


def test_entries_are_forgotten_after_their_time_and_the_chain_still_fits(filled: Ledger) -> None:
    filled.seal()
    filled.later(days=600)
    filled.record(HERE)
    filled.seal()
    assert filled.forget() == 0
    filled.later(days=495, minutes=1)
    assert filled.forget() == 13
    assert [(entry["community"], entry["number"]) for entry in filled.listed()] == [(HERE, 11)]
    filled.record(HERE, THERE)
    assert filled.faults() == filled.faults(most=1) == []
    assert filled.forget() == 0
    filled.seal()
    filled.later(days=1095, minutes=1)
    assert filled.forget() == 3
    assert filled.listed() == []
    assert filled.faults() == []


def test_tampering_is_found_in_what_was_left_by_forgetting(filled: Ledger) -> None:
    filled.seal()
    filled.later(days=1096)
    filled.forget()
    for _ in range(3):
        filled.record(HERE)
    filled.tamper(f"UPDATE audit_reads SET account = 'x' WHERE community = '{HERE}' AND number = 12")
    assert filled.faults() == [(HERE, 12, "changed")]


def test_nobody_can_use_a_cut_to_remove_what_is_young(filled: Ledger) -> None:
    filled.seal()
    filled.later(days=LEAST_DAYS - 1)
    assert filled.forget(days=1) == 13, "a setting is refused at start; this is somebody who goes around it"
    assert filled.faults() == [(HERE, 10, "forgotten_early"), (THERE, 3, "forgotten_early")]


def test_who_read_an_entry_that_is_part_of_another_now_is_found_under_the_one_that_stays(ledger: Ledger) -> None:
    kept, gone, third = (str(UUID(int=number)) for number in (41, 42, 43))
    for subject in (gone, kept, third):
        read = {"id": str(uuid4()), "community": HERE, "what": "contact", "subjects": [subject]}
        ledger.ask("record_reads", **command(reads=[read]))
    assert [entry["subjects"] for entry in ledger.listed(subject=kept)] == [[kept]]
    with ledger.database.writing() as connection:
        row = {"community": HERE, "gone_id": UUID(gone), "kept_id": UUID(kept), "merged_at": NOON}
        connection.execute(merged_people.insert().values(**row))
    assert [entry["subjects"] for entry in ledger.listed(subject=kept)] == [[kept], [gone]]
    assert [entry["subjects"] for entry in ledger.listed(subject=third)] == [[third]]
