from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.segmentation import cutter

FRENCH = """
Le conseil adopte le texte.| Il est publié.
M. Dupont préside la séance.| Mme Martin la seconde.
MM. Dupont et Le Goff sont absents.
M. Le Goff est arrivé.
Mme. Le Goff est arrivée.
Le Dr. Martin et le Pr. Lacroix siègent.
Voir l'art. 12 du règlement.
Voir l’art. 12 du règlement.| Il est clair.
Voir art. L. 711-1 du code de l’éducation.
Selon l’al. 3 du par. 2, le vote est secret.
Cf. Annexe A pour le détail.
La valeur est de 3.5 points.| Elle monte.
Le taux est de 12,5 %.| Il baisse.
Réunion à 14 h. 30 précises.
Le budget s’élève à 5 000 €.| Il est voté.
Les revues, les ouvrages, etc. sont conservés.
Les revues, les ouvrages, etc.| Les thèses sont en ligne.
Il vécut au IIe siècle av. J.-C. dans la ville.
Il vécut au IIe siècle av. J.-C.| Le musée le rappelle.
J.-P. Sartre est cité.| On le relit.
Le texte de J. Dupont est long.
Le texte de J. M. G. Le Clézio est long.
La S.A. Dupont est partenaire.
L’O.N.U. compte 193 membres.| Elle siège à New York.
Qui sommes-nous ?| Une université.
Qui sommes-nous ?| Où allons-nous ?
« Qui sommes-nous ? » demande le conseil.
« Nous formons. » | Le conseil approuve.
Il a dit : « Nous formons. »| Le conseil approuve.
Le président déclare : « La séance est ouverte. »
Attention !| Le délai court.
Quelle réussite !| Les étudiants sont là.
Nous voulons… mais nous attendons.
Nous voulons…| Le temps passe.
Nous voulons...| Le temps passe.
Nous voulons... mais nous attendons.
1. Former les étudiants
1. Former les étudiants.| 2. Chercher.
1.2. Le conseil décide.
a) Former ; b) chercher.| Le reste suit.
I. Le conseil décide.
A. Principes généraux
Art. 3. Le conseil décide.| Il publie.
Article 3. Le conseil décide.
Le chapitre IV.| Le conseil.
Adopté en 2019.| Révisé en 2021.
Adopté en 2019.| 12 membres étaient présents.
Le site www.exemple.org est ouvert.| Il est gratuit.
Écrivez à contact@exemple.org.| Une réponse suit.
La version 2.0.1 est publiée.| La suivante viendra.
Le plan (adopté en 2019) est clos.| Un autre suit.
Le plan est clos.| (Un autre suit.)
(Le plan est clos.)| Un autre suit.
Le plan (pourquoi ?) Est-il clos ?
Le texte (sic !) Du conseil est long.
Le n° 5 est sorti.| Le n° 6 suit.
La réf. Dupont et le tél. 01 02 03 04 05.
Voir p. 12 et pp. 14-16 du vol. 2.| Le reste est annexé.
Voir fig. 3.| Elle montre la courbe.
Le vote a lieu le 1er mars.| Le conseil siège à Lyon.
Réunion du 12 janv. 2021.| Présents : douze.
Le prix est de 10 M€.| Il double.
Les disciplines sont : 1. Droit ; 2. Lettres.
Le directeur, p. ex. M. Dupont, signe.
Le directeur, c.-à-d. Mme Martin, signe.
St. Étienne est une ville.
Le bd. Victor-Hugo est fermé.
La société Dupont et Cie.| Elle est ancienne.
La société Dupont et Cie. Paris
Le plan B.| Le plan C.| Il faut choisir.
Env. 300 étudiants.| Des chercheurs.
– Former.| – Chercher.
La fin.
Sans point final
Le v. Dupont c. Martin.
Il conclut : « Oui. »| Puis il signe.
L’I.U.T. Est présent
L’I.U.T.| Il est présent.
Selon l’article 238.14.| Conformément à la loi, il décide.
Selon l’article 4.4.| Sauf disposition contraire, il paie.
Un diamètre minimal de 6 mm.| La société le déclare.
MM. Le Goff et Martin siègent à 6 mm. 30 du bord.
Le débit est de 13 L/min.| Sous réserve de l’article 3, il suffit.
La température est de 60 °F.| Sauf avis contraire, elle suffit.
Le fil mesure 400 m.| Nul ne le coupe.
Voir la circulaire MSC.1/Circ. 1222 de l’OMI.
Voir l’arrêté no. MO-62-69 du ministre.
Voir l’annexe A.| Formuler un avis.
Voir la partie I.| Madame Martin la signe.
Selon l’art. 839 C. cr., il paie.
Le vote a lieu à 10 h.| Les membres arrivent à 9 h 30.
L’âge est de 18 ans.| Les élèves votent.
L’univ. Paris-Saclay participe.
Le prés. du conseil et le vice-prés. Durand signent.
Le conseil (sauf M. Durand) approuve.| Il signe.
« Qu’est-ce ? »| Une question.
Le point 3.2.| Les suites.
Cf. p. 12, § 3, al. 2.
"""

