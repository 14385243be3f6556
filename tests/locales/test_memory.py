from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from locales import memory_care, sqlite
from locales.matching import Change, difference
from locales.memory import Memory, MemoryFileError
from locales.tmx import Entry
from locales.units import Origin, OriginKind, State, TranslationUnit

DAY = datetime(2021, 3, 12, tzinfo=UTC)


def entry(french: str, english: str, dossier: str = "mission-2021", at: datetime = DAY) -> Entry:
    return Entry(french, english, "fr", "en", origin="person", author="p3", at=at, dossier=dossier)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs_postgres)])
def memory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Memory]:
    """An empty memory, in a file and in PostgreSQL in turn."""
    in_file = request.param == "sqlite"
    where = tmp_path / "memory.sqlite3" if in_file else request.getfixturevalue("postgres")()
    made = Memory.open(where)
    yield made
    made.close()


SENTENCES = [
    entry("L’université forme des étudiants libres.", "The university educates free students."),
    entry(
        "Le conseil adopte le texte à la majorité des membres présents.",
        "The board adopts the text by a majority of the members present.",
    ),
    entry("En 2021, 5 000 étudiants ont voté.", "In 2021, 5,000 students voted."),
    entry('Le <g id="1">conseil</g> siège<x id="2"/>.', 'The <g id="1">board</g> sits<x id="2"/>.'),
]


def test_the_same_sentence_is_exact_in_both_directions(memory: Memory) -> None:
    memory.add(SENTENCES)
    (match,) = memory.lookup("L'université forme des étudiants libres.", "fr", "en")
    assert (match.kind, match.score, match.target) == (
        OriginKind.EXACT,
        100,
        "The university educates free students.",
    )
    assert (match.origin, match.author, match.at, match.dossier) == (
        "person",
        "p3",
        DAY.isoformat(),
        "mission-2021",
    )
    (back,) = memory.lookup("The university educates free students.", "en", "fr")
    assert back.target == "L’université forme des étudiants libres."


def test_a_similar_sentence_is_offered_with_its_difference(memory: Memory) -> None:
    memory.add(SENTENCES)
    (match,) = memory.lookup(
        "Le conseil rejette le texte à la majorité des membres présents.", "fr", "en"
    )
    assert match.kind is OriginKind.FUZZY
    assert 75 <= match.score < 95
    assert [change for change in match.difference if not change.same] == [
        Change("adopte", "rejette")
    ]


def test_a_sentence_that_differs_too_much_is_not_offered(memory: Memory) -> None:
    memory.add(SENTENCES)
    assert (
        memory.lookup("Le conseil de famille se réunit demain à Lyon pour dîner.", "fr", "en") == ()
    )
    assert memory.lookup("", "fr", "en") == ()
    assert memory.lookup("2021", "fr", "en") == ()


def test_other_numbers_are_put_into_the_translation(memory: Memory) -> None:
    memory.add(SENTENCES)
    (match,) = memory.lookup("En 2027, 6 200 étudiants ont voté.", "fr", "en")
    assert (match.score, match.target) == (98, "In 2027, 6,200 students voted.")


def test_numbers_that_cannot_be_placed_keep_a_match_from_being_prefilled(memory: Memory) -> None:
    memory.add(
        [
            entry(
                "Il y a 7 salles ouvertes tous les jours de la semaine.",
                "Seven rooms are open every day of the week.",
            )
        ]
    )
    (match,) = memory.lookup("Il y a 9 salles ouvertes tous les jours de la semaine.", "fr", "en")
    assert match.score == 94
    assert match.target == "Seven rooms are open every day of the week."


def test_the_tags_of_the_sentence_looked_up_are_put_in_place(memory: Memory) -> None:
    memory.add(SENTENCES)
    (match,) = memory.lookup('Le <g id="7">conseil</g> siège<x id="9"/>.', "fr", "en")
    assert (match.score, match.target) == (100, 'The <g id="7">board</g> sits<x id="9"/>.')


def test_other_tags_make_a_match_less_than_exact_and_leave_the_words(memory: Memory) -> None:
    memory.add(SENTENCES)
    (match,) = memory.lookup("Le conseil siège.", "fr", "en")
    assert (match.kind, match.score, match.target) == (OriginKind.FUZZY, 97, "The board sits.")


def unit(source: str, target: str, index: int) -> TranslationUnit:
    return TranslationUnit(
        "00000001", index, source, target, State.TRANSLATED, Origin(OriginKind.PERSON, detail="p3")
    )


def learn(memory: Memory) -> None:
    memory.learn(
        [
            unit("Titre", "Title", 0),
            unit("Il est publié.", "It is published.", 1),
            unit("Fin.", "End.", 2),
            unit("Avis", "Notice", 3),
            unit("Il est publié.", "The notice is published.", 4),
        ],
        "fr",
        "en",
        dossier="mission-2021",
        at=DAY,
    )


