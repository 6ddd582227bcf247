"""The JSON Schema of a dossier, made from the ontology, so that editors complete and explain every key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.formats.claims import ACTS, CONCEPTS, MENTION_KEYS, WITHDRAWALS, assessments_of
from kg.formats.desk import IDENTIFIER
from kg.formats.dossier import NAMES
from kg.formats.lexicon import BOOLEAN, TEXT, Lexicon, Property
from kg.terms import Iri
from kg.vocab import EDTF, NEG, XSD_NS

SCHEMA_IRI = "https://w3id.org/parley/dossier.schema.json"
Schema = dict[str, Any]

_PREFIXED = r"^(<?[A-Za-z][A-Za-z0-9+.-]*:|:|_:).*$"
_OPEN_KEYS = r"^<?[A-Za-z][A-Za-z0-9+.-]*:.+$"
"""Keys that are properties with a prefix, or IRIs, and so cannot be listed."""
_DATE = r"^(\.\.|[-0-9X~?%T:.Z+]*)(/(\.\.|[-0-9X~?%T:.Z+]*))?$"
_KINDS: Mapping[Iri | None, str] = {
    None: "thing",
    TEXT: "text",
    EDTF: "date",
    NEG.Quantity: "quantity",
    BOOLEAN: "boolean",
    XSD_NS.integer: "integer",
}
_HEAD = {
    "dossier": "The address of this dossier: the named graph, and the start of the addresses of all its entries.",
    "title": "What the dossier is about, in one line.",
    "recorder": "Who typed the dossier.",
    "recorded": "When it was typed.",
    "note": "Anything a reader should know first.",
    "names": "unique (the default): different ids are different things. open: they may be the same thing.",
    "prefixes": "Short forms of addresses: with ex: declared, ex:x may stand for an id, a class or a property.",
    "turtle": "Triples for which this form has no words, in Turtle.",
}
_CLAIM = {
    "by": "Who said it.",
    "as": "The post or membership in which it was said.",
    "on": "When it was said, perhaps imprecisely; unknown if nothing is known.",
    "medium": "The event, document or publisher in which it was said.",
    "audience": "To whom it was said.",
    "attribution": "The terms under which it was said.",
    "certainty": "How sure the speaker was.",
    "affirms": "What is said to be so.",
    "denies": "What is said not to be so.",
    "holds": "The time for which it is said to be so; else the persistence of the class or property decides.",
    "if": "The condition under which it is said to be so.",
    "via": "Who passed it on, the first hearer first.",
    "mention": "Where it stands: the document, and the exact words.",
    "reading": "How the recorder understood the words.",
    "retracts": "The earlier claim that this one takes back.",
    "corrects": "The earlier claim that this one corrects.",
    "supersedes": "The earlier claim that this one takes the place of.",
    "iri": "The address of the claim, if it has one elsewhere.",
}


def build(lexicon: Lexicon) -> Schema:
    """Return the JSON Schema (draft 2020-12) of a dossier."""
    sections = {name: _section(name, cls, lexicon) for name, cls in lexicon.sections.items()}
    head: dict[str, Schema] = {key: {"$ref": "#/$defs/text", "description": text} for key, text in _HEAD.items()}
    head["dossier"] |= {"format": "iri"}
    head["recorded"] |= {"$ref": "#/$defs/date"}
    head["names"] = {"enum": list(NAMES), "description": _HEAD["names"]}
    head["prefixes"] = {
        "type": "object",
        "additionalProperties": {"type": "string", "format": "iri"},
        "description": _HEAD["prefixes"],
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_IRI,
        "title": "Dossier",
        "description": "Who said what about a negotiation. Made from the ontology; do not edit.",
        "type": "object",
        "properties": {**head, **sections, "claims": _entries("#/$defs/claim", "What was said.")},
        "required": ["dossier"],
        "additionalProperties": False,
        "$defs": _definitions(lexicon),
    }


def _section(name: str, cls: Iri, lexicon: Lexicon) -> Schema:
    described = lexicon.definitions.get(cls, "")
    word = lexicon.class_word(cls) or name
    return _entries("#/$defs/entry", f"Entries of the class {word}, unless they say otherwise. {described}".strip())


def _entries(ref: str, description: str) -> Schema:
    return {
        "type": ["object", "null"],
        "propertyNames": {"pattern": f"^{IDENTIFIER.pattern}$"},
        "additionalProperties": {"$ref": ref},
        "description": description,
    }


def _definitions(lexicon: Lexicon) -> dict[str, Schema]:
    return {
        "text": {"type": ["string", "number", "boolean"]},
        "date": {"type": ["string", "integer"], "pattern": _DATE},
        "name": {"type": ["string", "integer"], "description": "An id, a prefixed name or an address."},
        "quantity": {"type": ["string", "number"], "description": lexicon.definitions.get(NEG.Quantity, "")},
        "boolean": {"type": "boolean"},
        "integer": {"type": "integer"},
        **_kinds(),
        "class": _words(lexicon.classes, lexicon, "A class of the ontology."),
        "literal": _literal(),
        "that": _that(),
        "content": _content(),
        "contents": _one_or_many({"$ref": "#/$defs/content"}),
        "mention": _mention(),
        "entry": _entry(lexicon),
        "claim": _claim(lexicon),
    }


def _words(words: Mapping[str, Iri], lexicon: Lexicon, description: str) -> Schema:
    listed = [_word(word, lexicon.definitions.get(iri, "")) for word, iri in sorted(words.items())]
    return {"anyOf": [*listed, {"type": "string", "pattern": _PREFIXED}], "description": description}


def _word(word: str, description: str) -> Schema:
    # 2 and true are not strings in YAML, and are accepted where the word is "2" or "true".
    value: Schema = {"enum": [word, int(word)]} if word.isdecimal() else {"const": word}
    return value | ({"description": description} if description else {})


def _one_or_many(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item, "minItems": 1}]}


def _literal() -> Schema:
    return {
        "description": "A text with its language or type, or a name that is not a text.",
        "type": "object",
        "properties": {
            "value": {"$ref": "#/$defs/text"},
            "lang": {"type": "string"},
            "type": {"type": "string", "pattern": _PREFIXED},
            "ref": {"$ref": "#/$defs/name"},
        },
        "additionalProperties": False,
        "minProperties": 1,
    }


def _that() -> Schema:
    return {
        "description": "What is said, with its own time; or a pattern of which it is said that nothing is so.",
        "type": "object",
        "properties": {
            "that": {"$ref": "#/$defs/content"},
            "none": {**_one_or_many({"$ref": "#/$defs/class"}), "description": "Nothing is all of these."},
            "where": {"type": "object", "description": "And has these values."},
            "holds": {"$ref": "#/$defs/date"},
        },
        "additionalProperties": False,
        "oneOf": [{"required": ["that"]}, {"required": ["none"]}],
    }


def _content() -> Schema:
    inner = {"$ref": "#/$defs/content"}
    name = {"$ref": "#/$defs/name"}
    return {
        "description": "[subject, property, object]; the property `is` says of what class the subject is.",
        "anyOf": [
            {
                "type": "array",
                "prefixItems": [
                    {"anyOf": [name, inner]},
                    {"type": "string"},
                    {"anyOf": [{"$ref": "#/$defs/text"}, inner, {"$ref": "#/$defs/literal"}]},
                ],
                "minItems": 3,
                "maxItems": 3,
            },
            {"$ref": "#/$defs/that"},
        ],
    }


def _mention() -> Schema:
    described = {
        "in": "The document.",
        "exact": "The words, letter for letter.",
        "before": "The words just before them, to tell two places apart.",
        "after": "The words just after them.",
    }
    texts = {key: {"$ref": "#/$defs/text", "description": described[key]} for key in MENTION_KEYS}
    return {"type": "object", "properties": texts, "required": ["in"], "additionalProperties": False}


def _entry(lexicon: Lexicon) -> Schema:
    own: dict[str, Schema] = {
        "type": {**_one_or_many({"$ref": "#/$defs/class"}), "description": "The class, or classes, of this thing."},
        "iri": {"type": "string", "description": "The address of the thing, if it has one elsewhere."},
    }
    return {
        "type": ["object", "null"],
        "properties": own | _properties((p for p in lexicon.properties.values() if p.of_things), lexicon),
        "patternProperties": {_OPEN_KEYS: True},
        "additionalProperties": False,
    }


def _claim(lexicon: Lexicon) -> Schema:
    name = {"$ref": "#/$defs/name"}
    shapes: dict[str, Schema] = dict.fromkeys(("by", "as", "medium", "audience", "iri"), name)
    shapes |= {key: {"$ref": "#/$defs/contents"} for key in ACTS}
    shapes |= {key: _one_or_many(name) for key in ("via", *WITHDRAWALS)}
    shapes["on"] = {"anyOf": [{"$ref": "#/$defs/date"}, {"const": "unknown"}]}
    shapes["holds"] = {"$ref": "#/$defs/date"}
    shapes["if"] = {"$ref": "#/$defs/content"}
    shapes["mention"] = _one_or_many({"$ref": "#/$defs/mention"})
    shapes["reading"] = {"$ref": "#/$defs/text"}
    for key, predicate in CONCEPTS.items():
        shapes[key] = _words(lexicon.individuals(lexicon.by_iri[predicate]), lexicon, "")
    described = {key: shape | {"description": _CLAIM[key]} for key, shape in shapes.items()}
    return {
        "type": "object",
        "properties": described | _properties(assessments_of(lexicon).values(), lexicon),
        "patternProperties": {_OPEN_KEYS: True},
        "required": ["by", "on"],
        "anyOf": [{"required": [key]} for key in (*ACTS, *WITHDRAWALS)],
        "additionalProperties": False,
    }


def _properties(properties: Iterable[Property], lexicon: Lexicon) -> dict[str, Schema]:
    return {prop.key: _values(prop, lexicon) for prop in properties}


def _values(prop: Property, lexicon: Lexicon) -> Schema:
    words = lexicon.individuals(prop)
    if words:
        shape = _one_or_many({"anyOf": [_words(words, lexicon, ""), {"$ref": "#/$defs/literal"}]})
    else:
        shape = {"$ref": f"#/$defs/{_KINDS.get(prop.datatype, 'text')}s"}
    return shape | ({"description": prop.definition} if prop.definition else {})


def _kinds() -> dict[str, Schema]:
    """Return, for each kind of property, what it takes: one value or a list."""
    kinds: dict[str, list[Schema]] = {kind: [{"$ref": f"#/$defs/{kind}"}] for kind in _KINDS.values()}
    kinds["thing"] = [{"$ref": f"#/$defs/{name}"} for name in ("name", "entry", "that")]
    literal: Schema = {"$ref": "#/$defs/literal"}
    return {f"{kind}s": _one_or_many({"anyOf": [*shapes, literal]}) for kind, shapes in kinds.items()}
