from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import tbx
from locales.glossary import Glossary, GlossaryFileError, Status, Term

SAMPLE = Glossary.load(Path(__file__).parents[2] / "samples" / "imt" / "glossary.csv")

NEWER = """<?xml version="1.0"?>
<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca" xml:lang="en"><text><body>
<conceptEntry id="1"><descrip type="definition">What it is for.</descrip>
<langSec xml:lang="fr-FR"><termSec><term>raison d’être</term>
<termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></termSec>
<termSec><term>énoncé de mission</term>
<termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></termSec></langSec>
<langSec xml:lang="en"><termSec><term>mission
 statement</term></termSec></langSec>
<langSec xml:lang="de"><termSec><term>Leitbild</term></termSec></langSec></conceptEntry>
</body></text></tbx>"""


def test_the_sample_s_glossary_goes_out_and_comes_back(tmp_path: Path) -> None:
    assert tbx.write(tmp_path / "g.tbx", SAMPLE) == len(SAMPLE.terms)
    assert tbx.read(tmp_path / "g.tbx").terms == SAMPLE.terms


def test_another_program_reads_what_is_written(tmp_path: Path) -> None:
    judge = pytest.importorskip("translate.storage.tbx")
    tbx.write(tmp_path / "g.tbx", SAMPLE)
    read = judge.tbxfile.parsefile(str(tmp_path / "g.tbx"))
    pairs = {(unit.source, unit.target) for unit in read.units}
    both = {(term.fr, term.en) for term in SAMPLE.terms if term.fr and term.en}
    assert both
    assert both <= pairs


def test_the_newer_form_is_read_and_a_forbidden_term_stands_beside_the_preferred_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "g.tbx").write_text(NEWER, encoding="utf-8")
    assert tbx.read(tmp_path / "g.tbx").terms == (
        Term("raison d’être", "mission statement", Status.PREFERRED, note="What it is for."),
        Term("énoncé de mission", "mission statement", Status.FORBIDDEN, note="What it is for."),
    )


words = st.text(st.characters(categories=("L", "N", "P")), min_size=1, max_size=12)


@given(
    st.lists(
        st.builds(
            Term,
            words,
            words,
            st.sampled_from(Status),
            st.lists(words, max_size=2).map(tuple),
            st.lists(words, max_size=2).map(tuple),
            words,
        ),
        max_size=5,
    )
)
def test_any_glossary_comes_back(
    tmp_path_factory: pytest.TempPathFactory, terms: list[Term]
) -> None:
    file = tmp_path_factory.mktemp("tbx") / "g.tbx"
    tbx.write(file, Glossary(terms))
    assert tbx.read(file).terms == tuple(terms)


@pytest.mark.parametrize(
    "text",
    [
        "no XML",
        "<html/>",
        '<!DOCTYPE tbx [<!ENTITY a "b">]><tbx>&a;</tbx>',
    ],
    ids=["no XML", "another kind of XML", "entities"],
)
def test_what_is_no_tbx_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "g.tbx").write_text(text, encoding="utf-8")
    with pytest.raises(GlossaryFileError, match=r"g\.tbx is no TBX file"):
        tbx.read(tmp_path / "g.tbx")
