from __future__ import annotations

import re
import zlib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from core.builtin.models import Company
from core.errors import AddonError, NotFound
from core.i18n import _
from core.reports import Enclosure, Report, render
from core.reports.render import _SHARED, compile_document, reports_for

if TYPE_CHECKING:
    from pathlib import Path

    from core.env import Env

QUOTE = """
#import "/core/document.typ": *
#show: document
#letterhead(sender: (data.company,), receiver: ("Élan", "12 rue des Tulipes"))
= #data.title
#facts(((data.label, "2 déc. 2026"),))
#lines((("Article", 1fr, left), ("Montant", auto, right)), (("Section",), ("Lampe", "12 972,00 €")))
#totals((("Total HT", "12 972,00 €"), ("Total TTC", "15 566,40 €")))
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import shutil

    shutil.copytree(_SHARED, tmp_path / "core")
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "quote.typ").write_text(QUOTE, encoding="utf-8")
    report = Report(
        name="sample.quote",
        model=Company,
        title=_("Quote"),
        template="sample/quote.typ",
        data=lambda env, record: {"company": record.name, "title": _("Quote"), "label": "Date"},
        filename=lambda env, record: f"Devis {record.id}/2026.pdf",
        enclosures=lambda env, record: [
            Enclosure("factur-x.xml", b"<xml/>", "text/xml", relation="alternative")
        ],
    )
    module = __import__("core.reports.render", fromlist=["render"])
    monkeypatch.setattr(module, "_folder", lambda registry: tmp_path)
    monkeypatch.setattr(module, "reports_of", lambda registry: {report.name: report})
    return tmp_path


def plain(pdf: bytes) -> bytes:
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    out = [pdf]
    for stream in streams:
        try:
            out.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(out)


def test_a_record_is_printed_as_pdf_a_3b_with_its_enclosure(env: Env, folder: Path) -> None:
    pdf = render(env, "sample.quote", env.company)

    content = plain(pdf.content)
    assert pdf.filename == f"Devis {env.company.id}-2026.pdf"
    assert pdf.content.startswith(b"%PDF-1.7")
    assert b"<pdfaid:part>3</pdfaid:part>" in content
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in content
    assert b"factur-x.xml" in content
    assert b"<xml/>" in content
    assert b"/AFRelationship/Alternative" in content.replace(b" ", b"")
    assert b"Inter" in content


def test_a_document_that_nobody_declares_is_refused(env: Env, folder: Path) -> None:
    with pytest.raises(NotFound, match=r"sample\.invoice"):
        render(env, "sample.invoice", env.company)


def test_a_form_learns_what_can_be_printed_from_its_record(env: Env, folder: Path) -> None:
    assert [report.name for report in reports_for(env, "core.company")] == ["sample.quote"]
    assert reports_for(env, "core.setting") == []


def test_an_error_in_a_template_names_the_template(folder: Path) -> None:
    (folder / "sample" / "quote.typ").write_text("#nonsense()", encoding="utf-8")
    page: dict[str, Any] = {"lang": "fr", "title": "", "author": "", "data": {}, "enclosures": []}

    with pytest.raises(
        AddonError, match=r"sample/quote\.typ cannot be printed: .*unknown variable: nonsense"
    ):
        compile_document(folder, "sample/quote.typ", page)


def test_a_report_whose_template_is_missing_is_refused_when_the_addons_are_composed(env: Env) -> None:
    from core.reports.render import _collect

    report = Report("x.y", Company, "X", "x/y.typ", lambda e, r: {}, lambda e, r: "x")
    registry = SimpleNamespace(declared=lambda _hook: [("x", report)], addons=(), discovered={})

    with pytest.raises(AddonError, match=r"x/y\.typ, which is not there"):
        _collect(registry)  # type: ignore[arg-type]  # stands in for a registry with one report
