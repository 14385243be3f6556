"""What an engine is: deep-translator's ``BaseTranslator`` and what it says of itself.

deep-translator gives the shape: a translator from one language to another with ``translate`` and
``translate_batch``. An instance serves one thread and one handful of sentences and is then let go,
because the base class is not safe to share. Engines over HTTP derive from ``web.WebTranslator``,
those on this machine from ``Translator`` itself. Tags are carried by ``ladder`` and ``carrying``;
who may be sent what is asked in ``locales.engines``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import sleep
from types import TracebackType
from typing import ClassVar, Self

from deep_translator.base import BaseTranslator

from locales.engines import carrying
from locales.engines.errors import EngineAnswerError
from locales.engines.terms import NO_TERMS, Terms


@dataclass(frozen=True, slots=True)
class Setup:
    """What only the institution has: address, key and what else the engine's ``variables`` name."""

    url: str = ""
    key: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 20.0
    wait: Callable[[float], None] = sleep


class Translator(BaseTranslator):  # type: ignore[misc]
    """An engine for one call; ``with`` opens and closes what it needs.

    ``sends_text_to`` names who gets the text ("" where it stays in the house), ``needs_key``
    whether the institution has to have a key, ``carrier`` how tags are written where
    ``supports_markup``, ``limit`` how much text (see ``size``) and ``batch`` how many texts one
    request takes. ``workers`` is how many requests may be under way at once, ``enforces_terms``
    whether the request itself carries the glossary, ``gist`` whether the words are too poor to
    enter a memory as they are, ``variables`` what is read from the environment as
    ``ENONCE_<ID>_<VARIABLE>``.
    """

    id: ClassVar[str]
    sends_text_to: ClassVar[str]
    needs_key: ClassVar[bool]
    supports_markup: ClassVar[bool]
    carrier: ClassVar[carrying.Carrier] = carrying.TOKENS
    limit: ClassVar[int]
    batch: ClassVar[int]
    workers: ClassVar[int] = 4
    enforces_terms: ClassVar[bool] = False
    gist: ClassVar[bool] = False
    variables: ClassVar[tuple[str, ...]] = ()
    languages: ClassVar[Mapping[str, str]] = {"french": "fr", "english": "en"}

    def __init__(
        self,
        source: str,
        target: str,
        setup: Setup,
        terms: Terms = NO_TERMS,
        prepared: str = "",
    ) -> None:
        super().__init__(
            base_url=setup.url, languages=dict(self.languages), source=source, target=target
        )
        self.setup = setup
        self.terms = terms
        self.prepared = prepared

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close nothing: there is nothing open."""

    @classmethod
    def size(cls, text: str) -> int:
        """How much of ``limit`` a text takes: characters, unless the provider counts otherwise."""
        return len(text)

    @classmethod
    def portions(cls, texts: Sequence[str], most: int | None = None) -> Iterator[list[str]]:
        """The texts in portions that one request takes."""
        chunk: list[str] = []
        size = 0
        most = min(most or cls.batch, cls.batch)
        for text in texts:
            own = cls.size(text)
            if chunk and (len(chunk) >= most or size + own > cls.limit):
                yield chunk
                chunk, size = [], 0
            chunk.append(text)
            size += own
        if chunk:
            yield chunk

    @classmethod
    def default_url(cls, key: str) -> str:
        """The address that belongs to a key; "" where there is none."""
        return ""

    def prepare(self) -> str:
        """Make ready what all requests of one translation share, and give its name; "" for none."""
        return ""

    def translate(self, text: str, **kwargs: bool) -> str:
        """Translate one text; ``marked=True`` where it has the engine's own markup."""
        return self.translate_batch([text], **kwargs)[0]

    def translate_batch(self, batch: Sequence[str], **kwargs: bool) -> list[str]:
        """Translate texts, in as few requests as the engine allows. Raises ``EngineError``."""
        answers: list[str] = []
        for texts in self.portions(batch):
            given = self.ask(texts, kwargs.get("marked", False))
            if len(given) != len(texts):
                raise EngineAnswerError(self.id, f"{len(given)}/{len(texts)}")
            answers.extend(given)
        return answers

    @abstractmethod
    def ask(self, texts: list[str], marked: bool) -> list[str]:
        """Send one request and give its translations."""
