"""What the store promises, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.exc import DBAPIError

from approvals.errors import KeyReusedError, StaleVersionError
from approvals.handlers import people
from approvals.ledger import START, Entry, UnwritableTextError, rehash
from approvals.names import Role
from approvals.ports import Contact, NoteId
from approvals.standing import State
from approvals.store import Store, engines
from approvals.store.errors import (
    BackupElsewhereError,
    BackupExistsError,
    DatabaseError,
    NameTooLongError,
)
from approvals.store.tables import METADATA
from tests.approvals.ledgers import append, by_hand, fill, raw, rows, write
from tests.approvals.town import PEOPLE, WORDS, Town


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite3"


@pytest.fixture
def sqlite(path: Path) -> Iterator[Store]:
    store = Store(path)
    yield store
    store.close()


def is_sqlite(store: Store) -> bool:
    return store.engine.dialect.name == "sqlite"


PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "busy_timeout": 20_000,
    "foreign_keys": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "secure_delete": 1,
}


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_every_connection_is_set_up_as_a_ledger_needs_it(pragma: str, sqlite: Store) -> None:
    with sqlite.connected() as one, sqlite.connected() as two, sqlite.begin() as three:
        for connection in (one, two, three._connection):
            found = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            assert found == PRAGMAS[pragma]


CHANGES = {
    "a row changed": "UPDATE ledger SET payload = '{}' WHERE sequence = 2",
    "all rows changed to what they are": "UPDATE ledger SET sequence = sequence",
    "a row deleted": "DELETE FROM ledger WHERE sequence = 4",
    "all rows deleted": "DELETE FROM ledger",
}
REPLACED = {
    "a number taken again": (2, "new", 1, "new"),
    "a dossier's version taken again": (5, "house", 1, "new"),
    "a key taken again": (5, "new", 1, "house/1"),
}
ROW = "({}, '{}', {}, 'Happened', '{{}}', '2026-11-23T12:00:00.000000Z', '{}', '', '')"


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_the_ledger(change: str, store: Store) -> None:
    before = fill(store, 4)
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.exec_driver_sql(CHANGES[change])
    assert list(store.entries()) == before
    assert store.check().ok


@pytest.mark.parametrize("how", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT"])
@pytest.mark.parametrize("row", REPLACED)
def test_sqlite_refuses_to_replace_a_row_by_any_of_its_keys(
    row: str, how: str, path: Path, sqlite: Store
) -> None:
    before = fill(sqlite, 4)
    with raw(path) as connection:
        connection.execute("PRAGMA recursive_triggers = OFF")
        with pytest.raises(Exception, match="append-only") as raised:
            connection.execute(f"{how} INTO ledger VALUES {ROW.format(*REPLACED[row])}")
        assert type(raised.value).__name__ == "IntegrityError"
    assert list(sqlite.entries()) == before


POSTGRES_CHANGES = {
    "truncated": "TRUNCATE ledger",
    "truncated with all that follows": "TRUNCATE ledger CASCADE",
    "a row replaced": f"INSERT INTO ledger VALUES {ROW.format(2, 'new', 1, 'new')}"
    " ON CONFLICT (sequence) DO UPDATE SET payload = '{}'",
}


@pytest.mark.parametrize("change", POSTGRES_CHANGES)
@pytest.mark.needs_postgres
def test_postgresql_refuses_what_only_it_can_do(change: str, postgres: Callable[[], str]) -> None:
    store = Store(postgres())
    before = fill(store, 4)
    with pytest.raises(DBAPIError, match="append-only"), store.engine.begin() as connection:
        connection.exec_driver_sql(POSTGRES_CHANGES[change])
    assert list(store.entries()) == before
    store.close()


@pytest.mark.needs_postgres
def test_postgresql_without_its_triggers_or_with_an_altered_row_is_found_out(
    postgres: Callable[[], str],
) -> None:
    store = Store(postgres())
    fill(store, 8)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE ledger DISABLE TRIGGER ledger_no_change")
    report = store.check()
    assert (report.ok, report.first_bad) == (False, None)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger SET payload = '{}' WHERE sequence = 5")
        connection.exec_driver_sql("ALTER TABLE ledger ENABLE TRIGGER ledger_no_change")
    report = store.check()
    assert (report.ok, report.first_bad, report.size) == (False, 5, 4)
    store.close()


@pytest.mark.needs_postgres
def test_a_role_that_does_not_own_the_tables_writes_and_cannot_take_the_triggers_away(
    postgres: Callable[[], str],
) -> None:
    where = postgres()
    owner = Store(where)
    with owner.engine.begin() as connection:
        for sql in (
            "CREATE ROLE clerk LOGIN",
            "GRANT USAGE ON SCHEMA {0} TO clerk",
            "GRANT ALL ON ALL TABLES IN SCHEMA {0} TO clerk",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {0} TO clerk",
        ):
            connection.exec_driver_sql(sql.format(where.rpartition("%3D")[2]))
    clerk = Store(where.replace("//enonce@", "//clerk@"))
    fill(clerk, 4)
    with clerk.begin() as work:
        work.put_contact(ZOE)
        work.write_note(NoteId("n-1"), "Text.")
        work.erase_note(NoteId("n-1"))
        work.commit()
    clerk.settle(1, 2)
    assert clerk.check().ok
    for sql, said in (
        ("ALTER TABLE ledger DISABLE TRIGGER ALL", "owner"),
        ("DROP TRIGGER ledger_no_change ON ledger", "owner"),
        ("SET session_replication_role = replica", "permission denied"),
        ("DELETE FROM ledger", "append-only"),
        ("TRUNCATE ledger", "append-only"),
    ):
        with pytest.raises(DBAPIError, match=said), clerk.engine.begin() as connection:
            connection.exec_driver_sql(sql)
    assert clerk.check().size == 4
    clerk.close()
    owner.close()


def test_what_is_appended_is_what_is_read_and_what_was_hashed(store: Store) -> None:
    first = append(store, "statement", 1)
    second = append(
        store, "statement", 2, payload={"said": "œuvre « à part » \u2028 😀", "n": [1, None]}
    )
    other = append(store, "house", 1)
    with store.read() as reader:
        assert reader.history("statement") == (first, second)
        assert reader.history("house") == (other,)
        assert reader.history("nothing") == ()
        assert reader.streams() == ("statement", "house")
        assert reader.find("statement/2") == second
        assert reader.find("statement/9") is None
        assert reader.last() == other
        assert list(reader.entries()) == [first, second, other]
        assert list(reader.entries(1)) == [second, other]
    assert [entry.previous for entry in (first, second, other)] == [START, first.hash, second.hash]
    assert second.payload == '{"n":[1,null],"said":"œuvre « à part » \u2028 😀"}'
    assert store.head() == (3, other.hash)
    with store.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM ledger ORDER BY sequence").mappings()
        assert [by_hand(dict(row)) for row in kept] == [first.hash, second.hash, other.hash]


def test_both_databases_give_the_same_hashes(path: Path, postgres: Callable[[], str]) -> None:
    one, two = Store(path), Store(postgres())
    assert fill(one, 12) == fill(two, 12)
    assert one.check() == two.check()
    one.close()
    two.close()


def test_nothing_is_kept_without_commit(store: Store) -> None:
    def interrupted() -> None:
        with store.begin() as work:
            write(work, "one", 1)
            work.write_note(NoteId("n"), "text")
            work.put_contact(ZOE)
            raise KeyboardInterrupt

    with store.begin() as work:
        write(work, "one", 1)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert store.size() == 0
    assert store.pending() == ()
    with store.read() as reader:
        assert reader.contacts() == ()
        assert reader.read_note(NoteId("n")) is None
    append(store, "one", 1)


def test_nothing_is_written_behind_a_commit(store: Store) -> None:
    with store.begin() as work:
        write(work, "one", 1)
        work.commit()
        for act in (
            lambda: write(work, "one", 2),
            lambda: work.write_note(NoteId("n"), "text"),
            lambda: work.erase_note(NoteId("n")),
            lambda: work.put_contact(ZOE),
            work.commit,
        ):
            with pytest.raises(RuntimeError, match="committed"):
                act()
    assert store.size() == 1


def test_one_act_inside_another_is_refused_instead_of_waiting_for_ever(store: Store) -> None:
    def nested() -> None:
        with store.begin() as work:
            write(work, "one", 1)
            append(store, "two", 1)

    with pytest.raises(RuntimeError, match="inside another"):
        nested()
    append(store, "one", 1)
    assert store.size() == 1


@pytest.mark.parametrize("expected", [-1, 0, 1, 3, 2**40])
def test_an_act_on_another_version_than_the_present_one_is_refused(
    expected: int, store: Store
) -> None:
    append(store, "one", 1)
    append(store, "one", 2)
    with pytest.raises(StaleVersionError) as raised:
        append(store, "one", expected + 1, key="new")
    assert raised.value.data == {"dossier": "one", "expected": expected, "found": 2}
    assert store.size() == 2


def test_a_key_serves_once_in_the_whole_ledger(store: Store) -> None:
    append(store, "one", 1, key="once")
    for stream, version in (("one", 2), ("two", 1), ("one", 1)):
        with pytest.raises(KeyReusedError) as raised:
            append(store, stream, version, key="once")
        assert raised.value.data == {"key": "once"}
    assert store.size() == 1
    assert len(store.pending()) == 1


class InStore:
    """A town's records in a real store instead of on paper."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.begin = store.begin

    @property
    def entries(self) -> list[Entry]:
        return list(self.store.entries())


