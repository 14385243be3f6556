"""The machine translation engines: who they are, who gets the text, and whether that is allowed.

One line of ``ENGINES`` per engine. ``create`` makes one that is ready to be asked; its keys and
addresses come from the environment (``ENONCE_DEEPL_KEY``, ``ENONCE_LIBRETRANSLATE_URL`` …). Nothing
is sent anywhere without a ``Consent`` that names the engine. What comes back is a draft for a
person: ``locales.pipeline`` marks it as a machine's.

Providers' clients are loaded when they are first asked: they are slow to load.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from time import sleep
from typing import TYPE_CHECKING

from locales import markup
from locales.engines.errors import ConsentMissingError, EngineError, UnknownEngineError
from locales.markup import TaggedText

if TYPE_CHECKING:
    from locales.engines.base import Translator

__all__ = ["ENGINES", "Answer", "Consent", "Engine", "EngineError", "create"]

ENGINES: Mapping[str, str] = {
    "deepl": "locales.engines.deepl:DeepL",
    "libretranslate": "locales.engines.libretranslate:LibreTranslate",
}

_EDGES = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Consent:
    """The engines to which an administrator has allowed texts to be sent, by name."""

    providers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """A machine's translation; ``to_place`` says that its tags are not where they belong."""

    text: TaggedText
    to_place: bool = False


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that is ready to be asked, from several threads if need be."""

    name: str
    url: str = ""
    key: str = ""
    timeout: float = 20.0
    wait: Callable[[float], None] = sleep

    @property
    def translator(self) -> type[Translator]:
        """The provider's client, which says what it sends to whom."""
        module, _, name = ENGINES[self.name].partition(":")
        found: type[Translator] = getattr(import_module(module), name)
        return found

    def translate(
        self, texts: Sequence[TaggedText], source: str, target: str, *, consent: Consent
    ) -> tuple[Answer, ...]:
        """Translate tagged texts, one answer each, in order; a text without letters comes back.

        Raises ``ConsentMissingError`` before anything is sent, and ``EngineError`` otherwise.
        """
        kind = self.translator
        if kind.sends_text_to and self.name not in consent.providers:
            raise ConsentMissingError(self.name, kind.sends_text_to)
        wanted = list(dict.fromkeys(text for text in texts if _has_letters(text)))
        answers = {text: Answer(text) for text in texts}
        if wanted:
            answers.update(self._answers(kind, wanted, source, target))
        return tuple(answers[text] for text in texts)

    def _answers(
        self, kind: type[Translator], texts: Sequence[TaggedText], source: str, target: str
    ) -> dict[TaggedText, Answer]:
        """Translate with the engine's markup, then with tokens, then the words alone."""
        from locales.engines import carrying

        carriers = [kind.carrier] if kind.supports_markup else []
        answers: dict[TaggedText, Answer] = {}
        for carrier in (*carriers, carrying.TOKENS):
            left = [text for text in texts if text not in answers]
            cores = [_edges(text) for text in left]
            given = self._ask(
                kind, [carrier.out(core) for _, core, _ in cores], source, target, carrier.marked
            )
            for text, (before, core, after), answer in zip(left, cores, given, strict=True):
                read = carrier.read(answer.strip(), core)
                if read is not None and markup.plain(read).strip():
                    answers[text] = Answer(f"{before}{read}{after}")
        left = [text for text in texts if text not in answers]
        bare = self._ask(kind, [markup.plain(text).strip() for text in left], source, target)
        for text, answer in zip(left, bare, strict=True):
            before, core, after = _edges(text)
            to_place = "<" in core
            answers[text] = Answer(
                f"{before}{carrying.attached(answer.strip(), core)}{after}", to_place
            )
        return answers

    def _ask(
        self,
        kind: type[Translator],
        texts: Sequence[str],
        source: str,
        target: str,
        marked: bool = False,
    ) -> list[str]:
        if not texts:
            return []
        translator = kind(
            source,
            target,
            url=self.url or kind.default_url(self.key),
            key=self.key,
            timeout=self.timeout,
            wait=self.wait,
        )
        return translator.translate_batch(texts, marked=marked)


def create(name: str, environ: Mapping[str, str] = os.environ) -> Engine:
    """Make an engine with the key and the address that the environment has for it.

    Raises ``UnknownEngineError``.
    """
    if name not in ENGINES:
        raise UnknownEngineError(name, tuple(sorted(ENGINES)))
    prefix = f"ENONCE_{name.upper()}"
    return Engine(name, environ.get(f"{prefix}_URL", ""), environ.get(f"{prefix}_KEY", ""))


def _has_letters(text: TaggedText) -> bool:
    return any(letter.isalpha() for letter in markup.plain(text))


def _edges(text: TaggedText) -> tuple[str, str, str]:
    match = _EDGES.fullmatch(text)
    return (match[1], match[2], match[3]) if match else ("", text, "")
