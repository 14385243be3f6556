"""What a consultation keeps of people: nothing that joins them to answers, whatever happens."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from approvals import events as ev
from approvals.consultation import life, responding
from approvals.consultation.life import Stage
from approvals.consultation.responses import Response
from approvals.errors import GuardError
from approvals.handlers import consultation as acts
from approvals.names import Digest
from approvals.ports import Kept
from approvals.store import Store, engines
from approvals.store import schema as schemas
from tests.approvals.asking import ID, Setting, founded

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def setting(store: Store) -> Setting:
    made = founded(store)
    made.plan()
    made.open()
    return made


def responses(setting: Setting) -> list[Kept]:
    with setting.store.read() as reader:
        return list(reader.answers.responses("imt"))


def rows(store: Store, statement: str) -> list[tuple[object, ...]]:
    with store.connected() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_no_row_of_an_invitation_changes_when_its_person_answers(setting: Setting) -> None:
    tokens = [setting.invite() for _ in range(5)]
    before = rows(setting.store, "SELECT * FROM consultation_invitations ORDER BY id")
    for token in tokens[:3]:
        setting.answer(token=token)
    assert rows(setting.store, "SELECT * FROM consultation_invitations ORDER BY id") == before
    with setting.store.read() as reader:
        assert sum(one.used for one in reader.answers.invitations("imt")) == 3


@pytest.mark.needs_postgres
def test_no_hidden_column_of_postgresql_joins_them(postgres: Callable[[], str]) -> None:
    store = Store(postgres())
    setting = founded(store)
    setting.plan()
    setting.open()
    for token in [setting.invite() for _ in range(6)]:
        setting.answer(token, token=token)
    seen = {
        table: rows(store, f"SELECT xmin::text, xmax::text FROM consultation_{table}")
        for table in ("invitations", "tokens", "responses")
    }
    came = {one for row in seen["responses"] for one in row} - {"0"}
    assert len(came) == 6
    for table in ("invitations", "tokens"):
        assert not came & {one for row in seen[table] for one in row}
    setting.close()
    laid = rows(store, "SELECT xmin::text, id FROM consultation_responses ORDER BY ctid")
    assert len({xmin for xmin, _ in laid}) == 1
    assert [id for _, id in laid] == sorted(str(id) for _, id in laid)
    assert len(laid) == 6
    store.close()


def test_sqlite_keeps_no_row_number_and_no_journal_of_an_answer(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    setting = founded(Store(str(file)))
    setting.plan()
    setting.open()
    token = setting.invite()
    setting.answer("a wish", token=token)
    assert responding.hashed(token).encode() not in b"".join(
        one.read_bytes() for one in tmp_path.glob("ledger.sqlite3*")
    )
    assert file.with_name("ledger.sqlite3-wal").stat().st_size == 0
    with pytest.raises(Exception, match="no such column"):
        rows(setting.store, "SELECT rowid FROM consultation_responses")
    setting.store.close()


DYING = """
import sys
from approvals.consultation import responding
from approvals.consultation.responses import Response
from approvals.store import Store
with Store(sys.argv[1]).begin() as work:
    assert work.answers.use("imt", responding.hashed(sys.argv[2])) == "staff"
    work.answers.add("imt", [responding.kept(Response("staff", "fr", {}, {"wish": "lost"}))])
    print("half way", flush=True)
    sys.stdin.read()
