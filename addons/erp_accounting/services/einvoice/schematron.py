"""Run rules over an XML file in a process of its own: ``python -m ... <stylesheet>...`` reads the file from
standard input and prints one finding a line. Saxon needs memory and time; neither stays in the server."""

from __future__ import annotations

import re
import sys
from pathlib import Path

SEVERE = re.compile(r"<svrl:(failed-assert|successful-report)\b([^>]*)>(.*?)</svrl:\1>", re.DOTALL)
TEXT = re.compile(r"<svrl:text[^>]*>(.*?)</svrl:text>", re.DOTALL)
FLAG = re.compile(r'\bflag="(\w+)"')


def findings(svrl: str) -> list[str]:
    """What a report of Schematron (SVRL) found, warnings left out."""
    found = []
    for _kind, attributes, inside in SEVERE.findall(svrl):
        flag = FLAG.search(attributes)
        if flag and flag.group(1) == "warning":
            continue
        said = TEXT.search(inside)
        found.append(" ".join(re.sub(r"<[^>]+>", "", said.group(1)).split()) if said else "rule broken")
    return found


def main(stylesheets: list[str]) -> int:
    """Validate standard input by each stylesheet."""
    from saxonche import PySaxonProcessor

    content = sys.stdin.buffer.read().decode()
    with PySaxonProcessor(license=False) as processor:
        document = processor.parse_xml(xml_text=content)
        transformer = processor.new_xslt30_processor()
        for stylesheet in stylesheets:
            compiled = transformer.compile_stylesheet(stylesheet_file=str(Path(stylesheet)))
            report = compiled.transform_to_string(xdm_node=document)
            for line in findings(report or ""):
                sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
