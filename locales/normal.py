"""Makes texts comparable: what differs in typography alone becomes equal.

No-break and thin spaces, curly apostrophes, quotation marks of one kind, non-breaking hyphens, the
ellipsis and invisible characters are evened out; letters, case, numbers and punctuation stay. The
memory, the checks and the question whether a source has changed all use this one form.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

from locales.figures import mask

_EVEN = {
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "\u2010": "-",
    "\u2011": "-",
    "…": "...",
    "\u00ad": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
    "\u2060": "",
    "\ufeff": "",
}
_ODD = re.compile(f"[{''.join(_EVEN)}]")
_FRENCH_GAP = re.compile(r" (?=[;:!?»%])|(?<=«) ")
_WORD = re.compile(r"[^\W\d_]+")

_FRENCH = (
    "le la les des du un une et est sont dans pour par sur avec qui que ne pas au aux ce cette ces"
    " il elle ils elles nous vous leur leurs sa ses son mais ou où se plus été être"
)
_ENGLISH = (
    "the of and to is are was were in for by with that this these those it its they we you their"
    " our not be been has have had or but from as at which who will shall may"
)
COMMON = {"fr": frozenset(_FRENCH.split()), "en": frozenset(_ENGLISH.split())}
"""Words that nearly every sentence of a language has and the other language has not."""


def normal(text: str) -> str:
    """The form of a plain text in which typography makes no difference."""
    if not text.isascii():
        text = _ODD.sub(_evened, unicodedata.normalize("NFC", text))
    return _FRENCH_GAP.sub("", " ".join(text.split()))


def _evened(match: re.Match[str]) -> str:
    return _EVEN[match.group()]


def key(text: str) -> int:
    """A signed 64-bit number for a text that is in normal form already."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def mask_key(text: str, language: str) -> int:
    """The key of a normal text whose numbers do not count."""
    return key(mask(text, language))


def words(text: str) -> set[str]:
    """The different words of a text, in small letters; numbers are none."""
    return set(_WORD.findall(text.lower()))