"""


def test_a_machine_that_dies_half_way_leaves_the_token_and_no_response(
    where: str, setting: Setting
) -> None:
    token = setting.invite()
    with subprocess.Popen(
        [sys.executable, "-c", DYING, where, token],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as dying:
        assert dying.stdout is not None
        assert dying.stdout.readline() == b"half way\n"
        dying.kill()
    assert responses(setting) == []
    setting.answer("kept", token=token)
    assert [responding.response(one).said["wish"] for one in responses(setting)] == ["kept"]
    assert setting.store.check().ok


def test_a_reminder_replaces_the_link_and_leaves_alone_who_asked_for_it(setting: Setting) -> None:
    waiting, answered, alone = (setting.invite() for _ in range(3))
    setting.answer(token=answered)
    assert responding.unsubscribe(setting.office, "imt", alone)
    assert not responding.unsubscribe(setting.office, "imt", "0" * 20)
    with setting.store.read() as reader:
        [left] = acts.to_remind(reader.answers.invitations("imt"))
    assert left.token == responding.hashed(waiting)
    with pytest.raises(GuardError) as nobody:
        acts.remind(acts.Remind(**setting.fields("secretary"), tokens={}), setting.office)
    assert nobody.value.guard == "remind:nobody"
    fresh = responding.code()
    acts.remind(
        acts.Remind(**setting.fields("secretary"), tokens={left.id: responding.hashed(fresh)}),
        setting.office,
    )
    with pytest.raises(GuardError) as old:
        setting.answer(token=waiting)
    assert old.value.guard == "respond:token"
    assert responding.invited(setting.office, "imt", fresh) == "staff"
    setting.answer(token=fresh)
    setting.answer(token=alone)  # no reminder is no exclusion
    assert responding.invited(setting.office, "imt", fresh) is None


def test_only_who_may_answer_puts_aside_and_codes_are_made_here(setting: Setting) -> None:
    token = setting.invite()
    office = setting.office
    half = Response("staff", "en", {"useful": ("science",)}, {"wish": "More"})
    with pytest.raises(GuardError) as uninvited:
        responding.put_aside(office, "imt", half)
    assert uninvited.value.guard == "respond:invited"
    with pytest.raises(GuardError) as wrong:
        responding.put_aside(office, "imt", half, token="0" * 20)
    assert wrong.value.guard == "respond:token"
    chosen = responding.put_aside(office, "imt", half, "my own code", token=token)
    assert chosen != "my own code"
    assert responding.put_aside(office, "imt", half, chosen, token=token) == chosen
    [(kept,)] = rows(setting.store, "SELECT code FROM consultation_unfinished")
    assert kept == responding.hashed(chosen)
    assert responding.come_back(office, "imt", chosen) == half
    responding.send(office, "imt", half, token=token, aside=chosen)
    assert rows(setting.store, "SELECT code FROM consultation_unfinished") == []
    with pytest.raises(GuardError):
        responding.put_aside(office, "imt", half, token=token)


def test_the_close_erases_what_was_never_sent(setting: Setting) -> None:
    code = responding.put_aside(
        setting.office, "imt", Response("students", "fr", {}, {"wish": "x"})
    )
    setting.close()
    assert responding.come_back(setting.office, "imt", code) is None


def test_a_receipt_shows_and_erases_one_response_for_as_long_as_it_is_kept(
    setting: Setting,
) -> None:
    first, second, third = (setting.answer(f"wish {number}") for number in range(3))
    assert responding.look_back(setting.office, "imt", first).said == {"wish": "wish 0"}
    before = setting.store.head()
    responding.take_back(setting.office, "imt", first)
    assert setting.store.head() == before  # while it is open, nothing was counted yet
    setting.close()
    gone = next(one for one in responses(setting) if one.receipt == responding.hashed(second))
    assert responding.take_back(setting.office, "imt", second).said == {"wish": "wish 1"}
    with pytest.raises(GuardError) as again:
        responding.take_back(setting.office, "imt", second)
    assert again.value.guard == "respond:receipt"
    own = setting.own
    assert own.taken_back == {life.answer_digest(gone.salt, gone.answers)}
    assert own.responded == {"students": 2}
    with setting.store.read() as reader:
        last = reader.history(ID)[-1]
    assert (last.type, ev.SYSTEM in last.payload) == ("ResponseTakenBack", True)
    assert "wish" not in last.payload
    setting.at += timedelta(days=400)
    setting.erase()
    with pytest.raises(GuardError):
        responding.look_back(setting.office, "imt", third)
    assert setting.own.stage is Stage.CLOSED
    assert setting.store.check().ok


def test_what_is_closed_is_what_was_counted(setting: Setting) -> None:
    for number in range(3):
        setting.answer(f"wish {number}")
    seen: list[tuple[int, bytes]] = []

    def count(kept: object, digests: object) -> Digest:
        assert isinstance(kept, list)
        assert isinstance(digests, list)
        seen.append((len(kept), life.listed(digests)))
        return Digest("a" * 64)

    from approvals.handlers.base import Command

    acts.close(Command(**setting.fields("secretary")), setting.office, count)
    closed = setting.own.closed
    assert closed is not None
    [(number, listed)] = seen
    assert (number, closed.tally) == (3, "a" * 64)
    assert closed.digest == life.set_digest(life.unlisted(listed))


def test_a_house_of_before_keeps_who_has_answered(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    engine = engines.sqlite_engine(file)
    config = Config()
    config.set_main_option("script_location", str(Path(schemas.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        for id, used in (("a", 0), ("b", 1)):
            connection.execute(
                text(
                    "INSERT INTO consultation_invitations "
                    "(id, consultation, public, address, language, token, used) "
                    "VALUES (:id, 'imt', 'staff', :id, 'fr', :token, :used)"
                ),
                {"id": id, "token": responding.hashed(id), "used": used},
            )
        connection.commit()
    engine.dispose()
    store = Store(str(file))
    with store.read() as reader:
        found = {one.address: (one.used, one.token) for one in reader.answers.invitations("imt")}
    store.close()
    assert found == {"a": (False, responding.hashed("a")), "b": (True, "")}
