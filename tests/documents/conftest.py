"""What the tests of ``documents`` share: hostile files, the corpus of real ones, the schemas."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest


def _load(name: str) -> ModuleType:
    """A helper beside this file; the tests are no package, so it cannot be imported."""
    known = f"enonce_tests_documents_{name}"
    if known not in sys.modules:
        spec = importlib.util.spec_from_file_location(known, Path(__file__).with_name(f"{name}.py"))
        assert spec
        assert spec.loader
        sys.modules[known] = module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[known]


@pytest.fixture(scope="session")
def making() -> ModuleType:
    """The module that makes hostile and ordinary files."""
    return _load("hostile")


@pytest.fixture(scope="session")
def tables() -> ModuleType:
    """The module with the tables of hostile and of odd files."""
    return _load("hostile_cases")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``hostile`` or ``odd`` runs once per file of that table."""
    for fixture, table in (("hostile", "CASES"), ("odd", "ODD")):
        if fixture in metafunc.fixturenames:
            cases = getattr(_load("hostile_cases"), table)
            metafunc.parametrize(fixture, [pytest.param(case, id=case.sentence) for case in cases])


def missing(what: str) -> None:
    """Skip for want of something foreign, or fail where everything is required."""
    if os.environ.get("ENONCE_REQUIRE_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


@cache
def _corpus() -> Path | None:
    place = os.environ.get("ENONCE_CORPUS")
    return Path(place) if place and Path(place).is_dir() else None


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real material, from ENONCE_CORPUS."""
    place = _corpus()
    if place is None:
        missing("ENONCE_CORPUS is not set to a folder of real documents")
    assert place
    return place


@pytest.fixture(scope="session")
def corpus_docx(corpus: Path) -> tuple[Path, ...]:
    """Every real Word file, in order."""
    return tuple(sorted(path for path in (corpus / "docx").rglob("*") if path.is_file()))


@pytest.fixture(scope="session")
def resolutions() -> ModuleType:
    """The module with one resolution in French and in English."""
    return _load("resolutions")


@pytest.fixture(scope="session")
def soffice() -> str:
    """The path of LibreOffice's command."""
    found = shutil.which("soffice")
    if found is None:
        missing("LibreOffice (soffice) is not installed")
    assert found
    return found