def test_a_handler_answers_the_same_key_with_the_same_entry(store: Store) -> None:
    town = Town(paper=InStore(store))  # type: ignore[arg-type]
    town.bring(people.found_house, people.FoundHouse, "admin", institution=WORDS, head_key="k")
    for handle in ("admin", "drafter", "translator"):
        town.enrol(handle, *PEOPLE[handle])
    town.open()
    first = town.submit(key="once")
    before = town.paper.entries
    assert first == before[-1]
    assert town.submit(key="once") == first
    with pytest.raises(KeyReusedError, match="once"):
        town.enrol("friend", Role.DRAFTER, key="once")
    assert town.paper.entries == before
    assert town.state is State.DRAFT
    assert store.check().ok


def test_a_reader_sees_one_moment_and_waits_for_no_writer(store: Store) -> None:
    append(store, "one", 1)
    with store.read() as reader:
        assert reader.last() is not None
        append(store, "one", 2)
        with store.begin() as work:
            write(work, "one", 3)
            assert len(reader.history("one")) == 1
            work.commit()
        assert len(reader.history("one")) == 1
        assert len(list(reader.entries())) == 1
    with store.read() as reader:
        assert len(reader.history("one")) == 3


def test_a_long_ledger_is_read_in_parts(store: Store) -> None:
    entries = fill(store, 603)
    assert list(store.entries()) == entries
    assert list(store.entries(after=90)) == entries[90:]
    assert store.check() == store.check(())
    assert store.check().size == store.size() == 603


