"""Write the one-page reference of the vocabulary with pyLODE, from the ontology as shipped."""

from __future__ import annotations

import logging
from pathlib import Path

from pylode import OntPub

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    target = ROOT / "docs" / "reference"
    target.mkdir(parents=True, exist_ok=True)
    logging.getLogger().setLevel(logging.WARNING)  # pyLODE logs at import
    page = OntPub(ontology=str(ROOT / "ontology" / "negotiation.ttl"))
    page.make_html(destination=target / "index.html")
    print(f"wrote {target.relative_to(ROOT) / 'index.html'}")


if __name__ == "__main__":
    main()
