"""Gives the page of submission what it needs of files: ids, and two people's work made into one."""

from __future__ import annotations

from collections.abc import Mapping

from approvals.desk.pair_ports import Joining
from approvals.dossier import Dossier
from approvals.names import Bilingual, Digest
from documents import comments, threeway
from documents.comments import Comment
from documents.threeway import Conflict, Side
from flows import acts
from flows.house import House
from locales.catalog import say


class Submissions:
    """What ``approvals.desk.pair_ports`` asks for of files."""

    _house: House

    def joined(
        self,
        dossier: Dossier,
        base: Digest,
        mine: bytes,
        choices: Mapping[str, Side],
        language: str,
    ) -> Joining:
        """Merge, then bring theirs where it was chosen, then say theirs beside where both were.

        The merge itself lets one side stand everywhere, so it is made twice, once for each side;
        what was chosen of theirs is brought over from the second.
        """
        draft = dossier.draft
        if draft is None:
            return Joining(mine, (), (), (), 0)
        old, theirs = self._house.vault.get(base), self._house.vault.get(draft.version)
        when = self._house.now()
        merged = threeway.merge(old, mine, theirs, when=when, mark=False)
        chosen = {id for id, side in choices.items() if side is Side.THEIRS}
        data = merged.data
        if chosen:
            other = threeway.merge(
                old, mine, theirs, when=when, prefer=Side.THEIRS, mark=False
            ).data
            data = threeway.merge_chosen(data, data, other, lambda id: str(id) in chosen).data
        notes = [
            Comment("", one.paragraph, _sentence(one, language), threeway.AUTHOR, "É", when)
            for one in merged.conflicts
            if choices.get(one.paragraph) is Side.BOTH
        ]
        return Joining(
            comments.write(data, notes),
            merged.conflicts,
            merged.joined,
            merged.left,
            merged.taken,
        )

    def largest(self) -> int:
        """Give the limit of the settings."""
        return self._house.settings.intake_size_mb

    def new_id(self, title: str) -> str:
        """Make an id that no dossier has."""
        return acts.new_id(self._house, Bilingual(title, title))


def _sentence(conflict: Conflict, language: str) -> str:
    message, data = threeway.describe(conflict)
    return say(message, language, **data)