UNWRITABLE: dict[str, Callable[[Any], object]] = {
    "a stream with half a surrogate pair": lambda work: write(work, "\udcff", 1),
    "a stream with a NUL": lambda work: write(work, "a\0b", 1),
    "a stream that is too long": lambda work: write(work, "x" * 201, 1),
    "a key with half a surrogate pair": lambda work: write(work, "one", 1, key="\udcff"),
    "a key with a NUL": lambda work: write(work, "one", 1, key="a\0b"),
    "a key that is too long": lambda work: write(work, "one", 1, key="x" * 201),
    "a payload with half a surrogate pair": lambda work: write(
        work, "one", 1, payload={"said": "\ud800"}
    ),
    "a payload with a number that is rounded": lambda work: write(
        work, "one", 1, payload={"n": 2**60}
    ),
    "a note with half a surrogate pair": lambda work: work.write_note(NoteId("n"), "\udcff"),
    "a note with a NUL": lambda work: work.write_note(NoteId("n"), "a\0b"),
    "a name with a NUL": lambda work: work.put_contact(
        Contact("p-1", "zoe", "Zo\0", "zoe@example.org", "fr")
    ),
    "a handle that is too long": lambda work: work.put_contact(
        Contact("p-1", "z" * 81, "Zoé", "zoe@example.org", "fr")
    ),
    "looking for a key with half a surrogate pair": lambda work: work.find("\udcff"),
}


