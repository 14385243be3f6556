"""One meeting and one review, as plain facts in both languages, for the tests of their papers.

The institution is real; the meeting, the review, their figures and their people are made up.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from flows.minutes_paper import Attendance, Ballot, Item, Meeting, Member, Outcome
from flows.signoff_paper import Decision, Paragraph, Review, Said, Signer

DIGESTS = (
    "9f2b4a6c0d1e83f75a96b8c2e4d0f1a3957c6e8b2d4f60718293a4b5c6d7e8f9",
    "1c3e5a7092b4d6f8e0a1c2b3d4e5f60718293a4b5c6d7e8f9fab0c1d2e3f4a5b",
)
NAMES = (
    ("Jean-Marc Delorme", 1, Attendance.PRESENT),
    ("Hélène Castan", 0, Attendance.PRESENT),
    ("Ousmane Traoré", 0, Attendance.REMOTE),
    ("Claire Astier", 1, Attendance.REPRESENTED),
    ("Karim Benali", 1, Attendance.PRESENT),
    ("Sofia Marques", 1, Attendance.PRESENT),
    ("Yves Le Goff", 2, Attendance.PRESENT),
    ("Marie-Ange Dubreuil", 2, Attendance.PRESENT),
    ("Tom Vandamme", 3, Attendance.ABSENT),
)


def meeting(language: str) -> Meeting:
    french = language == "fr"
    colleges = (
        ("État", "Personnalités qualifiées", "Personnels", "Étudiants")
        if french
        else ("State", "Qualified persons", "Staff", "Students")
    )
    members = tuple(
        Member(
            name,
            colleges[college],
            how,
            proxy_to="Karim Benali" if how is Attendance.REPRESENTED else "",
            recused=name == "Yves Le Goff",
            chair=name == "Jean-Marc Delorme",
        )
        for name, college, how in NAMES
    )
    rule = (
        "Majorité des suffrages exprimés ; les abstentions ne comptent pas."
        if french
        else "Majority of the votes cast; abstentions do not count."
    )
    source = (
        "Règlement intérieur, article 9 (à confirmer par l’établissement)."
        if french
        else "Rules of procedure, article 9 (to be confirmed by the institution)."
    )
    items = (
        Item(
            "Approbation du procès-verbal de la séance précédente"
            if french
            else "Minutes of the previous meeting",
            (
                "Le procès-verbal de la séance du 10 décembre 2025 est approuvé sans observation."
                if french
                else "The minutes of the meeting of 10 December 2025 are approved without comment.",
            ),
        ),
        Item(
            "Adoption de l’énoncé de mission" if french else "Adoption of the mission statement",
            (
                "La directrice générale présente l’énoncé et rappelle la consultation qui l’a préparé (5 127 réponses). Un administrateur demande que l’ancrage dans les territoires soit nommé ; le texte soumis le nomme au troisième paragraphe."
                if french
                else "The director general presents the statement and recalls the consultation behind it (5,127 responses). A member asks that local anchoring be named; the text before the board names it in its third paragraph.",
                "M. Le Goff, qui a pris part à la rédaction, se déporte et ne prend pas part au vote."
                if french
                else "Mr Le Goff, who took part in the drafting, recuses himself and does not vote.",
            ),
            (
                Ballot(
                    "l’adoption du texte dans ses deux langues"
                    if french
                    else "adopting the text in both languages",
                    6,
                    0,
                    1,
                    0,
                    Outcome.ADOPTED,
                    rule,
                    source,
                    resolution="CA-2026-14",
                ),
            ),
        ),
        Item(
            "Date de la prochaine séance" if french else "Date of the next meeting",
            (
                "La prochaine séance est fixée au 18 juin 2026, à 14 heures."
                if french
                else "The next meeting is set for 18 June 2026 at 14:00.",
            ),
            (
                Ballot(
                    "la tenue de cette séance à distance"
                    if french
                    else "holding that meeting by conference",
                    2,
                    5,
                    0,
                    1,
                    Outcome.REJECTED,
                    rule,
                    source,
                    secret=True,
                ),
            ),
        ),
    )
    labels = (
        ("Texte français (fait foi)", "Texte anglais")
        if french
        else ("French text (authoritative)", "English text")
    )
    return Meeting(
        number="2026-03",
        institution="Institut Mines-Télécom",
        body="Conseil d’administration" if french else "Board of Directors",
        place="Palaiseau",
        opened=datetime(2026, 3, 12, 14, 5, tzinfo=UTC),
        closed=datetime(2026, 3, 12, 16, 40, tzinfo=UTC),
        chair="Jean-Marc Delorme",
        secretary="Hélène Vasseur",
        members=members,
        guests=("Odile Gauthier", "Olivier Huart"),
        seats=9,
        counted=8,
        required=5,
        quorum_source=source,
        items=items,
        digests=tuple(zip(labels, DIGESTS, strict=True)),
    )


TEXTS = {
    "fr": (
        "L’Institut Mines-Télécom adopte son énoncé de mission",
        "Tous ensemble, imaginer et construire un avenir durable et en former les acteurs clés.",
        "Par la diversité, l’excellence et l’ancrage local de ses grandes écoles, l’Institut forme des ingénieurs.",
        "L’Institut s’appuie sur la force collective de ses écoles et la qualité de ses personnels.",
        "Il renouvelle et développe sans cesse les compétences.",
    ),
    "en": (
        "Institut Mines-Télécom adopts its Mission Statement",
        "All together to imagine and build a sustainable future and to train its key stakeholders.",
        "Through the diversity, excellence, and local anchoring of its graduate schools, the Institute trains engineers.",
        "The Institute draws on the collective strength of its schools and the quality of its staff.",
        "It aims at continuously updating and growing new skills.",
    ),
}
FIRST, SECOND, LATER = date(2026, 2, 16), date(2026, 2, 18), date(2026, 2, 20)


def review(language: str) -> Review:
    french = language == "fr"
    steps = ("Direction", "Écoles", "Juridique") if french else ("Management", "Schools", "Legal")
    names = (
        "A. Martin",
        "B. Lefèvre",
        "C. Nguyen",
        "D. Garnier",
        "E. Rossi",
        "F. Okafor",
        "G. Petit",
    )
    why = (
        "Anglais : « and to train » ajouté au § 2."
        if french
        else "English: “and to train” added to § 2."
    )
    signers = tuple(Signer(steps[min(at // 3, 2)], name) for at, name in enumerate(names))
    rows = []
    for number in range(1, 6):
        row = [Decision(Said.APPROVED, FIRST) for _ in signers]
        if number == 2:
            row[1] = Decision(Said.FELL, FIRST, fell=SECOND, why=why)
            row[2] = Decision(Said.FELL, FIRST, fell=SECOND, why=why)
        if number == 4:
            row[3] = Decision(Said.CHANGES, LATER)
            row[4] = Decision(Said.APPROVED, LATER, by="H. Duval")
        if number == 3:
            row[5] = Decision(Said.ABSTAINED, LATER)
        row[6] = Decision(Said.WAITING)
        rows.append(tuple(row))
    labels = (
        ("Texte français (fait foi)", "Texte anglais")
        if french
        else ("French text (authoritative)", "English text")
    )
    return Review(
        dossier="2026-003",
        institution="Institut Mines-Télécom",
        body="Conseil d’administration" if french else "Board of Directors",
        title="Énoncé de mission" if french else "Mission statement",
        day=date(2026, 2, 23),
        circuit="énoncé de mission, version 3" if french else "mission statement, version 3",
        paragraphs=tuple(Paragraph(at, text) for at, text in enumerate(TEXTS[language], 1)),
        signers=signers,
        decisions=tuple(rows),
        digests=tuple(zip(labels, DIGESTS, strict=True)),
    )
