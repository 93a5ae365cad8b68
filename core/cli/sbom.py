"""``passerelle sbom``: what the installed platform is made of, as a CycloneDX bill of materials."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from core.cli.context import err, out

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = "passerelle"


def sbom(
    write: Annotated[Path | None, typer.Option(help="Write it to this file.")] = None,
) -> None:
    """Write the bill of materials (CycloneDX 1.6, JSON): packages, copied files, versions, licences."""
    try:
        text = bill_of_materials()
    except ModuleNotFoundError as error:
        err.print(f"[red]{error.name} is missing.[/] Install it with: pip install 'passerelle\\[sbom]'")
        raise typer.Exit(1) from error
    if write:
        write.write_text(text, encoding="utf-8")
        out.print(f"Wrote {write}.")
    else:
        typer.echo(text)


def bill_of_materials() -> str:
    """The bill as JSON: what runs, not what only tests need. Takes the extra ``sbom``."""
    from cyclonedx.contrib.license.factories import LicenseFactory  # an extra, only needed here
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion
    from packageurl import PackageURL

    from core.checks import components

    def component(name: str, version: str, licence: str, registry: str, **options: Any) -> Component:
        address = PackageURL.from_string(f"pkg:{registry}/{name.replace('@', '%40')}@{version}")
        licences = [LicenseFactory().make_from_string(licence)] if licence else []
        return Component(
            name=name, version=version, licenses=licences, purl=address, bom_ref=str(address), **options
        )

    def of_package(name: str) -> Component:
        kind = ComponentType.APPLICATION if name == PRODUCT else ComponentType.LIBRARY
        licence = components.licence_of(name)
        return component(name, metadata.version(name), licence, "pypi", type=kind)

    needs = _installed(PRODUCT)
    parts = {name: of_package(name) for name in needs}
    copied = [
        component(one.name, one.version, one.licence, one.origin, type=ComponentType.LIBRARY)
        for one in components.vendored(ROOT)
        if not all("testing" in Path(name).parts for name in one.files)
    ]
    whole = parts.pop(PRODUCT)
    bom = Bom(components=[*parts.values(), *copied])
    bom.metadata.component = whole
    bom.register_dependency(whole, [*(parts[name] for name in needs[PRODUCT]), *copied])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[below] for below in needs[name]])
    return str(make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2))


def _installed(product: str) -> dict[str, set[str]]:
    """Every package that the product needs here, directly or not -> those it needs itself."""
    needs: dict[str, set[str]] = {}
    waiting: list[tuple[str, frozenset[str]]] = [(product, frozenset())]
    seen = set()
    while waiting:
        name, extras = one = waiting.pop()
        if one not in seen:
            seen.add(one)
            below = list(_needed_by(name, extras))
            needs.setdefault(name, set()).update(part for part, _extras in below)
            waiting += below
    return needs


def _needed_by(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    for text in metadata.requires(name) or []:
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield canonicalize_name(requirement.name), frozenset(requirement.extras)