@pytest.mark.parametrize("what", UNWRITABLE)
def test_text_that_not_every_database_keeps_is_refused(what: str, store: Store) -> None:
    kind = NameTooLongError if "too long" in what else UnwritableTextError
    with pytest.raises(kind), store.begin() as work:
        UNWRITABLE[what](work)
    assert store.size() == 0
    append(store, "one", 1, payload={"said": "a\0b"})
    assert store.check().ok


def test_a_key_of_200_signs_is_kept(store: Store) -> None:
    key = "é" * 200
    entry = append(store, "œ" * 200, 1, key=key)
    with store.read() as reader:
        assert reader.find(key) == entry
    assert rehash(entry) == entry.hash


ZOE = Contact("p-1", "zoe", "Zoé Ünal", "zoe@example.org", "fr")


def test_contacts_are_kept_in_order_and_replaced_in_place(store: Store) -> None:
    others = [Contact(f"p-{n}", f"h{n}", f"N {n}", f"n{n}@example.org", "en") for n in range(2, 5)]
    with store.begin() as work:
        for contact in (ZOE, *others):
            work.put_contact(contact)
        work.commit()
    married = Contact("p-1", "zoe", "Zoé Ünal-Roy", "zoe@example.net", "en")
    with store.begin() as work:
        work.put_contact(married)
        work.commit()
    with store.read() as reader:
        assert reader.contacts() == (married, *others)
    with pytest.raises(DatabaseError), store.begin() as work:
        work.put_contact(Contact("p-9", "zoe", "Another", "z@example.org", "fr"))
    with store.read() as reader:
        assert reader.contacts() == (married, *others)


def test_a_note_is_weighed_with_its_salt(store: Store) -> None:
    with store.begin() as work:
        one = work.write_note(NoteId("n-1"), "The same text.")
        two = work.write_note(NoteId("n-2"), "The same text.")
        work.commit()
    assert one.digest != two.digest
    with store.engine.connect() as connection:
        salt = connection.exec_driver_sql("SELECT salt FROM notes WHERE id = 'n-1'").scalar()
    text = f"enonce:note:v1\n{salt}\nThe same text."
    assert one.digest == hashlib.sha256(text.encode()).hexdigest()
    with store.read() as reader:
        assert reader.note(one.id) == one
        assert reader.read_note(one.id) == "The same text."
        assert reader.note(NoteId("n-3")) is None
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE notes SET text = 'Another.' WHERE id = 'n-1'")
    with store.read() as reader:
        found = reader.note(one.id)
        assert found is not None
        assert found.digest != one.digest


def test_an_erased_note_is_gone_and_the_ledger_is_whole(store: Store) -> None:
    with store.begin() as work:
        note = work.write_note(NoteId("n-1"), "Personal.")
        write(work, "one", 1, payload={"note": note.digest})
        work.commit()
    with store.begin() as work:
        assert work.erase_note(note.id)
        assert not work.erase_note(note.id)
        work.commit()
    with store.read() as reader:
        assert reader.read_note(note.id) is None
        assert reader.note(note.id) is None
        assert note.digest in reader.history("one")[0].payload
    assert store.check().ok


SECRET = "The words that nobody may find again"


def bytes_around(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())


