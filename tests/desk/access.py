"""Who is to come in where, and who is to act: written by hand, not read from the program's rules.

A line of ``TABLE`` is a route: method, address, who comes in, who may act. Who comes in is

``all``       everybody, signed in or not,
``enrolled``  whoever has an account,
``reader``    whoever may know of the dossier: everybody enrolled, and of a confidential one those
              who work on it, never an administrator,
``public``    everybody, once the dossier is published,
or the roles themselves. A POST names behind that the roles that may act; ``-`` stands for an act
that no role is needed for, since it is about oneself or about nothing that counts. What the API
adds is the scope of the token.
"""

from __future__ import annotations

from dataclasses import dataclass

ROLES = {
    "carrel": "administrator",
    "delmas": "drafter",
    "fontanel": "translator",
    "roumier": "reviser",
    "vasseur": "reviewer",
    "castagnet": "secretary",
    "lemoal": "communications",
    "peyrolles": "member",
    "aubrac": "chair member",
}
"""One person of each kind of the sample, and what they are; ``None`` is nobody."""

WORK_ON_EVERYTHING = {"drafter", "translator", "reviser", "secretary", "communications", "chair"}
"""Who sees a confidential draft: its author, and the roles that have work in every dossier."""

TABLE = """
GET  /                                               enrolled
GET  /dossiers                                       enrolled
GET  /dossiers/{dossier}                             reader
GET  /dossiers/{dossier}/work                        reader
POST /dossiers/{dossier}/translate                   reader    drafter
POST /dossiers/{dossier}/review                      reader    drafter
POST /dossiers/{dossier}/abandon                     reader    drafter secretary
GET  /dossiers/{dossier}/findings                    reader
POST /dossiers/{dossier}/findings                    reader    drafter
GET  /dossiers/{dossier}/findings/{consultation}/{finding} reader
POST /dossiers/{dossier}/findings/{consultation}/{finding}/link reader drafter
POST /dossiers/{dossier}/findings/{consultation}/{finding}/waive reader drafter
GET  /dossiers/{dossier}/files/{name}                reader
GET  /dossiers/{dossier}/matrix                      reader
GET  /dossiers/{dossier}/matrix.docx                 reader
GET  /dossiers/{dossier}/step                        reader
POST /dossiers/{dossier}/step                        reader    reviewer
POST /dossiers/{dossier}/step/delegate               reader    reviewer
GET  /dossiers/{dossier}/receipts/{sequence}         reader
POST /dossiers/{dossier}/remarks                     reader    reviewer
POST /dossiers/{dossier}/remarks/{remark}/answer     reader    drafter translator reviser
POST /dossiers/{dossier}/remarks/{remark}/close      reader    reviewer drafter
GET  /dossiers/{dossier}/review-copy/{language}      reader
POST /dossiers/{dossier}/review-copy                 reader    reviewer
GET  /dossiers/{dossier}/pair                        reader
POST /dossiers/{dossier}/pair                        reader    translator reviser
POST /dossiers/{dossier}/pair/typed                  reader    translator reviser
GET  /submit                                         drafter
POST /submit                                         drafter   drafter
GET  /submit/{held}                                  drafter
POST /submit/{held}                                  drafter   drafter
GET  /submit/{held}/file                             drafter
GET  /dossiers/{dossier}/submit                      reader
POST /dossiers/{dossier}/submit                      reader    drafter
GET  /dossiers/{dossier}/submit/{held}               reader
POST /dossiers/{dossier}/submit/{held}               reader    drafter
GET  /dossiers/{dossier}/submit/{held}/file          reader
GET  /dossiers/{dossier}/exports/{name}              reader
GET  /sessions                                       enrolled
GET  /dossiers/{dossier}/session                     reader
GET  /dossiers/{dossier}/session/quorum              reader
GET  /dossiers/{dossier}/session/papers/{name}       reader
POST /dossiers/{dossier}/session/convene             reader    secretary
POST /dossiers/{dossier}/session/recall              reader    secretary
POST /dossiers/{dossier}/session/papers              reader    secretary
POST /dossiers/{dossier}/session/attend              reader    secretary
POST /dossiers/{dossier}/session/declare             reader    member
POST /dossiers/{dossier}/session/no-quorum           reader    secretary
POST /dossiers/{dossier}/session/open-ballot         reader    secretary
POST /dossiers/{dossier}/session/vote                reader    member
POST /dossiers/{dossier}/session/vote/sign           reader    -
POST /dossiers/{dossier}/session/close-ballot/sign   reader    -
POST /dossiers/{dossier}/seal/sign                   reader    -
POST /dossiers/{dossier}/session/object              reader    member
POST /dossiers/{dossier}/session/amend               reader    secretary
POST /dossiers/{dossier}/session/defer               reader    secretary chair
POST /dossiers/{dossier}/session/close-ballot        reader    secretary chair
POST /dossiers/{dossier}/session/extract             reader    secretary
GET  /dossiers/{dossier}/seal                        reader
POST /dossiers/{dossier}/seal                        reader    secretary
GET  /dossiers/{dossier}/publish                     reader
GET  /dossiers/{dossier}/publish/papers/{name}       reader
POST /dossiers/{dossier}/publish/quote               reader    communications
POST /dossiers/{dossier}/publish/approve-quote       reader    -
POST /dossiers/{dossier}/publish/drop-quote          reader    communications
POST /dossiers/{dossier}/publish/press-release       reader    communications
POST /dossiers/{dossier}/publish/publish             reader    communications
POST /dossiers/{dossier}/publish/withdraw            reader    secretary
POST /dossiers/{dossier}/publish/confirm-withdrawal  reader    chair
POST /dossiers/{dossier}/publish/erratum             reader    translator
POST /dossiers/{dossier}/publish/certify-erratum     reader    reviser
GET  /published                                      all
GET  /published/{dossier}                            public
GET  /published/{dossier}/files/{digest}             public
GET  /published/{dossier}/evidence                   public
GET  /dossiers/{dossier}/published                   public
GET  /verify                                         all
POST /verify                                         all       -
GET  /v/{digest}                                     all
GET  /v/{digest}/code.svg                            all
GET  /consultations                                  drafter secretary communications administrator chair member
POST /consultations                                  drafter secretary communications | drafter secretary communications
GET  /consultations/{consultation}                   drafter secretary communications administrator chair member
GET  /consultations/{consultation}/work              drafter secretary communications administrator chair member
POST /consultations/{consultation}/synthesis         drafter secretary communications | drafter secretary communications
POST /consultations/{consultation}/erase             administrator | administrator
POST /consultations/{consultation}/open              drafter secretary communications | drafter secretary communications
POST /consultations/{consultation}/invite            drafter secretary communications | drafter secretary communications
POST /consultations/{consultation}/remind            drafter secretary communications | drafter secretary communications
POST /consultations/{consultation}/import            drafter secretary communications | drafter secretary communications
POST /consultations/{consultation}/close             drafter secretary communications | drafter secretary communications
GET  /consultations/{consultation}/coding            drafter secretary communications
POST /consultations/{consultation}/coding            drafter secretary communications | drafter secretary communications
GET  /consultations/{consultation}/coding/{question} enrolled
POST /consultations/{consultation}/coding/{question} enrolled  drafter secretary communications
GET  /consultations/{consultation}/coding/{question}/sheet enrolled
POST /consultations/{consultation}/coding/{question}/sheet enrolled drafter secretary communications
GET  /consultations/{consultation}/interviews        drafter secretary communications
POST /consultations/{consultation}/interviews        drafter secretary communications | drafter secretary communications
POST /consultations/{consultation}/interviews/{interview}/withdraw drafter secretary communications | drafter secretary communications
GET  /consultations/{consultation}/findings          drafter secretary communications administrator chair member
GET  /consultations/{consultation}/findings/new      drafter secretary communications
POST /consultations/{consultation}/findings/new      drafter secretary communications | drafter secretary communications
GET  /c/{consultation}                               all
POST /c/{consultation}                               all       -
GET  /c/{consultation}/receipt                       all
POST /c/{consultation}/receipt                       all       -
POST /c/{consultation}/unsubscribe                   all       -
GET  /me                                             enrolled
POST /me/delegations                                 enrolled  reviewer
POST /me/delegations/withdraw                        enrolled  reviewer
GET  /me/mail                                        enrolled
POST /me/mail                                        enrolled  -
GET  /me/mail/{number}                               enrolled
GET  /me/password                                    enrolled
POST /me/password                                    enrolled  -
GET  /me/sessions                                    enrolled
POST /me/sessions/end                                enrolled  -
GET  /me/passkeys                                    enrolled
POST /me/passkeys/begin                              enrolled  -
POST /me/passkeys/finish                             enrolled  -
POST /me/passkeys/remove                             enrolled  -
GET  /me/tokens                                      enrolled
POST /me/tokens                                      enrolled  -
POST /me/tokens/revoke                               enrolled  -
GET  /admin                                          administrator
GET  /admin/circuits                                 administrator
GET  /admin/circuits/file                            administrator
POST /admin/circuits/file                            administrator | administrator
GET  /admin/seats                                    administrator secretary
GET  /admin/seats/file                               administrator
POST /admin/seats/file                               administrator | administrator
GET  /admin/seats/{file}/{seat}                      administrator
POST /admin/seats/{file}/{seat}                      administrator | administrator
GET  /admin/delegations                              administrator secretary
GET  /admin/engines                                  administrator
GET  /admin/engines/{engine}                         administrator
POST /admin/engines/{engine}                         administrator | administrator
GET  /admin/glossary                                 administrator translator reviser
POST /admin/glossary                                 administrator translator reviser | administrator reviser
GET  /admin/glossary.{kind}                          administrator translator reviser
GET  /admin/glossary/{term}                          administrator translator reviser
POST /admin/glossary/{term}                          administrator translator reviser | administrator reviser
GET  /admin/memory                                   administrator translator reviser
POST /admin/memory                                   administrator translator reviser | administrator reviser
POST /admin/memory/units                             administrator translator reviser | administrator reviser
GET  /admin/memory.tmx                               administrator translator reviser
GET  /admin/seal                                     administrator
GET  /admin/settings                                 administrator
GET  /admin/mail                                     administrator secretary
POST /admin/mail                                     administrator | administrator
POST /admin/mail/{person}                            administrator | administrator
GET  /admin/people                                   administrator
POST /admin/people                                   administrator | administrator
GET  /admin/people/{person}                          administrator
GET  /admin/people/{person}/account                  administrator
POST /admin/people/{person}/account/link             administrator | administrator
POST /admin/people/{person}/account/close            administrator | administrator
POST /admin/people/{person}/account/open             administrator | administrator
POST /admin/people/{person}/account/sign-out         administrator | administrator
POST /admin/people/{person}/account/remove-passkey   administrator | administrator
POST /admin/people/{person}                          administrator | administrator
GET  /admin/ledger                                   administrator
POST /admin/ledger/check                             administrator | administrator
POST /admin/ledger/backup                            administrator | administrator
GET  /accessibility                                  all
GET  /personal-data                                  all
GET  /healthz                                        all
GET  /sign-in                                        all
POST /sign-in                                        all       -
POST /sign-out                                       all       -
GET  /sign-in/institution                            all
GET  /sign-in/institution/back                       all
POST /sign-in/passkey/begin                          all       -
POST /sign-in/passkey/finish                         all       -
GET  /first-run                                      all
POST /first-run                                      all       -
GET  /welcome/{secret}                               all
POST /welcome/{secret}                               all       -
"""

