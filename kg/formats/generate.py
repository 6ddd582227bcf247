"""Write the files that are made from the ontology: `python -m kg.formats.generate`."""

from __future__ import annotations

import json
from pathlib import Path

from kg.formats import context, schema
from kg.formats.lexicon import Lexicon, shipped
from kg.resources import folder


def generated(lexicon: Lexicon) -> dict[str, str]:
    """Return the text of each generated file, by its name in the ontology folder."""
    made = {"context.jsonld": context.build(lexicon), "dossier.schema.json": schema.build(lexicon)}
    return {name: json.dumps(content, indent=2, ensure_ascii=False) + "\n" for name, content in made.items()}


def main(target: Path | None = None) -> None:
    """Write the generated files."""
    place = target or folder("ontology")
    for name, text in generated(shipped()).items():
        (place / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