def keep_and_erase(store: Store, *, first: Callable[[], object] = lambda: None) -> None:
    with store.begin() as work:
        work.write_note(NoteId("other"), "Another note.")
        work.write_note(NoteId("n-1"), f"{SECRET}. " * 400)
        work.commit()
    first()
    with store.begin() as work:
        work.erase_note(NoteId("n-1"))
        work.erase_note(NoteId("n-2"))
        work.commit()


def test_an_erased_note_leaves_no_bytes_in_the_files(path: Path, sqlite: Store) -> None:
    seen: list[bool] = []
    keep_and_erase(sqlite, first=lambda: seen.append(SECRET.encode() in bytes_around(path)))
    assert seen == [True]
    assert SECRET.encode() not in bytes_around(path)
    with sqlite.read() as reader:
        assert reader.read_note(NoteId("other")) == "Another note."


GOES_WITH: dict[str, Callable[[Store], object]] = {
    "the next act": lambda store: append(store, "one", 1),
    "closing the store": Store.close,
}


@pytest.mark.parametrize("how", GOES_WITH)
def test_bytes_that_a_reader_still_held_go_later(how: str, path: Path, sqlite: Store) -> None:
    fill(sqlite, 10)
    with raw(path) as other:
        other.execute("BEGIN").execute("SELECT 1 FROM ledger").fetchall()
        keep_and_erase(sqlite)
        assert SECRET.encode() in bytes_around(path), "the reader holds the journal"
        other.execute("COMMIT")
        GOES_WITH[how](sqlite)
        assert SECRET.encode() not in bytes_around(path)
    with sqlite.connected() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 20_000


def test_a_backup_of_an_erased_note_holds_none_of_it(path: Path, sqlite: Store) -> None:
    keep_and_erase(sqlite)
    target = path.parent / "copies" / "backup.sqlite3"
    target.parent.mkdir()
    sqlite.backup(target)
    assert SECRET.encode() not in bytes_around(target)


def test_every_act_leaves_an_errand_until_it_is_settled(store: Store) -> None:
    entries = [append(store, "one", 1), append(store, "two", 1)]
    append(store, "house", 1, wake=False)
    pending = store.pending()
    assert [(errand.stream, errand.sequence) for errand in pending] == [
        (entry.stream, entry.sequence) for entry in entries
    ]
    assert [errand.created for errand in pending] == [entry.time for entry in entries]
    assert store.pending(limit=1) == pending[:1]
    store.settle(pending[0].id)
    assert store.pending() == pending[1:]
    store.settle()
    store.settle(pending[0].id, pending[1].id, 10**6)
    assert store.pending() == ()
    append(store, "one", 2)
    assert store.pending()[0].id > pending[1].id


def test_the_data_version_tells_that_another_process_wrote(where: str) -> None:
    one, two = Store(where), Store(where)
    seen = [one.data_version()]
    assert one.data_version() == seen[-1]
    append(two, "one", 1)
    seen.append(one.data_version())
    append(one, "one", 2)
    seen.append(one.data_version())
    assert one.data_version() == seen[-1]
    assert len(set(seen)) == 3
    one.close()
    two.close()


def test_listeners_hear_of_commits_only_and_after_the_lock_was_let_go(store: Store) -> None:
    heard: list[int] = []
    store.on_commit(lambda: heard.append(store.size()))
    append(store, "one", 1)
    assert heard == [1]
    with store.begin() as work:
        write(work, "one", 2)
    with suppress(StaleVersionError):
        append(store, "one", 5)
    assert heard == [1]
    store.on_commit(lambda: append(store, "heard", 1) if store.size() == 2 else None)
    append(store, "one", 2)
    assert heard == [1, 2, 3]


