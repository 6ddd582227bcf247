"""JSON-LD contexts: our own is taken from the package, any other that must be fetched is refused."""

from __future__ import annotations

import json
from typing import Any

from kg.formats.rdf_syntax import SyntaxFault
from kg.resources import text as shipped_text

CONTEXT_IRI = "https://w3id.org/parley/context.jsonld"
_DEEPEST = 200


def inline_contexts(text: str) -> str:
    """Return JSON-LD that a parser can read without the network."""
    try:
        document = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        raise SyntaxFault(error.lineno, error.colno, f"this is not JSON: {error.msg}") from None
    except SyntaxFault:
        raise
    except ValueError:  # Python refuses to read numbers of thousands of digits
        raise SyntaxFault(0, 0, "a number in this JSON has too many digits") from None
    except RecursionError:
        raise SyntaxFault(0, 0, "this JSON is nested too deep") from None
    inlined = _inlined(document, text, 0)
    return text if inlined == document else json.dumps(inlined, ensure_ascii=False)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise SyntaxFault(0, 0, f'the key "{key}" is twice in one object; one of them would be lost')
        found[key] = value
    return found


def _inlined(value: Any, text: str, depth: int) -> Any:
    if depth > _DEEPEST:
        raise SyntaxFault(0, 0, "this JSON is nested too deep")
    if isinstance(value, list):
        return [_inlined(item, text, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            key: _context(item, text) if key == "@context" else _inlined(item, text, depth + 1)
            for key, item in value.items()
        }
    return value


def _context(value: Any, text: str) -> Any:
    if isinstance(value, list):
        return [_context(item, text) for item in value]
    if isinstance(value, str):
        if value == CONTEXT_IRI:
            return json.loads(shipped_text("ontology", "context.jsonld"))["@context"]
        raise _remote(value, text)
    if isinstance(value, dict):
        if isinstance(value.get("@import"), str):
            raise _remote(value["@import"], text)
        return {key: _scoped(item, text) for key, item in value.items()}
    return value


def _scoped(definition: Any, text: str) -> Any:
    if isinstance(definition, dict) and "@context" in definition:
        return definition | {"@context": _context(definition["@context"], text)}
    return definition


def _remote(address: str, text: str) -> SyntaxFault:
    at = text.find(json.dumps(address))
    line = text.count("\n", 0, at) + 1 if at >= 0 else 0
    column = at - (text.rfind("\n", 0, at) + 1) + 1 if at >= 0 else 0
    message = f'the context "{address}" would have to be fetched, which is never done; write it into the file'
    return SyntaxFault(line, column, message)
