from __future__ import annotations

import pytest

from locales.figures import figures, mask, substitute, write


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        ("5 000 étudiants", "fr", ["5000"]),
        ("5\u202f000,5 euros", "fr", ["5000.5"]),
        ("5,000.5 euros", "en", ["5000.5"]),
        ("12,5 % et 3", "fr", ["12.5", "3"]),
        ("12.5% and 3", "en", ["12.5", "3"]),
        ("le 12 mars 2021", "fr", ["12", "2021"]),
        ("version 2.0.1", "fr", ["2.0.1"]),
        ("1,234,567", "en", ["1234567"]),
        ("in 2019, 12 members", "en", ["2019", "12"]),
        ("art. 5(1)c)", "fr", ["5", "1"]),
        ("rien", "fr", []),
    ],
)
def test_numbers_have_one_value_in_both_languages(
    text: str, language: str, values: list[str]
) -> None:
    assert [figure.value for figure in figures(text, language)] == values


def test_a_masked_text_has_no_numbers() -> None:
    assert mask("5 000 étudiants en 2021", "fr") == "0 étudiants en 0"


@pytest.mark.parametrize(
    ("value", "like", "language", "text"),
    [
        ("6000", "5,000", "en", "6,000"),
        ("6000", "5 000", "fr", "6\u202f000"),
        ("2027", "2021", "en", "2027"),
        ("3.5", "2,5", "fr", "3,5"),
        ("2.0.1", "1.0.0", "fr", "2.0.1"),
        ("007", "005", "en", "007"),
        ("12000", "5", "fr", "12\u202f000"),
    ],
)
def test_a_number_is_written_as_the_language_does(
    value: str, like: str, language: str, text: str
) -> None:
    assert write(value, like, language) == text


@pytest.mark.parametrize(
    ("source", "known", "target", "expected"),
    [
        (
            "En 2027, 6 000 étudiants",
            "En 2021, 5 000 étudiants",
            "In 2021, 5,000 students",
            "In 2027, 6,000 students",
        ),
        ("En 2021", "En 2021", "In 2021", "In 2021"),
        ("Art. 5", "Art. 5 et 6", "s. 5 and 6", None),
        ("Art. 7 et 8", "Art. 5 et 5", "s. 5 and 5", None),
        ("Art. 7", "Art. 5", "s. five", None),
        ("Art. 7", "Art. 5", "s. 5 of 5", None),
        ("2 et 1", "1 et 2", "1 and 2", "2 and 1"),
    ],
)
def test_numbers_are_put_in_only_where_that_is_safe(
    source: str, known: str, target: str, expected: str | None
) -> None:
    edits = substitute(source, known, target, ("fr", "en"))
    if expected is None:
        assert edits is None
        return
    assert edits is not None
    for start, end, new in reversed(edits):
        target = target[:start] + new + target[end:]
    assert target == expected
