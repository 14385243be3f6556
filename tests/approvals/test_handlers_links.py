from __future__ import annotations

from approvals.events import LinkKind
from approvals.names import FRENCH
from approvals.standing import State
from tests.approvals.town import ID, Town, about_to, digest, tried


def test_a_document_lies_beside_the_text_and_moves_nothing() -> None:
    town = Town.founded().reach(State.IN_REVIEW)
    town.decide("legal")
    before = town.dossier
    town.link(kind=LinkKind.AXES, language=FRENCH, name="axes.docx")
    after = town.dossier
    assert (after.state, after.pair, after.approvals) == (
        before.state,
        before.pair,
        before.approvals,
    )
    [linked] = after.links
    assert (linked.kind, linked.language, linked.name) == (LinkKind.AXES, FRENCH, "axes.docx")
    assert linked.at == town.clock.at


def test_the_same_file_is_not_linked_twice_for_the_same_thing() -> None:
    def again(town: Town) -> None:
        town.link(document=digest("axes"), name="other.docx")

    def prepared(town: Town) -> None:
        town.open()
        town.link(document=digest("axes"), name="axes.docx")
        about_to(town)

    tried(prepared, again, "link:twice", lambda town: town.link(document=digest("new")))


def test_a_name_is_given_once() -> None:
    def prepared(town: Town) -> None:
        town.open()
        town.link(document=digest("axes"), name="axes.docx")

    tried(
        prepared,
        lambda town: town.link(document=digest("new"), name="axes.docx"),
        "link:name",
        lambda town: town.link(document=digest("new"), name="axes 2.docx"),
    )


def test_a_document_is_linked_once_under_one_key() -> None:
    town = Town.founded()
    town.open()
    first = town.link(key="k")
    assert town.link(key="k", name="explanation 1.docx", document=digest("explanation 1")) == first
    assert len(town.dossier.links) == 1
    assert first.stream == ID


def test_a_reviewer_cannot_link() -> None:
    tried(
        lambda town: town.open(),
        lambda town: town.link("legal"),
        "role:link",
        lambda town: town.link("secretary"),
    )
