"""Two versions of a Word file as one with real tracked changes.

Accept all gives the new version, reject all the old one: text, formatting and paragraph properties
of body, tables, notes, headers, footers and text boxes; tables, sections, lists and pictures too.
What moved is shown as moved. Tracked changes that the inputs still carry are accepted first.

The definitions of styles, the document's settings and the wrapping of content controls are the new
version's: Word has no revision for them.

What changed paragraph by paragraph, without Word's notation, is ``identity.changes``; a comparison
for the terminal is ``word_diff``; two languages with one numbering are ``redline_mirror``'s.

Source: ECMA-376 part 1, clause 17.13.5 (revisions).
"""

from __future__ import annotations

from datetime import datetime

from documents.redline_changes import Revisions
from documents.redline_compare import Comparison
from documents.worddiff import DiffPiece, Op, word_diff
from documents.wordfile import WordFile

__all__ = ["DiffPiece", "Op", "redline", "word_diff"]


def redline(old: bytes, new: bytes, *, author: str, when: datetime) -> bytes:
    """The new version with everything that it changed against the old one as tracked changes.

    ``author`` and ``when`` stand on every change (a naive ``when`` is taken as UTC). Equal versions
    give the new one back. Raises ``DocumentError`` for what is no Word file.
    """
    comparison = Comparison(WordFile(old), WordFile(new), Revisions(author, when))
    changed = comparison.run()
    return comparison.parts.save(changed)
