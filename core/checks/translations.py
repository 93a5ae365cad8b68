"""Every sentence is translated: nothing missing, unsure, unused, or with other values than its source."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, write_po

from core.checks import Finding
from core.i18n.catalogs import catalog_path, read_catalog
from core.i18n.extract import Found, Untranslatable, sentences
from core.i18n.locales import LANGUAGES, SOURCE_LANGUAGE

if TYPE_CHECKING:
    from pathlib import Path

_BREAKS = re.compile(r"« | [:;?!»%]|(?<=\w)'(?=\w)")
"""French has a no-break space inside guillemets and before : ; ? ! %, and the typographic apostrophe."""
TARGETS = tuple(language for language in LANGUAGES if language != SOURCE_LANGUAGE)


def check(folder: Path, domain: str, root: Path) -> list[Finding]:
    """Return what the catalogs of an addon lack, in every language the platform is complete in."""
    try:
        wanted = sentences(folder, root)
    except (Untranslatable, SyntaxError) as error:
        return [Finding(folder.relative_to(root).as_posix(), 1, str(error))]
    return [finding for language in TARGETS for finding in _check(folder, domain, root, language, wanted)]


def _check(folder: Path, domain: str, root: Path, language: str, wanted: dict[str, Found]) -> list[Finding]:
    path = catalog_path(folder, domain, language)
    place = path.relative_to(root).as_posix()
    if not path.is_file():
        return [Finding(place, 1, f"{len(wanted)} sentences have no catalog.")] if wanted else []
    try:
        catalog = read_catalog(path)
    except PoFileError as error:
        return [Finding(place, 1, str(error))]
    findings = []
    for source, found in wanted.items():
        message = catalog.get(source)
        where, line = found.places[0]
        if message is None or not message.string or not all(_forms(message.string)):
            findings.append(Finding(where, line, f'"{source}" has no translation in {place}.'))
        elif message.fuzzy:
            findings.append(Finding(place, message.lineno or 1, f'"{source}" is marked as unsure (fuzzy).'))
        elif found.plural is None and isinstance(message.id, tuple | list):
            findings.append(Finding(place, message.lineno or 1, f'"{source}" has plural forms nobody uses.'))
        elif found.plural is not None and len(_forms(message.string)) != catalog.num_plurals:
            findings.append(
                Finding(place, message.lineno or 1, f'"{source}" needs {catalog.num_plurals} forms.')
            )
        else:
            findings += _other_values(source, found, _forms(message.string), place, message.lineno or 1)
            if language == "fr" and any(_BREAKS.search(form) for form in _forms(message.string)):
                said = f'"{source}" has a space that breaks, or a straight apostrophe, in French.'
                findings.append(Finding(place, message.lineno or 1, said))
    unused = {_key(message.id) for message in catalog if message.id} - set(wanted)
    findings += [Finding(place, 1, f'"{source}" is no longer said by anything.') for source in sorted(unused)]
    return findings


def _other_values(source: str, found: Found, forms: list[str], place: str, line: int) -> list[Finding]:
    try:
        expected = _names(source) | _names(found.plural or "")
        strange = set().union(*(_names(form) for form in forms)) ^ expected
    except ValueError as error:
        return [Finding(place, line, f'"{source}" cannot be filled in: {error}.')]
    if found.plural is not None:
        strange.discard("count")
    return (
        [Finding(place, line, f'"{source}" and its translation differ in {sorted(strange)}.')]
        if strange
        else []
    )


def update(folder: Path, domain: str, root: Path, language: str) -> int:
    """Write the catalog again, keeping translations, and return how many sentences lack one."""
    wanted = sentences(folder, root)
    path = catalog_path(folder, domain, language)
    old = read_catalog(path) if path.is_file() else Catalog(locale=language)
    fresh = Catalog(locale=language, header_comment="", fuzzy=False)
    lacking = 0
    for source, found in sorted(wanted.items()):
        known = old.get(source)
        files = sorted({place for place, _line in found.places})
        kept = known.string if known and isinstance(known.string, str) == (found.plural is None) else ""
        fresh.add((source, found.plural) if found.plural else source, kept, [(name, 0) for name in files])
        lacking += not kept or not all(_forms(kept))
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = _written(fresh, language)
    path.write_text(lines, encoding="utf-8")
    return lacking


def _written(catalog: Catalog, language: str) -> str:
    from io import BytesIO

    buffer = BytesIO()
    write_po(buffer, catalog, width=110, omit_header=True, include_lineno=False)
    plural = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    head = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )
    return head + buffer.getvalue().decode("utf-8").rstrip() + "\n"


def _forms(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def _key(identifier: str | tuple[str, ...] | list[str]) -> str:
    return identifier if isinstance(identifier, str) else identifier[0]


def _names(template: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(template) if name is not None}
