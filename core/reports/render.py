"""Make the PDF of a record."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from core.errors import AddonError, NotFound
from core.i18n import _, using
from core.i18n.locales import language
from core.security.guard import company_of

if TYPE_CHECKING:
    from core.env import Env
    from core.orm.model import Model
    from core.registry.compose import Registry
    from core.reports.declare import Report

FONTS = Path(__file__).with_name("fonts")
_SHARED = Path(__file__).with_name("typst")
_STANDARD: Final = "a-3b"
_UNSAFE = re.compile(r"[^\w.,()+=@ -]+")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A finished document."""

    filename: str
    content: bytes


def reports_of(registry: Registry) -> dict[str, Report]:
    """Return the reports of the enabled addons, by name."""
    return registry.memo("reports", _collect)


def _collect(registry: Registry) -> dict[str, Report]:
    found: dict[str, Report] = {}
    units: dict[str, str] = {}
    for unit, report in registry.declared("declare_reports"):
        if report.name in found:
            raise registry.discovered.twice(f"the report {report.name}", units[report.name], unit)
        if not (_folder(registry) / report.template).is_file():
            message = f"The report {report.name} names {report.template}, which is not there."
            raise AddonError(
                message, hint="Put it into templates/ of the addon.", addon=unit.partition("__")[0]
            )
        found[report.name], units[report.name] = report, unit
    return found


def reports_for(env: Env, model: str) -> list[Report]:
    """Return what can be printed from a model, for the buttons of its form."""
    return [report for report in reports_of(env.registry).values() if report.model.model_name == model]


def render(env: Env, name: str, record: Model, *, locale: str | None = None) -> Pdf:
    """Print one record, under the rights of the Env; a document as of the company it belongs to."""
    report = reports_of(env.registry).get(name)
    if report is None:
        raise NotFound(_("There is no document {name} to print.", name=name))
    with env.within(company_of(env, record)):
        return _printed(env, report, record, locale)


def _printed(env: Env, report: Report, record: Model, locale: str | None) -> Pdf:
    chosen = locale or (report.locale(env, record) if report.locale else env.locale)
    with using(chosen):
        data = report.data(env, record)
        enclosures = report.enclosures(env, record) if report.enclosures else ()
        filename = _UNSAFE.sub("-", str(report.filename(env, record)))
    page = {
        "lang": language(chosen),
        "title": str(report.title),
        "author": env.company.name if env.company_id else env.workspace.title,
        "data": data,
        "enclosures": [
            {
                "name": e.name,
                "content": list(e.content),
                "media_type": e.media_type,
                "description": e.description or e.name,
                "relation": e.relation,
            }
            for e in enclosures
        ],
    }
    content = compile_document(_folder(env.registry), report.template, page)
    if report.finish:
        with using(chosen):
            content = report.finish(env, record, content)
    return Pdf(filename if filename.endswith(".pdf") else f"{filename}.pdf", content)


def compile_document(folder: Path, template: str, page: dict[str, Any]) -> bytes:
    """Compile a template with what it reads; an error names the template and the place in it."""
    import typst  # a compiler, loaded by the first process that prints

    with using(page["lang"]):
        given = msgspec.json.encode(page, enc_hook=str).decode()
    try:
        made = typst.compile(
            folder / template,
            root=folder,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"page": given},
            pdf_standards=[_STANDARD],
        )
    except typst.TypstError as error:
        message = f"{template} cannot be printed: {error}"
        raise AddonError(message) from error
    return made


def _folder(registry: Registry) -> Path:
    """Return the folder where Typst finds every template: ``<addon>/name.typ`` and ``core/document.typ``."""
    places = tuple(
        (name, registry.discovered[name].path / "templates" / name)
        for name in registry.addons
        if (registry.discovered[name].path / "templates" / name).is_dir()
    )
    return _gathered(places)


@cache
def _gathered(places: tuple[tuple[str, Path], ...]) -> Path:
    root = Path(tempfile.mkdtemp(prefix="passerelle-typst-"))
    shutil.copytree(_SHARED, root / "core")
    for name, folder in places:
        for path in folder.rglob("*.typ"):
            target = root / name / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return root
