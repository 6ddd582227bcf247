"""Claims as a newsroom holds them, as N-Quads: people, posts, meetings, documents, unnamed sources, and what was said.

Every named query finds something here. A dossier (a named graph) has 500 claims about 50 meetings; its people, posts,
publishers and issues are its own, so that ten times as many claims are ten times as many of everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kg.terms import XSD, Iri, Literal, Quad, Term, n3
from kg.vocab import EDTF, FOAF, NEG, OA, ONTOLOGY_GRAPH, ORG, PROV, RDF, RDFS, TYPE

CASE = "https://example.org/newsroom/"
CLAIMS = 500
MEETINGS, PEOPLE, DOCUMENTS = 50, 40, 50
_DCTERMS_TITLE = Iri("http://purl.org/dc/terms/title")
_STEPS = (NEG.Scheduled, NEG.Held, NEG.Cancelled, NEG.Proposed)


def write(file: Path, claims: int, ontology: Iterator[Quad], seed: int = 1) -> list[Iri]:
    """Write so many claims, and the ontology that gives them meaning; return the names of the graphs."""
    chance = np.random.default_rng(seed)
    graphs = [ONTOLOGY_GRAPH]
    with file.open("w", encoding="utf-8") as out:
        out.writelines(_line(quad) for quad in ontology)
        for number in range(-(-claims // CLAIMS)):
            dossier = _Dossier(Iri(f"{CASE}{number}"), chance)
            out.writelines(map(_line, dossier.quads(min(CLAIMS, claims - number * CLAIMS))))
            graphs.append(dossier.name)
    return graphs


def example(number: int = 0) -> dict[str, dict[str, str]]:
    """Return a parameter for each named query that takes one: things of one dossier."""
    base = f"{CASE}{number}/"
    return {
        "attribution-chain": {"claim": f"{base}claim/1"},
        "claims-about": {"thing": f"{base}meeting/1"},
        "claims-by-speaker": {"speaker": f"{base}person/1"},
        "co-participation": {"participant": f"{base}person/1"},
        "deadlines-and-consequences": {"deadline": f"{base}deadline"},
        "delegations": {"delegation": f"{base}delegation"},
        "demands-by-party": {"party": f"{base}side/0"},
        "find-entity": {"text": "person 1 of dossier 0"},
        "issues-and-demands": {"issue": f"{base}issue/0"},
        "measures": {"measure": f"{base}tariff"},
        "meetings-timeline": {"event": f"{base}meeting/1"},
        "officials-and-posts": {"date": "2019-01-22", "person": f"{base}person/1"},
        "positions-over-time": {"thing": f"{base}meeting/1"},
        "reasons-for-events": {"thing": f"{base}meeting/1"},
        "single-source-claims": {"speaker": f"{base}person/1"},
        "statements-to-media": {"outlet": f"{base}publisher/0"},
        "unnamed-sources": {"source": f"{base}unnamed/0"},
    }


def _line(quad: Quad) -> str:
    graph = "" if quad.g is None else f" {n3(quad.g)}"
    return f"{n3(quad.s)} {n3(quad.p)} {n3(quad.o)}{graph} .\n"


class _Dossier:
    """Makes the quads of one dossier."""

    def __init__(self, name: Iri, chance: np.random.Generator) -> None:
        self.name, self._chance = name, chance
        self._of = f"of dossier {name.removeprefix(CASE)}"

    def quads(self, claims: int) -> Iterator[Quad]:
        for subject, *rest in (*self._things(), *self._meetings(), *self._claims(claims)):
            for predicate, value in zip(rest[::2], rest[1::2], strict=True):
                yield Quad(self._iri(str(subject)), Iri(str(predicate)), value, self.name)  # type: ignore[arg-type]  # as written below

    def _iri(self, local: str) -> Iri:
        return Iri(f"{self.name}/{local}")

    def _label(self, text: str) -> Literal:
        return Literal(f"{text} {self._of}")

    def _things(self) -> Iterator[tuple[object, ...]]:
        side = [self._iri(f"side/{n}") for n in range(2)]
        for n in range(2):
            yield f"side/{n}", TYPE, NEG.Government, RDFS.label, self._label(f"side {n}")
            yield f"publisher/{n}", TYPE, NEG.Publisher, RDFS.label, self._label(f"publisher {n}")
            yield f"issue/{n}", TYPE, NEG.Issue, RDFS.label, self._label(f"issue {n}")
        for n in range(PEOPLE):
            membership, post = self._iri(f"person/{n}/post"), self._iri(f"post/{n}")
            yield f"person/{n}", TYPE, NEG.Official, RDFS.label, self._label(f"person {n}"), NEG.represents, side[n % 2]
            yield f"person/{n}", ORG.hasMembership, membership
            yield f"person/{n}/post", TYPE, NEG.Membership, NEG.post, post, NEG.during, _date("2018/2020")
            yield f"post/{n}", TYPE, NEG.Post, RDFS.label, self._label(f"post {n}"), ORG.postIn, side[n % 2]
        yield "delegation", TYPE, NEG.Delegation, RDFS.label, self._label("delegation"), NEG.represents, side[0]
        for n in range(3):
            yield "delegation", FOAF.member, self._iri(f"person/{n}")
        yield "demand", TYPE, NEG.Demand, RDFS.label, self._label("demand"), NEG.about, self._iri("issue/0")
        yield "demand", NEG.demandedBy, side[0], NEG.demandOn, side[1], NEG.seeks, Literal("that the subsidies end")
        yield (
            "tariff",
            TYPE,
            NEG.Tariff,
            RDFS.label,
            self._label("tariff"),
            NEG.imposedBy,
            side[0],
            NEG.imposedOn,
            side[1],
        )
        yield "deadline", TYPE, NEG.Deadline, RDFS.label, self._label("deadline"), NEG.dueOn, _date("2019-03-01")
        yield "deadline", NEG.consequence, self._iri("tariff")
        for n in range(DOCUMENTS):
            yield f"document/{n}", TYPE, NEG.Document, _DCTERMS_TITLE, self._label(f"document {n}")

    def _meetings(self) -> Iterator[tuple[object, ...]]:
        for n in range(MEETINGS):
            first, second = self._chance.choice(PEOPLE, 2, replace=False)
            day = f"2019-{n % 12 + 1:02d}-{n % 28 + 1:02d}"
            yield (
                f"meeting/{n}",
                TYPE,
                NEG.PreparatoryMeeting,
                RDFS.label,
                self._label(f"meeting {n}"),
                NEG.date,
                _date(day),
            )
            yield (
                f"meeting/{n}",
                NEG.participant,
                self._iri(f"person/{first}"),
                NEG.participant,
                self._iri(f"person/{second}"),
            )
            for step, kind in enumerate(_STEPS):
                yield (
                    f"said/{n}-{step}",
                    TYPE,
                    NEG.Proposition,
                    RDF.subject,
                    self._iri(f"meeting/{n}"),
                    RDF.predicate,
                    TYPE,
                )
                yield f"said/{n}-{step}", RDF.object, kind, NEG.holds, _date(day)
        yield "said/rate", TYPE, NEG.Proposition, RDF.subject, self._iri("tariff"), RDF.predicate, NEG.rate
        yield "said/rate", RDF.object, Literal("25 %", NEG.Quantity), NEG.holds, _date("2019-03-01/..")
        yield "said/reason", TYPE, NEG.Proposition, RDF.subject, self._iri("meeting/1"), RDF.predicate, NEG.reason
        yield "said/reason", RDF.object, self._iri("meeting/2")

    def _claims(self, count: int) -> Iterator[tuple[object, ...]]:
        """Yield claims of which one in a hundred denies, one in ten has an unnamed source; half have a quotation."""
        meetings = self._chance.integers(0, MEETINGS, count)
        speakers = self._chance.integers(0, PEOPLE, count)
        for n in range(count):
            step = 2 if n % 100 == 7 else 3 if n % 2 else 0
            said = "said/rate" if n % 125 == 3 else "said/reason" if n % 125 == 4 else f"said/{meetings[n]}-{step}"
            act = NEG.denies if n % 100 == 9 else NEG.affirms
            unnamed = n % 10 == 5
            speaker = f"unnamed/{n // 10}" if unnamed else f"person/{speakers[n]}"
            day = _date(f"2018-{n % 12 + 1:02d}-{n % 28 + 1:02d}")
            yield (
                f"claim/{n}",
                TYPE,
                NEG.Claim,
                PROV.wasAttributedTo,
                self._iri(speaker),
                NEG.saidOn,
                day,
                act,
                self._iri(said),
            )
            yield f"claim/{n}", NEG.attribution, NEG.OnBackground if unnamed else NEG.OnRecord
            yield f"claim/{n}", NEG.mention, self._iri(f"claim/{n}/mention")
            yield f"claim/{n}/mention", TYPE, NEG.Mention, OA.hasSource, self._iri(f"document/{n % DOCUMENTS}")
            if n % 2:
                yield f"claim/{n}/mention", OA.hasSelector, self._iri(f"claim/{n}/quote")
                yield f"claim/{n}/quote", TYPE, OA.TextQuoteSelector, OA.exact, Literal(f"the words of claim {n}")
            if n % 5 == 0:
                yield f"claim/{n}", NEG.audience, self._iri(f"publisher/{n // 5 % 2}")
            if unnamed:
                yield speaker, TYPE, NEG.UnnamedSource, NEG.descriptor, Literal("people briefed on the talks")
                yield speaker, NEG.minSize, Literal("2", Iri(XSD + "integer")), NEG.accessBasis, NEG.AccessBriefed


def _date(text: str) -> Term:
    return Literal(text, EDTF)
