"""The machine translation engines: who they are, who gets the text, and whether that is allowed.

One line of ``ENGINES`` per engine. ``create`` makes one that is ready to be asked; its keys and
addresses come from the environment (``ENONCE_DEEPL_KEY``, ``ENONCE_LIBRETRANSLATE_URL`` …). Nothing
is sent anywhere without a ``Consent`` that names the engine. What comes back is a draft for a
person: ``locales.pipeline`` marks it as a machine's.

Providers' clients are loaded when they are first asked: they are slow to load.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from importlib import import_module
from time import sleep
from typing import TYPE_CHECKING

from locales import markup
from locales.engines.errors import (
    ConsentMissingError,
    EngineError,
    EngineLimitError,
    UnknownEngineError,
)
from locales.markup import TaggedText

if TYPE_CHECKING:
    from locales.engines.base import Setup, Translator
    from locales.engines.ladder import Answer
    from locales.engines.store import Answers
    from locales.engines.terms import Terms
    from locales.glossary import Glossary

__all__ = ["ENGINES", "Consent", "Engine", "EngineError", "Progress", "create", "gist"]

ENGINES: Mapping[str, str] = {
    "apertium": "locales.engines.apertium:Apertium",
    "ctranslate2": "locales.engines.ctranslate2:CTranslate2",
    "deepl": "locales.engines.deepl:DeepL",
    "google": "locales.engines.google:Google",
    "libretranslate": "locales.engines.libretranslate:LibreTranslate",
    "microsoft": "locales.engines.microsoft:Microsoft",
    "mymemory": "locales.engines.mymemory:MyMemory",
}

PORTION = 50
"""Sentences that one thread takes at a time: what a kill may lose is the answer to one request."""

Progress = Callable[[int, int], None]
"""Is told in the caller's thread how many sentences are done, of how many."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The engines to which an administrator has allowed these texts to be sent, by name."""

    providers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is ready to be asked, from several threads if need be."""

    name: str
    url: str = ""
    key: str = field(default="", repr=False)
    timeout: float = 20.0
    wait: Callable[[float], None] = sleep
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def translator(self) -> type[Translator]:
        """The provider's client, which says what it sends to whom."""
        module, _, name = ENGINES[self.name].partition(":")
        found: type[Translator] = getattr(import_module(module), name)
        return found

    def translate(
        self,
        texts: Sequence[TaggedText],
        source: str,
        target: str,
        *,
        consent: Consent,
        glossary: Glossary | None = None,
        answers: Answers | None = None,
        progress: Progress | None = None,
        on_fault: Callable[[EngineError], None] | None = None,
    ) -> tuple[Answer, ...]:
        """Translate tagged texts, one answer each, in order; a text without letters comes back.

        What ``answers`` has is not asked again, and what comes is kept there at once. The texts
        go to the engine in portions, several at a time, each with an instance of its own. The
        first failure ends the rest; it is raised, or given to ``on_fault``, and then the answers
        that are missing are empty. Raises ``ConsentMissingError`` before anything is sent, and
        ``EngineError`` otherwise.
        """
        from locales.engines import terms as terms_
        from locales.engines.ladder import Answer

        kind = self.translator
        if kind.sends_text_to and self.name not in consent.providers:
            raise ConsentMissingError(self.name, kind.sends_text_to)
        wanted = list(dict.fromkeys(text for text in texts if _has_letters(text)))
        terms = terms_.of(glossary if kind.enforces_terms else None, source, target)
        known = (
            {} if answers is None else answers.read(self.name, source, target, terms.digest, wanted)
        )
        found: dict[TaggedText, Answer] = {
            text: Answer(text) for text in texts if not _has_letters(text)
        } | known
        lock = threading.Lock()

        def keep(new: Mapping[TaggedText, Answer]) -> None:
            with lock:
                if answers is not None:
                    answers.write(self.name, source, target, terms.digest, new)
                found.update(new)

        def told() -> None:
            with lock:
                done = sum(text in found for text in wanted)
            if progress is not None and wanted:
                progress(done, len(wanted))

        left = [text for text in wanted if text not in known]
        told()
        if left:
            fault = self._ask(kind, left, source, target, terms, keep, told)
            if fault is not None and on_fault is None:
                raise fault
            over = any(
                text in found
                and not found[text].text
                and kind.size(markup.plain(text).strip()) > kind.limit
                for text in left
            )
            if fault is None and over:
                fault = EngineLimitError(self.name, kind.limit)
            if fault is not None and on_fault is not None:
                on_fault(fault)
        return tuple(found.get(text, Answer("")) for text in texts)

    def _ask(
        self,
        kind: type[Translator],
        texts: Sequence[TaggedText],
        source: str,
        target: str,
        terms: Terms,
        keep: Callable[[Mapping[TaggedText, Answer]], None],
        told: Callable[[], None],
    ) -> EngineError | None:
        """Give the texts to the engine, and the first failure back."""
        from locales.engines.ladder import climb

        setup = self._setup()
        try:
            with kind(source, target, setup, terms) as one:
                prepared = one.prepare() if terms.entries else ""
        except EngineError as error:
            return error

        def portion(some: Sequence[TaggedText]) -> None:
            with kind(source, target, setup, terms, prepared) as translator:
                climb(translator, some, keep)

        portions = list(kind.portions(texts, PORTION if kind.workers > 1 else None))
        fault: EngineError | None = None
        with ThreadPoolExecutor(min(kind.workers, len(portions))) as pool:
            futures: list[Future[None]] = [pool.submit(portion, some) for some in portions]
            for done in as_completed(futures):
                told()
                if done.cancelled():
                    continue
                failure = done.exception()
                if failure is None:
                    continue
                for other in futures:
                    other.cancel()
                if not isinstance(failure, EngineError):
                    raise failure
                fault = fault or failure
        return fault

    def _setup(self) -> Setup:
        from locales.engines.base import Setup

        return Setup(self.url, self.key, self.options, self.timeout, self.wait)


def create(name: str, environ: Mapping[str, str] = os.environ) -> Engine:
    """Make an engine with the key and the address that the environment has for it.

    Raises ``UnknownEngineError``.
    """
    if name not in ENGINES:
        raise UnknownEngineError(name, tuple(sorted(ENGINES)))
    prefix = f"ENONCE_{name.upper()}_"
    own = {
        variable.removeprefix(prefix): value
        for variable, value in environ.items()
        if variable.startswith(prefix)
    }
    return Engine(name, own.pop("URL", ""), own.pop("KEY", ""), options=own)


def gist(name: str) -> bool:
    """Whether an engine's words are too poor to enter a memory before a person has changed them."""
    return name in ENGINES and create(name, {}).translator.gist


def _has_letters(text: TaggedText) -> bool:
    return any(letter.isalpha() for letter in markup.plain(text))