def test_the_sentence_between_the_same_neighbours_is_exact_in_context(memory: Memory) -> None:
    learn(memory)
    first, second = memory.lookup("Il est publié.", "fr", "en", before="Titre", after="Fin.")
    assert (first.kind, first.target) == (OriginKind.ICE, "It is published.")
    assert (second.kind, second.target) == (OriginKind.EXACT, "The notice is published.")
    last = memory.lookup("Il est publié.", "fr", "en", before="Avis", after="")[0]
    assert (last.kind, last.target) == (OriginKind.ICE, "The notice is published.")
    back = memory.lookup("It is published.", "en", "fr", before="Title", after="End.")[0]
    assert back.kind is OriginKind.ICE


def test_without_known_neighbours_nothing_is_in_context(memory: Memory) -> None:
    learn(memory)
    assert {match.kind for match in memory.lookup("Il est publié.", "fr", "en")} == {
        OriginKind.EXACT
    }


def test_learning_twice_changes_nothing(memory: Memory) -> None:
    learn(memory)
    before = memory.stats()
    learn(memory)
    assert memory.stats() == before
    assert before.units == 5
    assert before.origins == (("person", 5),)


def test_of_equal_translations_the_newer_comes_first(memory: Memory) -> None:
    memory.add(
        [
            entry("Oui.", "Yes.", "new", datetime(2024, 1, 1, tzinfo=UTC)),
            entry("Oui.", "Aye.", "old"),
        ]
    )
    assert [match.dossier for match in memory.lookup("Oui.", "fr", "en")] == ["new", "old"]


def test_units_without_words_or_target_are_not_learnt(memory: Memory) -> None:
    bare = TranslationUnit("00000001", 0, "Titre", None)
    assert memory.learn([bare, unit("2021", "2021", 1)], "fr", "en", dossier="d", at=DAY) == 0


def test_what_a_gist_engine_wrote_is_learnt_only_once_a_person_changed_it(memory: Memory) -> None:
    def machine(engine: str, source: str) -> TranslationUnit:
        origin = Origin(OriginKind.MACHINE, detail=engine)
        return replace(unit(source, f"{source} EN", 0), origin=origin)

    units = [
        machine("apertium", "Une phrase."),
        machine("deepl", "Deux phrases."),
        unit("Trois phrases.", "Three sentences.", 2),
    ]
    assert memory.learn(units, "fr", "en", dossier="d", at=DAY) == 2
    assert memory.lookup("Une phrase.", "fr", "en") == ()
    assert memory.lookup("Deux phrases.", "fr", "en")[0].score == 100


