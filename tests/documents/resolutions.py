"""One resolution as a board would sign it, in French and in English, for the writer's tests.

The institution and its motto are real; the meeting, its figures and its people are made up, and
the French of the explanation is this project's own rendering. Loaded by ``conftest``.
"""

from __future__ import annotations

from documents.writer import (
    Article,
    Column,
    Digest,
    Heading,
    Mark,
    ResolutionPaper,
    Role,
    SignaturePlace,
    Signatures,
    Span,
    Table,
    Text,
)

NUMBER = "CA-2026-14"
DIGESTS = (
    "9f2b4a6c0d1e83f75a96b8c2e4d0f1a3957c6e8b2d4f60718293a4b5c6d7e8f9",
    "1c3e5a7092b4d6f8e0a1c2b3d4e5f60718293a4b5c6d7e8f9fab0c1d2e3f4a5b",
    "4d6f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d",
    "b5c6d7e8f9fab0c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6f70819203",
)


def french() -> ResolutionPaper:
    return ResolutionPaper(
        language="fr",
        institution="Institut Mines-Télécom",
        body="Conseil d’administration",
        number="Délibération n° CA-2026-14",
        title="Adoption de l’énoncé de mission",
        date="Séance du 12 mars 2026",
        page_of="Page {page} sur {pages}",
        opening="Le conseil d’administration de l’Institut Mines-Télécom,",
        visas=(
            "Vu le code de l’éducation, notamment son article L. 717-1 ;",
            "Vu le décret n° 2012-279 du 28 février 2012 relatif à l’Institut Mines-Télécom, notamment son article 7 ;",
            "Vu la convocation adressée aux membres le 24 février 2026 et les documents qui l’accompagnaient ;",
            "Vu la synthèse de la consultation des personnels, des étudiants, des diplômés, des entreprises partenaires et des collectivités territoriales (5 127 réponses) ;",
        ),
        recitals=(
            "Considérant que l’énoncé de mission a été établi en français et en anglais, et que les deux textes ont été approuvés ensemble, paragraphe par paragraphe, par les instances de relecture ;",
            "Considérant que le texte français fait foi ;",
        ),
        decision=(Span("Après en avoir délibéré, décide", Mark.CAPITALS), " :"),
        articles=(
            Article(
                ("Article 1", Span("er", Mark.ORDINAL), " – Énoncé de mission"),
                (
                    "Est adopté l’énoncé de mission de l’Institut Mines-Télécom dont le texte suit :",
                ),
                (
                    Heading("Énoncé de mission", level=1, quoted=True),
                    Text(
                        "Ensemble pour imaginer et construire un avenir durable et former ses acteurs.",
                        Role.MOTTO,
                    ),
                    Heading("Explication", level=2, quoted=True),
                    Text(
                        "Par la diversité, l’excellence et l’ancrage territorial de ses écoles, l’Institut Mines-Télécom forme des ingénieurs et des managers de premier plan et mène une recherche académique et partenariale de haut niveau. Il travaille avec les grandes entreprises et les PME à résoudre les défis des grandes transformations, industrielle, écologique et numérique, dans les territoires, en Europe et dans le monde.",
                        Role.QUOTE,
                    ),
                    Text(
                        "L’Institut Mines-Télécom s’appuie sur la force collective de ses écoles, la qualité de ses personnels et de ses étudiants, l’étendue de son réseau d’entreprises, ses écoles partenaires et ses diplômés. Il est un moteur d’une société et d’une économie respectueuses des personnes et de l’environnement.",
                        Role.QUOTE,
                    ),
                    Text(
                        "L’Institut Mines-Télécom renouvelle sans cesse ses compétences afin :",
                        Role.QUOTE,
                    ),
                    Text(
                        "de créer des formations interdisciplinaires, prospectives et tournées vers les usages ;",
                        Role.QUOTE_BULLET,
                    ),
                    Text(
                        "de nouer des partenariats avec les entreprises et les collectivités au service des territoires ;",
                        Role.QUOTE_BULLET,
                    ),
                    Text(
                        "de diffuser les connaissances scientifiques et techniques et d’éclairer le débat sur leurs effets.",
                        Role.QUOTE_BULLET,
                    ),
                ),
            ),
            Article(
                "Article 2 – Version anglaise",
                (
                    (
                        "La version anglaise du même énoncé (",
                        Span(
                            "All together to imagine and build a sustainable future and to train its key stakeholders",
                            Mark.EMPHASIS,
                            "en",
                        ),
                        ") est publiée avec le texte français.",
                    ),
                ),
            ),
            Article(
                "Article 3 – Exécution",
                (
                    "La directrice générale est chargée de l’exécution de la présente délibération, qui est publiée sur le site de l’Institut.",
                ),
            ),
        ),
        vote_heading="Vote",
        vote_intro=(
            "Scrutin public à main levée. Le quorum est de 13 membres présents ou représentés ; 21 membres étaient présents ou représentés à l’ouverture du scrutin.",
        ),
        vote=Table(
            "Résultat du scrutin",
            (
                Column("Vote", weight=3),
                Column("Présents", True),
                Column("Représentés", True),
                Column("Voix", True),
            ),
            (
                ("Pour", "17", "1", "18"),
                ("Contre", "2", "0", "2"),
                ("Abstention", "1", "0", "1"),
                ("Total", "20", "1", "21"),
            ),
            "Nombre de voix pour, contre et d’abstentions, par membres présents et représentés, avec le total.",
            total=True,
            width=72,
        ),
        result="La délibération est adoptée par 18 voix sur 20 suffrages exprimés.",
        rule="Règle appliquée : majorité des suffrages exprimés, les abstentions n’étant pas comptées ; voix prépondérante du président en cas de partage, sans objet.",
        rule_source="Règle « imt-2026-01 », à confirmer par l’établissement ; décret n° 2012-279 du 28 février 2012, article 7, pour la composition.",
        presence_heading="Présence, pouvoirs et déports",
        presence=(
            Table(
                "Sièges par collège",
                (
                    Column("Collège", weight=4),
                    Column("Sièges", True),
                    Column("Présents", True),
                    Column("Représentés", True),
                    Column("Absents", True),
                ),
                (
                    ("Représentants de l’État", "8", "6", "0", "2"),
                    ("Personnalités qualifiées", "9", "7", "1", "1"),
                    ("Élus des personnels", "5", "5", "0", "0"),
                    ("Élus des étudiants", "3", "2", "0", "1"),
                    ("Total", "25", "20", "1", "4"),
                ),
                "Pour chacun des quatre collèges, nombre de sièges, de membres présents, représentés et absents.",
                total=True,
            ),
            Table(
                "Pouvoirs et déports",
                (
                    Column("Membre", weight=3),
                    Column("Nature", weight=2),
                    Column("Au profit de, ou motif", weight=4),
                ),
                (
                    ("Mme Claire Astier", "Pouvoir", "M. Karim Benali, reçu le 10 mars 2026"),
                    ("Néant", "Déport", "–"),
                ),
                "Membres ayant donné pouvoir ou s’étant déportés, avec le bénéficiaire ou le motif.",
            ),
        ),
        certification_heading="Certification",
        certification=(
            "Le président et la secrétaire de séance certifient que la présente délibération a été adoptée dans les conditions ci-dessus, et que les textes adoptés sont ceux dont les empreintes figurent en annexe.",
        ),
        done="Fait à Palaiseau, le 12 mars 2026.",
        signatures=Signatures(
            (
                SignaturePlace(
                    "Le président du conseil d’administration", "Jean-Marc Delorme", "Signature"
                ),
                SignaturePlace("La secrétaire de séance", "Hélène Vasseur", "Signature"),
            ),
            "Places pour la signature du président et de la secrétaire de séance",
        ),
        annex_heading="Annexe – Empreintes des textes adoptés",
        annex_intro=(
            "Une empreinte (SHA-256) désigne un texte et un seul : un mot changé la change tout entière. L’empreinte du texte ne dépend pas de la mise en forme ; celle du fichier désigne le fichier déposé.",
        ),
        digests=(
            Digest("Texte français (fait foi)", DIGESTS[0]),
            Digest("Texte anglais", DIGESTS[1]),
            Digest("Fichier français", DIGESTS[2]),
            Digest("Fichier anglais", DIGESTS[3]),
        ),
        annex_notes=(
            "L’empreinte d’un fichier se vérifie sur la page de vérification de l’Institut, sans compte.",
        ),
    )


