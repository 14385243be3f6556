"""One Word file into the other language without a house: memory, then an engine, then the checks.

The result is a draft for a person. What neither memory nor engine has, and what came back with
broken tags, stays in the source language and is listed. No text leaves unless the engine was named
as allowed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from documents.errors import N_
from documents.segments import extract, merge
from documents.tags import TaggedText
from documents.wml import ParagraphId
from flows.files import FileError
from locales import checks, engines, markup, pipeline, typography
from locales.checks import Finding
from locales.engines import EngineError
from locales.engines.errors import EngineLimitError
from locales.engines.store import Answers
from locales.glossary import Glossary
from locales.memory import Memory
from locales.segmentation import cutter
from locales.units import TranslationUnit


@dataclass(frozen=True, slots=True)
class Leaving:
    """What an engine is about to be sent: how many sentences and characters, and who gets them."""

    engine: str
    provider: str
    sentences: int
    characters: int


class NotAllowedError(EngineError):
    """An engine would send sentences to somebody whom nobody named; nothing was sent."""

    def __init__(self, leaving: Leaving) -> None:
        super().__init__(
            N_(
                "{engine} would send what the memory does not have to {provider} (sentences: "
                "{sentences}, characters: {characters}). Nothing was sent. Allow it with "
                "--consent {engine}."
            ),
            engine=leaving.engine,
            provider=leaving.provider,
            sentences=leaving.sentences,
            characters=leaving.characters,
        )


@dataclass(frozen=True, slots=True)
class Translated:
    """The translated file and where its sentences came from.

    ``missing`` are those that stay in the source language; ``fault`` is why the engine gave up, or
    that a sentence was too long for it.
    """

    data: bytes
    units: tuple[TranslationUnit, ...]
    counts: pipeline.Counts
    findings: tuple[Finding, ...]
    missing: tuple[TranslationUnit, ...]
    fault: EngineError | None = None

    @property
    def gave_up(self) -> bool:
        """Whether asking again may bring more: a sentence that is too long stays so."""
        return self.fault is not None and not isinstance(self.fault, EngineLimitError)


def translate(
    data: bytes,
    source: str,
    target: str,
    *,
    memories: Sequence[str] = (),
    glossary: Path | None = None,
    engine: str | None = None,
    consent: frozenset[str] = frozenset(),
    profile: str = typography.DEFAULT,
    before_sending: Callable[[Leaving], None] = lambda _: None,
    answers: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Translated:
    """Translate a Word file.

    ``memories`` are TMX files, or memory files or URLs. ``before_sending`` is told before any text
    is given to an engine; ``progress`` how many sentences are done, of how many. ``answers`` is
    a file that keeps what the engine says, so that a run that was killed is taken up again without
    asking twice. Raises ``NotAllowedError`` before that where the engine sends them to
    somebody and is not named in ``consent``, and ``DocumentError`` and ``LocaleError``.
    """
    asked = None if engine is None else engines.create(engine)
    terms = Glossary.load(_there(glossary)) if glossary is not None else Glossary(())
    cut = cutter(source)
    paragraphs = [
        pipeline.SourceParagraph(one.id, one.segments)
        for one in extract(data, cut)
        if one.translatable
    ]
    faults: list[EngineError] = []
    with ExitStack() as stack:
        memory = _memory(memories, stack)

        def prepare(
            with_: engines.Engine | None, kept: Answers | None = None
        ) -> tuple[TranslationUnit, ...]:
            return pipeline.translate(
                paragraphs,
                source,
                target,
                memory=memory,
                glossary=terms,
                engine=with_,
                consent=engines.Consent(consent),
                profile=profile,
                on_engine_error=faults.append,
                answers=kept,
                progress=progress,
            )

        units = prepare(None)
        open_ = [unit for unit in units if unit.target is None]
        if asked is not None and open_:
            leaving = Leaving(
                asked.name,
                asked.translator.sends_text_to,
                len(open_),
                sum(len(markup.plain(unit.source)) for unit in open_),
            )
            if leaving.provider and asked.name not in consent:
                raise NotAllowedError(leaving)
            before_sending(leaving)
            kept = None
            if answers is not None:
                kept = Answers(answers)
                stack.callback(kept.close)
            units = prepare(asked, kept)
    findings = checks.run_document(units, source, target, glossary=terms, profile=profile)
    broken = {
        (one.paragraph, one.index) for one in findings if one.check == "tags" and one.blocking
    }
    missing = tuple(
        unit for unit in units if unit.target is None or (unit.paragraph, unit.index) in broken
    )
    lacking = {(unit.paragraph, unit.index) for unit in missing}
    done = [unit for unit in units if (unit.paragraph, unit.index) not in lacking]
    written = merge(
        data,
        {(ParagraphId(unit.paragraph), unit.index): TaggedText(unit.target or "") for unit in done},
        target,
        cut=cut,
        sources={
            (ParagraphId(unit.paragraph), unit.index): TaggedText(unit.source) for unit in done
        },
    )
    return Translated(
        written,
        units,
        pipeline.tally(
            unit if (unit.paragraph, unit.index) not in broken else _without(unit) for unit in units
        ),
        tuple(one for one in findings if (one.paragraph, one.index) not in lacking),
        missing,
        faults[0] if faults else None,
    )


def _without(unit: TranslationUnit) -> TranslationUnit:
    return unit.with_target(None, unit.state, unit.origin)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise FileError(N_("There is no file {file}."), file=str(path))
    return path


def _memory(names: Sequence[str], stack: ExitStack) -> Memory:
    """One memory: the only one named if it is one, else a passing one with the TMX files in it."""
    files = [name for name in names if name.lower().endswith((".tmx", ".tmx.gz"))]
    known = [name for name in names if name not in files]
    if len(known) == 1 and not files:
        memory = Memory.open(known[0] if "://" in known[0] else _there(Path(known[0])))
        stack.callback(memory.close)
        return memory
    if known:
        raise FileError(
            N_("Name one memory, or TMX files. {file} is no TMX file."),
            file=known[0],
        )
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="enonce-"))
    memory = Memory.open(Path(folder) / "memory.sqlite3")
    stack.callback(memory.close)
    for name in files:
        memory.import_tmx(_there(Path(name)))
    return memory
