"""Message catalogs: found beside the code they translate, compiled in memory, read once per process."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

_folders: dict[str, Path] = {}


def register_domain(domain: str, folder: Path) -> None:
    """Say where a partner's addon keeps its ``locale`` folder; built-in addons are found by name."""
    _folders[domain] = folder
    messages.cache_clear()


def domain_of(module: str) -> str:
    """Return the gettext domain of a module: its addon's name, or ``core``."""
    head, _, rest = module.partition(".")
    return rest.partition(".")[0] if head == "addons" and rest else head


def folder_of(domain: str) -> Path | None:
    """Return the folder whose ``locale`` holds the domain's catalogs."""
    if domain in _folders:
        return _folders[domain]
    for package in (f"addons.{domain}", domain):
        module = sys.modules.get(package)
        places = getattr(module, "__path__", None)
        if places is None:
            try:
                spec = find_spec(package)
            except (ImportError, ValueError):
                continue
            places = spec.submodule_search_locations if spec else None
        if places:
            return Path(next(iter(places)))
    return None


def catalog_path(folder: Path, domain: str, language: str) -> Path:
    """Return where the catalog of one language belongs."""
    return folder / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def read_catalog(path: Path) -> Catalog:
    """Parse a ``.po`` file; a malformed one raises ``babel.messages.pofile.PoFileError``."""
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


class Messages:
    """The translations of one domain in one language."""

    def __init__(self, catalog: Catalog | None) -> None:
        self._singular: dict[str, str] = {}
        self._plural: dict[str, tuple[str, ...]] = {}
        self._plural_expression = "(n != 1)"
        if catalog is None:
            return
        self._plural_expression = catalog.plural_expr
        for message in catalog:
            if not message.id or message.fuzzy:
                continue
            if isinstance(message.id, tuple | list):
                forms = message.string
                if isinstance(forms, tuple | list) and all(forms):
                    self._plural[message.id[0]] = tuple(forms)
            elif message.string and isinstance(message.string, str):
                self._singular[message.id] = message.string

    def knows(self, source: str) -> bool:
        """Whether a sentence without a count has a translation."""
        return source in self._singular

    def singular(self, source: str) -> str:
        """Return the translation, or the source text where there is none."""
        return self._singular.get(source, source)

    def plural(self, one: str, many: str, count: int) -> str:
        """Return the form of the count, by the language's own plural rule."""
        forms = self._plural.get(one)
        if forms is None:
            return one if count == 1 else many
        return forms[min(self._form(count), len(forms) - 1)]

    def _form(self, count: int) -> int:
        return plural_form(self._plural_expression, abs(count))


@lru_cache(maxsize=1024)
def plural_form(expression: str, count: int) -> int:
    """Evaluate a gettext plural expression; the standard library owns its grammar."""
    from gettext import c2py  # the parser the standard library itself uses for .mo files

    return int(c2py(expression)(count))


@lru_cache(maxsize=512)
def messages(domain: str, language: str) -> Messages:
    """Return the catalog of a domain; empty when the domain does not speak the language."""
    folder = folder_of(domain)
    path = catalog_path(folder, domain, language) if folder else None
    return Messages(read_catalog(path) if path and path.is_file() else None)
