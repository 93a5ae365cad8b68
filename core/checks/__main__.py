"""``python -m core.checks`` reads all sources; ``update [domain...]`` refreshes the catalogs."""

from __future__ import annotations

import sys
from pathlib import Path

from core.checks import Finding, files, licences, templates, translations

ROOT = Path(__file__).resolve().parents[2]


def domains() -> dict[str, Path]:
    """Return the folder of each gettext domain of the project."""
    addons = (path.parent for path in sorted((ROOT / "addons").glob("*/manifest.py")))
    return {"core": ROOT / "core"} | {folder.name: folder for folder in addons}


def main(arguments: list[str]) -> int:
    """Print each finding on its line; return 1 when there is one."""
    if arguments[:1] == ["update"]:
        for name, folder in domains().items():
            if not arguments[1:] or name in arguments[1:]:
                for language in translations.TARGETS:
                    lacking = translations.update(folder, name, ROOT, language)
                    sys.stdout.write(f"{name} {language}: {lacking} sentences to translate\n")
        return 0
    findings: list[Finding] = []
    for name, folder in domains().items():
        findings += translations.check(folder, name, ROOT)
    for part in ("core", "addons", "tests", "bench", "northwind"):
        if (ROOT / part).is_dir():
            findings += files.lengths(ROOT / part, ROOT)
            findings += templates.check(ROOT / part, ROOT)
    for part in ("core", "addons"):
        findings += files.native_types(ROOT / part, ROOT)
    findings += licences.check(ROOT)
    for finding in sorted(findings):
        sys.stdout.write(f"{finding}\n")
    sys.stdout.write(f"{len(findings)} findings in the sources\n")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
