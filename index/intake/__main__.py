"""The process that hands files to readers: `python -m index.intake PARENT [few]`."""

from __future__ import annotations

import sys

from index.intake.server import serve

if __name__ == "__main__":
    serve(int(sys.argv[1]), few="few" in sys.argv[2:])