def test_a_memory_survives_being_closed(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    first = Memory.open(path)
    first.add(SENTENCES)
    first.close()
    second = Memory.open(path)
    assert second.stats().units == len(SENTENCES)
    assert [one.source for one in second.entries()] == [one.source for one in SENTENCES]
    second.close()


def test_what_is_no_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with pytest.raises(MemoryFileError, match="cannot be opened"):
        Memory.open(path)
    newer = sqlite.connect(tmp_path / "newer.sqlite3")
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(MemoryFileError, match="version 99"):
        Memory.open(tmp_path / "newer.sqlite3")


def test_many_may_read_while_one_writes(memory: Memory) -> None:
    memory.add(SENTENCES)
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                assert memory.lookup("L’université forme des étudiants libres.", "fr", "en")
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(20):
        memory.add(
            [
                entry(
                    f"Phrase numéro {number} du conseil.", f"Sentence number {number} of the board."
                )
            ]
        )
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert memory.stats().units == len(SENTENCES) + 20


WRITER = """
import sys
from pathlib import Path
from locales.memory import Memory
from locales.tmx import Entry

memory = Memory.open(Path(sys.argv[1]))
for number in range(40):
    memory.add([Entry(f"Phrase {sys.argv[2]} {number}", f"Sentence {sys.argv[2]} {number}", "fr", "en")])
memory.close()
"""


def test_two_processes_may_write(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite3"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "ab"]
    assert [writer.wait() for writer in writers] == [0, 0]
    memory = Memory.open(path)
    assert memory.stats().units == 80
    assert memory.lookup("Phrase a 7", "fr", "en")[0].score == 100
    memory.close()


def test_a_failed_import_leaves_nothing(memory: Memory) -> None:
    def broken() -> Iterator[Entry]:
        yield SENTENCES[0]
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        memory.add(broken())
    assert memory.stats().units == 0


WORDS = st.lists(
    st.sampled_from(
        ["le", "conseil", "adopte", "texte", "forme", "libre", "étudiants", "2021", "et", "la"]
    ),
    max_size=12,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(st.lists(WORDS, min_size=1, max_size=6), WORDS)
def test_every_exact_sentence_is_found_and_no_score_is_out_of_range(
    memory: Memory, known: list[list[str]], asked: list[str]
) -> None:
    entries = [entry(" ".join(words), f"T {' '.join(words)}") for words in known if words]
    memory.add(entries)
    for one in entries:
        assert memory.lookup(one.source, "fr", "en")[0].score == 100
    assert all(75 <= match.score <= 100 for match in memory.lookup(" ".join(asked), "fr", "en"))


def test_the_difference_gives_both_texts_again() -> None:
    changes = difference("a b c d", "a x c d e")
    assert " ".join(change.old for change in changes if change.old) == "a b c d"
    assert " ".join(change.new for change in changes if change.new) == "a x c d e"
    assert [change.same for change in changes] == [True, False, True, False]


def test_points_off_make_a_match_less_than_exact(memory: Memory) -> None:
    memory.add(SENTENCES)
    careful = Memory(memory.database, {"person": 4})
    (match,) = careful.lookup("L’université forme des étudiants libres.", "fr", "en")
    assert (match.kind, match.score) == (OriginKind.FUZZY, 96)
    assert Memory(memory.database, {"person": 30}).lookup(SENTENCES[0].source, "fr", "en") == ()


def test_twins_go_and_the_newest_stays(memory: Memory) -> None:
    old = DAY.replace(year=2019)
    memory.add(
        [
            entry("L’école forme.", "The school teaches.", dossier="new"),
            entry("L'école forme.", "The school teaches.", dossier="old", at=old),
            entry("L’école forme.", "The school trains.", dossier="other"),
        ]
    )
    assert memory_care.deduplicate(memory) == 1
    assert memory_care.deduplicate(memory) == 0
    dossiers = {match.dossier for match in memory.lookup("L’école forme.", "fr", "en")}
    assert dossiers == {"new", "other"}


def test_what_is_retired_is_offered_no_more_until_it_is_brought_back(memory: Memory) -> None:
    memory.add([*SENTENCES, entry("Le jury délibère.", "The jury deliberates.", dossier="jury")])
    assert memory_care.retire(memory, dossier="jury") == 1
    assert memory.lookup("Le jury délibère.", "fr", "en") == ()
    assert (memory.stats().units, memory.stats().retired) == (len(SENTENCES), 1)
    assert memory_care.revive(memory, dossier="jury") == 1
    assert len(memory.lookup("Le jury délibère.", "fr", "en")) == 1
    assert memory_care.retire(memory, before=DAY.replace(year=2022)) == len(SENTENCES) + 1
    assert memory_care.purge(memory) == len(SENTENCES) + 1
    assert list(memory.entries()) == []
    with pytest.raises(ValueError, match="which units"):
        memory_care.retire(memory)


def test_units_are_found_by_whole_words_and_single_ones_are_retired(memory: Memory) -> None:
    memory.add(SENTENCES)

    def found(words: str) -> list[tuple[str, bool]]:
        return [(one.fr, one.retired) for one in memory_care.search(memory, words, 10)]

    board, board_sits = SENTENCES[1].source, "Le conseil siège."
    assert found("CONSEIL") == [(board_sits, False), (board, False)]
    assert found("board members") == [(board, False)]
    assert found("conseil members") == found("cons") == found("!") == found("") == []
    assert len(memory_care.search(memory, "le", 1)) == 1
    [unit] = memory_care.search(memory, "sits", 10)
    assert (unit.en, unit.origin, unit.dossier) == ("The board sits.", "person", "mission-2021")
    assert [memory_care.offer(memory, unit.name, again=False) for _ in range(2)] == [1, 0]
    assert found("conseil") == [(board, False), (board_sits, True)]
    assert memory.lookup(SENTENCES[3].source, "fr", "en") == ()
    assert memory_care.offer(memory, unit.name, again=True) == 1
    assert memory.lookup(SENTENCES[3].source, "fr", "en")
    assert memory_care.offer(memory, "1 OR 1=1", again=False) == 0


def test_a_memory_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "memory.sqlite3"
    made = Memory.open(file)
    made.add(SENTENCES)
    made.close()
    connection = sqlite.connect(file)
    for statement in (
        "DROP VIEW pair",
        "ALTER TABLE unit DROP COLUMN retired",
        "PRAGMA user_version = 1",
    ):
        connection.execute(statement)
    connection.close()
    again = Memory.open(file)
    assert again.stats().units == len(SENTENCES)
    assert len(again.lookup(SENTENCES[0].source, "fr", "en")) == 1
    again.close()


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(MemoryFileError) as refused:
        Memory.open("postgresql://me:secret@127.0.0.1:9/none?connect_timeout=2")
    assert "127.0.0.1:9/none" in str(refused.value)
    assert "secret" not in str(refused.value)
