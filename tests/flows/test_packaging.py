"""The four generic names are ours: nobody else's package stands before them on the path."""

from __future__ import annotations

import importlib
from importlib.metadata import distribution
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["flows", "documents", "locales", "approvals"])
def test_a_package_is_the_one_of_this_distribution(name):
    found = Path(importlib.import_module(name).__file__ or "").resolve()
    assert found.is_relative_to(ROOT), f"{name} comes from {found}: something shadows ours"


def test_the_distribution_is_private_and_says_what_it_pins():
    about = distribution("enonce").metadata
    assert "Private :: Do Not Upload" in about.get_all("Classifier", [])
    requirements = about.get_all("Requires-Dist", [])
    assert "prefect<3.10,>=3.8.8" in requirements
    assert "fastapi<0.151,>=0.139" in requirements


def test_the_lock_names_every_package_with_hashes_and_no_index():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "--hash=sha256:" in lock
    assert "http" not in "".join(
        line for line in lock.splitlines() if line.lstrip().startswith(("-", "--"))
    )


def test_there_is_no_package_under_tests_that_would_shadow_ours():
    assert list((ROOT / "tests").rglob("__init__.py")) == []
