"""Pack Tabler's outline icons: python take_icons.py <@tabler/icons/icons/outline> tabler-icons.json.xz

The pack holds the drawing of every icon (5,000 of them, without the outer svg element), so that an addon may
use any; at start a sprite is made of the few that are used (``core.web.assets.sprite``).
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from pathlib import Path

DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def drawings(folder: Path) -> dict[str, str]:
    """The inside of each icon's svg element, by the icon's name."""
    found = {}
    for file in sorted(folder.glob("*.svg")):
        match = DRAWING.search(file.read_text())
        if match:
            found[file.stem] = re.sub(r"\s*\n\s*", "", match.group(1))
    return found


if __name__ == "__main__":
    packed = json.dumps(drawings(Path(sys.argv[1])), separators=(",", ":")).encode()
    Path(sys.argv[2]).write_bytes(lzma.compress(packed, preset=9))