API = """
openapi.json          all
tasks                 read
dossiers              read
dossiers/{dossier}    read
dossiers/{dossier}/events read
dossiers/{dossier}/findings read
consultations         read       drafter secretary communications administrator chair member
consultations/{consultation} read drafter secretary communications administrator chair member
consultations/{consultation}/coding/{question} read
people                read
head                  read
files                 submit|translate|board|publish -
begin                 submit     drafter
submit                submit     drafter
translate             submit     drafter
propose               translate  translator reviser
certify               translate  reviser
attach                submit     drafter
link-finding          submit     drafter
waive-finding         submit     drafter
review                submit     drafter
decide                decide     reviewer
remark                decide     reviewer
answer-remark         decide     drafter translator reviser
close-remark          decide     reviewer drafter
delegate              decide     reviewer
withdraw-delegation   decide     reviewer
vouch                 decide     drafter reviser
waive                 decide     reviser secretary drafter
convene               board      secretary
amend                 board      secretary
extract               board      secretary
press-release         publish    communications
erratum               translate  translator
plan-consultation     submit     drafter secretary communications
open-consultation     submit     drafter secretary communications
invite                submit     drafter secretary communications
remind                submit     drafter secretary communications
import-responses      submit     drafter secretary communications
close-consultation    submit     drafter secretary communications
erase-invitation      submit|admin drafter secretary communications administrator
open-coding           submit     drafter secretary communications
take-sheet            submit|decide -
settle-coding         submit     drafter secretary communications
register-interview    submit     drafter secretary communications
withdraw-consent      submit     drafter secretary communications
register-finding      submit     drafter secretary communications
link-document         submit|publish drafter secretary communications
enrol                 admin      administrator
synthesise            submit     drafter secretary communications
erase-consultation    submit|admin drafter secretary communications administrator
recall                board      secretary
papers                board      secretary
attend                board      secretary
no-quorum             board      secretary
object                board      member
open-ballot           board      secretary
vote                  board      member
drop-vote             board      member
defer                 board      secretary chair
close-ballot          board      secretary chair
conform               board      reviser secretary
seal                  board      secretary
approve-quote         publish    -
quote                 publish    communications
drop-quote            publish    communications
publish               publish    communications
withdraw              publish    secretary
confirm-withdrawal    board      chair
certify-erratum       translate  reviser
abandon               submit     drafter secretary
try-circuit           admin      administrator
adopt-circuit         admin      administrator
adopt-board           admin      administrator
allow-engine          admin      administrator
change-term           translate|admin administrator reviser
drop-term             translate|admin administrator reviser
import-glossary       translate|admin administrator reviser
offer-unit            translate|admin administrator reviser
send-again            admin      administrator
"""
"""The interface for programs: an address or an act, the token's scope, who may act.

Roles behind an address that is only read are those that may read it; without any, every token does.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What is expected of one route."""

    enter: frozenset[str]
    act: frozenset[str]
    scope: str = ""


def pages() -> dict[tuple[str, str], Row]:
    """Read the table of pages: by method and address."""
    found = {}
    for line in TABLE.strip().splitlines():
        method, path, *rest = line.split()
        if "|" in rest:
            place = rest.index("|")
            enter, act = rest[:place], rest[place + 1 :]
        elif method == "POST":
            enter, act = rest[:1], rest[1:]
        else:
            enter, act = rest, []
        found[method, path] = Row(frozenset(enter), frozenset(act))
    return found


def interface() -> dict[str, Row]:
    """Read the table of the API: by what stands behind ``/api/v1/``, or by act."""
    found = {}
    for line in API.strip().splitlines():
        name, scope, *act = line.split()
        found[name] = Row(frozenset(), frozenset(act), scope)
    return found


def may(handle: str | None, wanted: frozenset[str]) -> bool:
    """Say whether somebody has one of the roles."""
    return handle is not None and bool(wanted.intersection(ROLES[handle].split()))
