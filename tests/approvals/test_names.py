from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from approvals.names import (
    ENGLISH,
    FRENCH,
    Bilingual,
    Digest,
    ParagraphId,
    order_digest,
    pair_digest,
)

digests = st.binary(min_size=1, max_size=8).map(lambda b: Digest(hashlib.sha256(b).hexdigest()))


def test_the_pair_digest_is_the_one_that_anyone_can_compute() -> None:
    fr, en = Digest("a" * 64), Digest("b" * 64)
    preimage = "enonce:pair:v1\n" + "a" * 64 + "\n" + "b" * 64 + "\n"
    assert pair_digest(fr, en) == hashlib.sha256(preimage.encode()).hexdigest()


@given(digests, digests, digests)
def test_another_text_in_either_language_is_another_pair(
    fr: Digest, en: Digest, other: Digest
) -> None:
    assert (pair_digest(fr, other) == pair_digest(fr, en)) == (other == en)
    assert (pair_digest(other, en) == pair_digest(fr, en)) == (other == fr)


@given(digests, digests)
def test_the_languages_of_a_pair_cannot_be_exchanged(fr: Digest, en: Digest) -> None:
    assert (pair_digest(fr, en) == pair_digest(en, fr)) == (fr == en)


@given(st.lists(st.from_regex(r"[0-9A-F]{8}", fullmatch=True), unique=True), st.randoms())
def test_the_order_digest_sees_every_move(ids: list[str], random: object) -> None:
    paragraphs = [ParagraphId(id) for id in ids]
    moved = [*paragraphs[1:], *paragraphs[:1]]
    assert (order_digest(moved) == order_digest(paragraphs)) == (moved == paragraphs)
    if paragraphs:
        assert order_digest(paragraphs[1:]) != order_digest(paragraphs)


def test_words_are_given_in_the_language_asked_for() -> None:
    words = Bilingual(fr="raison d’être", en="mission statement")
    assert (words.in_(FRENCH), words.in_(ENGLISH)) == ("raison d’être", "mission statement")