ENGLISH = """
The board adopts the text.| It is published.
Mr. Smith chairs.| Ms. Jones assists.
Dr. Smith and Prof. Lee attend.
Messrs. Smith and Lee attend.
The case R. v. Smith is cited.| It stands.
R. v. The Queen is cited.
See s. 12 of the Act.| It applies.
See para. 5(c) and subpara. 3.
See Sched. 2 for details.
See Fig. 3.| It shows the curve.
See pp. 12-14 of vol. 2.| The rest is annexed.
The answer is no.| The board agrees.
Resolution No. 12 was adopted.
Item no. 5 is closed.
The U.S. government agreed.
The U.S. Government agreed.
He lives in the U.S.| The board met there.
It opens at 9 a.m. on Monday.
It opens at 9 a.m.| The doors close at five.
It opens at 9 a.m. Monday.
Acme Inc. makes tools.
Acme Inc.| The company makes tools.
Acme Ltd. Toronto
Books, journals, etc. are kept.
Books, journals, etc.| Theses are online.
J. R. R. Tolkien taught here.
John F. Kennedy spoke.| We listened.
She holds a Ph.D. in law.
She holds a Ph.D.| She teaches law.
Smith et al. describe it.
It was described by Smith et al.| The method is simple.
Who are we?| A university.
"Who are we?" asks the board.
“Who are we?” asks the board.
He said, “We teach.”| The board agreed.
He said, "We teach."| The board agreed.
She wrote: ‘We teach.’| The board agreed.
Stop!| The time is up.
We want… but we wait.
We want…| The time passes.
We want... but we wait.
We want...| Time passes.
1. Teach students
1. Teach students.| 2. Do research.
1.2. The board decides.
(a) Teach; (b) do research.| The rest follows.
A. The board decides.
IV. The board decides.
Section 3. The board decides.| It publishes.
Adopted in 2019.| Revised in 2021.
Adopted in 2019.| 12 members attended.
The rate is 3.5 points.| It rises.
The site www.example.org is open.| It is free.
Write to contact@example.org.| We answer.
Version 2.0.1 is out.| The next follows.
The plan (adopted in 2019) is closed.| Another follows.
The plan is closed.| (Another follows.)
(The plan is closed.)| Another follows.
The plan (really?) Is closed
On Jan. 5 the board met.| It voted.
From Sept. 12 to Oct. 3 it is shut.
St. John’s is a city.| It is old.
Mt. Royal is a hill.
Plan A failed.| Plan B.| The next is C.
We take vitamin C.| The rest is food.
The steps are: 1. Teach; 2. Learn.
Cf. Annex A for details.
Many tools, e.g. Word, are used.
The chair, i.e. Ms. Lee, signs.
Approx. 300 students.| Many researchers.
The board met (see p. 5).| It voted.
Gov. Gen. Simon attended.
The Hon. Mr. Lee attended.
He moved to Washington, D.C.| He works there.
The 19th c. was long.| The 20th was short.
It cost $5.| We paid.
It cost $5.50.| We paid.
[Repealed, 2017, c. 26, s. 3]
See Acts (B.C.) Smith for more.
The end.
No final stop
– Teach.| – Learn.
The Dept. of Law is new.
The board said yes.| Why?| Because it could.
Smith Jr. Hall is open.
Wait.| What?!| No.
It is defined in section 238.14.| Despite this, it is open.
It is defined in section 8.12.1.| Foothills are not.
The opening is 75 mm.| The company measures it.
The tank holds 12 L.| Notwithstanding this, it leaks.
It is kept at 20°C.| A business may cool it.
The cable is 400 m.| Nobody cuts it.
The height is 0.9 m.| For this purpose, it counts.
Board Order No. MO-62-69 applies.
See Part I.| Material is listed there.
See Schedule B.| Copies are kept.
See Appendix A.| Sections 4 and 5 apply.
The U.K. Parliament agreed.
Under 10 C.F.R. Appendix A, it applies.
The council of St. Andrews met.| It voted.
It grew by approx. 5 per cent.
Prof. A. B. Smith chairs.| She decides.
The meeting is on Tues. Jan. 5.
Smith v. Jones, para. 12, is cited.| Nothing follows.
The ratio is 0.5.| Policy does not change.
Mr. Smith, Ph.D., and Mrs. Lee attend.
"""


def table(text: str) -> list[str]:
    return text.strip().splitlines()


@pytest.mark.parametrize("marked", table(FRENCH))
def test_french_sentences(marked: str) -> None:
    check(marked, "fr")


@pytest.mark.parametrize("marked", table(ENGLISH))
def test_english_sentences(marked: str) -> None:
    check(marked, "en")


def check(marked: str, language: str) -> None:
    expected = [part.lstrip() for part in marked.split("|")]
    text = marked.replace("|", "")
    cuts = [0, *cutter(language)(text), len(text)]
    found = [text[a:b].rstrip() for a, b in pairwise(cuts)]
    assert found == [part.rstrip() for part in expected]


@given(st.text(alphabet='aAéÉ1.!?…»«"”’()  \u00a0\n–M', max_size=60))
def test_cuts_are_in_order_inside_the_text_and_never_before_white_space(text: str) -> None:
    for language in ("fr", "en"):
        cuts = list(cutter(language)(text))
        assert cuts == sorted(set(cuts))
        assert all(
            0 < cut < len(text) and text[cut - 1].isspace() and not text[cut].isspace()
            for cut in cuts
        )
