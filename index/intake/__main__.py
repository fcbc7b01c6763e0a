"""The process that hands files to readers: `python -m index.intake PARENT KIT LANGUAGES`."""

from __future__ import annotations

import sys

from index.intake.kits import Kit
from index.intake.server import serve

if __name__ == "__main__":
    serve(int(sys.argv[1]), Kit(int(sys.argv[2])), sys.argv[3])