def english() -> ResolutionPaper:
    return ResolutionPaper(
        language="en",
        institution="Institut Mines-Télécom",
        body="Board of Directors",
        number="Resolution No. CA-2026-14",
        title="Adoption of the mission statement",
        date="Meeting of 12 March 2026",
        page_of="Page {page} of {pages}",
        opening="The board of directors of Institut Mines-Télécom,",
        visas=(
            "Having regard to the Education Code, in particular Article L. 717-1;",
            "Having regard to Decree No. 2012-279 of 28 February 2012 on Institut Mines-Télécom, in particular Article 7;",
            "Having regard to the notice of meeting sent to the members on 24 February 2026 and the papers sent with it;",
            "Having regard to the synthesis of the consultation of staff, students, alumni, partner companies and local authorities (5,127 responses);",
        ),
        recitals=(
            "Whereas the mission statement was drawn up in French and in English, and both texts were approved together, paragraph by paragraph, by the reviewing bodies;",
            "Whereas the French text is authoritative;",
        ),
        decision=(Span("Having deliberated, resolves", Mark.CAPITALS), ":"),
        articles=(
            Article(
                "Article 1 – Mission statement",
                ("The mission statement of Institut Mines-Télécom is adopted as follows:",),
                (
                    Heading("Mission statement", level=1, quoted=True),
                    Text(
                        "All together to imagine and build a sustainable future and to train its key stakeholders.",
                        Role.MOTTO,
                    ),
                    Heading("Explanation", level=2, quoted=True),
                    Text(
                        "Through the diversity, excellence, and local anchoring of its graduate schools, Institut Mines-Télécom trains top-tier engineers and managers, as well as leading academic and partnership-based research. It works with large companies and SMEs to find solutions to the challenges inherent to major transformations: Industrial, Ecological and Digital, locally in France and globally both in Europe and worldwide.",
                        Role.QUOTE,
                    ),
                    Text(
                        "Institut Mines-Télécom draws on the collective strength of its schools, the quality of its staff and its students, its extensive network of companies, its partner schools and its alumni, to face and transcend the challenges raised by the deep transformation of our society.",
                        Role.QUOTE,
                    ),
                ),
            ),
            Article(
                "Article 2 – French text",
                ("The English version is published with the French text, which is authoritative.",),
            ),
            Article(
                "Article 3 – Execution",
                (
                    "The director general is to carry out this resolution, which is published on the website of the institute.",
                ),
            ),
        ),
        vote_heading="Vote",
        vote_intro=(
            "Open vote by show of hands. The quorum is 13 members present or represented; 21 members were present or represented when the ballot opened.",
        ),
        vote=Table(
            "Result of the ballot",
            (
                Column("Vote", weight=3),
                Column("Present", True),
                Column("Represented", True),
                Column("Votes", True),
            ),
            (
                ("For", "17", "1", "18"),
                ("Against", "2", "0", "2"),
                ("Abstention", "1", "0", "1"),
                ("Total", "20", "1", "21"),
            ),
            "Votes for, against and abstentions, by members present and represented, with the total.",
            total=True,
            width=72,
        ),
        result="The resolution is adopted by 18 of 20 votes cast.",
        rule="Rule applied: majority of the votes cast, abstentions not being counted; the chair’s casting vote was not called upon.",
        rule_source="Rule “imt-2026-01”, to be confirmed by the institution; Decree No. 2012-279 of 28 February 2012, Article 7, for the seats.",
        presence_heading="Attendance, proxies and recusals",
        presence=(
            Table(
                "Seats by college",
                (
                    Column("College", weight=4),
                    Column("Seats", True),
                    Column("Present", True),
                    Column("Represented", True),
                    Column("Absent", True),
                ),
                (
                    ("Representatives of the State", "8", "6", "0", "2"),
                    ("Qualified persons", "9", "7", "1", "1"),
                    ("Elected staff", "5", "5", "0", "0"),
                    ("Elected students", "3", "2", "0", "1"),
                    ("Total", "25", "20", "1", "4"),
                ),
                "For each of the four colleges, the seats and the members present, represented and absent.",
                total=True,
            ),
            Table(
                "Proxies and recusals",
                (
                    Column("Member", weight=3),
                    Column("Kind", weight=2),
                    Column("To whom, or why", weight=4),
                ),
                (
                    ("Ms Claire Astier", "Proxy", "Mr Karim Benali, received on 10 March 2026"),
                    ("None", "Recusal", "–"),
                ),
                "Members who gave a proxy or recused themselves, with the holder or the reason.",
            ),
        ),
        certification_heading="Certification",
        certification=(
            "The chair and the secretary of the meeting certify that this resolution was adopted under the conditions above, and that the texts adopted are those whose digests stand in the annex.",
        ),
        done="Done at Palaiseau on 12 March 2026.",
        signatures=Signatures(
            (
                SignaturePlace(
                    "The chair of the board of directors", "Jean-Marc Delorme", "Signature"
                ),
                SignaturePlace("The secretary of the meeting", "Hélène Vasseur", "Signature"),
            ),
            "Places for the signatures of the chair and of the secretary of the meeting",
        ),
        annex_heading="Annex – Digests of the texts adopted",
        annex_intro=(
            "A digest (SHA-256) stands for one text and no other: one changed word changes all of it. The digest of the text does not depend on layout; that of the file stands for the file deposited.",
        ),
        digests=(
            Digest("French text (authoritative)", DIGESTS[0]),
            Digest("English text", DIGESTS[1]),
            Digest("French file", DIGESTS[2]),
            Digest("English file", DIGESTS[3]),
        ),
        annex_notes=(
            "Anyone can check the digest of a file on the institute’s verification page, without an account.",
        ),
    )
