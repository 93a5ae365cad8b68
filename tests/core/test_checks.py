from __future__ import annotations

from typing import TYPE_CHECKING

from core.checks import files, templates, translations

if TYPE_CHECKING:
    from pathlib import Path

MODEL = """
class Truck(Model, name="truck"):
    plate: Mapped[str] = mapped_column(String(20), info=about(_("Number plate")))
    driver_id: Mapped[int] = reference("base.party", info=about(track=True))
"""


def an_addon(root: Path, **extra: str) -> Path:
    folder = root / "acme_fleet"
    written = {
        "models/truck.py": MODEL,
        "hooks.py": "x = _('Hello {name}', name=1)\ny = ngettext('a', '{count} b', 2)",
    }
    for name, text in (written | extra).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def translate(folder: Path, **changes: str) -> None:
    path = folder / "locale/fr/LC_MESSAGES/acme_fleet.po"
    text = path.read_text(encoding="utf-8")
    for source, target in changes.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    path.write_text(text, encoding="utf-8")


def sentences_of(folder: Path, root: Path) -> set[str]:
    return {finding.sentence for finding in translations.check(folder, "acme_fleet", root)}


def test_every_sentence_of_an_addon_is_found_in_code_templates_and_field_names(tmp_path: Path) -> None:
    page = {"templates/acme_fleet/page.html": "{# _('no') #}<p>{{ _('From a page') }}</p>"}
    folder = an_addon(tmp_path, **page)

    lacking = translations.update(folder, "acme_fleet", tmp_path, "fr")

    found = (folder / "locale/fr/LC_MESSAGES/acme_fleet.po").read_text(encoding="utf-8")
    assert lacking == 5
    assert {line for line in found.splitlines() if line.startswith('msgid "')} == {
        'msgid ""',
        'msgid "Driver"',
        'msgid "From a page"',
        'msgid "Hello {name}"',
        'msgid "Number plate"',
        'msgid "a"',
    }


def test_a_complete_catalog_has_no_findings_and_each_fault_has_one(tmp_path: Path) -> None:
    folder = an_addon(tmp_path)
    translations.update(folder, "acme_fleet", tmp_path, "fr")
    path = folder / "locale/fr/LC_MESSAGES/acme_fleet.po"
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace('msgstr[0] ""', 'msgstr[0] "un a"')
        .replace('msgstr[1] ""', 'msgstr[1] "{count} a"'),
        encoding="utf-8",
    )
    translate(folder, **{"Driver": "Conducteur", "Hello {name}": "Bonjour {name}", "Number plate": "Plaque"})
    assert sentences_of(folder, tmp_path) == set()

    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("Bonjour {name}", "Bonjour {nom}").replace("Plaque", ""), encoding="utf-8")
    assert sentences_of(folder, tmp_path) == {
        "\"Hello {name}\" and its translation differ in ['name', 'nom'].",
        '"Number plate" has no translation in acme_fleet/locale/fr/LC_MESSAGES/acme_fleet.po.',
    }

    path.write_text(good.replace("Plaque", "Plaque d'avant : oui"), encoding="utf-8")
    assert sentences_of(folder, tmp_path) == {
        '"Number plate" has a space that breaks, or a straight apostrophe, in French.'
    }

    path.write_text(good + '\nmsgid "Gone"\nmsgstr "Parti"\n', encoding="utf-8")
    assert sentences_of(folder, tmp_path) == {'"Gone" is no longer said by anything.'}


def test_a_marker_takes_a_literal_sentence(tmp_path: Path) -> None:
    folder = an_addon(tmp_path, **{"hooks.py": "x = _(f'Hello {name}')"})

    [finding] = translations.check(folder, "acme_fleet", tmp_path)

    assert "takes a literal sentence" in finding.sentence


def test_updating_a_catalog_keeps_what_was_translated_and_drops_what_is_gone(tmp_path: Path) -> None:
    folder = an_addon(tmp_path)
    translations.update(folder, "acme_fleet", tmp_path, "fr")
    translate(folder, Driver="Conducteur")
    (folder / "hooks.py").write_text("", encoding="utf-8")

    lacking = translations.update(folder, "acme_fleet", tmp_path, "fr")

    text = (folder / "locale/fr/LC_MESSAGES/acme_fleet.po").read_text(encoding="utf-8")
    assert lacking == 1
    assert 'msgstr "Conducteur"' in text
    assert "Hello" not in text


def test_a_template_has_no_style_no_handler_and_no_script(tmp_path: Path) -> None:
    page = """{# <b style="x"> #}
<p style="color:red">a</p>
<a onclick="x()">b</a>
<script>alert(1)</script>
<script src="/static/app.js"></script>
<script type="application/json">{}</script>
<b hx-on:click="x">{{ y|safe }}</b>
<i hx-trigger="keyup[key=='x']" data-once="1"></i>"""

    findings = templates.check_text(page, "page.html")

    assert {(finding.line, finding.sentence.split(" ", 1)[0]) for finding in findings} == {
        (2, "style="),
        (3, "on…="),
        (4, "A"),
        (7, "hx-on"),
        (7, "|safe"),
        (8, "A"),
    }


def test_long_files_and_native_types_are_found(tmp_path: Path) -> None:
    folder = an_addon(
        tmp_path,
        **{
            "long.py": "x = 1\n" * 401,
            "bad.py": "from sqlalchemy import Enum, String\nimport sqlalchemy as sa\nsa.Enum('a')",
        },
    )

    assert [finding.path for finding in files.lengths(folder, tmp_path)] == ["acme_fleet/long.py"]
    assert [finding.line for finding in files.native_types(folder, tmp_path)] == [1, 3]