def test_a_backup_of_a_live_database_holds_everything_acknowledged(
    path: Path, sqlite: Store, tmp_path: Path
) -> None:
    acknowledged: list[Entry] = []
    begun, stop = threading.Event(), threading.Event()

    def keep_writing() -> None:
        version = 0
        while not stop.is_set():
            version += 1
            acknowledged.append(append(sqlite, "live", version))
            if version == 20:
                begun.set()

    thread = threading.Thread(target=keep_writing)
    thread.start()
    assert begun.wait(20)
    copies: list[tuple[Path, int]] = []
    for number in range(5):
        target = tmp_path / f"copy-{number}.sqlite3"
        least = len(acknowledged)
        sqlite.backup(target)
        copies.append((target, least))
    stop.set()
    thread.join()
    for target, least in copies:
        assert target.stat().st_mode & 0o777 == 0o600
        store = Store(target)
        report = store.check()
        assert report.ok
        assert least <= report.size <= len(acknowledged)
        assert list(store.entries()) == acknowledged[: report.size]
        with pytest.raises(BackupExistsError):
            sqlite.backup(target)
        store.close()
    assert not [file for file in tmp_path.iterdir() if file.name.startswith(".")]


def test_a_backup_goes_on_where_the_original_stopped(path: Path, sqlite: Store) -> None:
    fill(sqlite, 8)
    target = path.with_name("backup.sqlite3")
    sqlite.backup(target)
    restored = Store(target)
    assert restored.head() == sqlite.head()
    assert append(restored, "new", 1) == append(sqlite, "new", 1)
    assert restored.check().ok
    restored.close()


@pytest.mark.needs_postgres
def test_postgresql_is_backed_up_by_its_own_means(
    postgres: Callable[[], str], tmp_path: Path
) -> None:
    store = Store(postgres())
    with pytest.raises(BackupElsewhereError, match="pg_dump"):
        store.backup(tmp_path / "copy")
    store.close()


def described(engine: Engine) -> dict[str, object]:
    """Everything about the tables that a database can tell."""
    seen = inspect(engine)
    return {
        table: {
            "columns": [
                (one["name"], str(one["type"]), one["nullable"], str(one["default"]))
                for one in seen.get_columns(table)
            ],
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(one["column_names"] for one in seen.get_unique_constraints(table)),
            "indexes": sorted(
                (str(one["name"]), one["column_names"], bool(one["unique"]))
                for one in seen.get_indexes(table)
                if not one.get("duplicates_constraint")
            ),
            "foreign": seen.get_foreign_keys(table),
        }
        for table in sorted(set(seen.get_table_names()) - {"alembic_version"})
    }


def test_the_migrations_make_what_the_tables_say_on_sqlite(sqlite: Store) -> None:
    other = create_engine("sqlite://", module=engines.SQLITE)
    METADATA.create_all(other)
    assert described(sqlite.engine) == described(other)
    assert set(described(other)) == set(METADATA.tables)
    other.dispose()


@pytest.mark.needs_postgres
def test_the_migrations_make_what_the_tables_say_on_postgresql(
    postgres: Callable[[], str],
) -> None:
    store, other = Store(postgres()), engines.postgres_engine(postgres())
    METADATA.create_all(other)
    assert described(store.engine) == described(other)
    assert set(described(other)) == set(METADATA.tables)
    store.close()
    other.dispose()


def test_a_store_opens_again_and_goes_on(where: str) -> None:
    for version in range(1, 4):
        store = Store(where)
        append(store, "one", version)
        store.close()
    store = Store(where)
    assert store.check().size == 3
    store.close()


def test_only_its_owner_reads_a_new_ledger(path: Path, sqlite: Store) -> None:
    append(sqlite, "one", 1)
    lock = path.with_name(f"{path.name}.lock")
    assert lock.stat().st_mode & 0o777 == 0o600
    with raw(path) as connection:
        assert len(rows(connection)) == 1


def test_the_newer_sqlite_is_used_where_the_platform_has_it(sqlite: Store) -> None:
    with sqlite.connected() as connection:
        found = connection.exec_driver_sql("SELECT sqlite_version()").scalar()
    assert found == engines.sqlite_version()
    with suppress(ImportError):
        from pysqlite3 import dbapi2

        assert found == dbapi2.sqlite_version
