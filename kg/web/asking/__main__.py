"""The process that answers, as the server starts it: `python -m kg.web.asking PARENT CONTROL`."""

from __future__ import annotations

import sys

from kg.web.asking.helper import main

if __name__ == "__main__":
    main(parent=int(sys.argv[1]), control=int(sys.argv[2]))
