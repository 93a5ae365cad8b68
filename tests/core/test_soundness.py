from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from core.platform import Platform
from core.registry import generate
from core.registry.discovery import discover
from tests.core.conftest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MODEL = """
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from core.api import List, Model, hookimpl, link

class Thing(Model, name="thing"):
    name: Mapped[str] = mapped_column(String(20))
"""


def test_a_misspelt_hook_is_refused_with_the_name_that_was_meant(started: Callable[..., Platform]) -> None:
    hooks = "from core.api import hookimpl\n\n\n@hookimpl\ndef declare_model():\n    return []\n"

    platform = started(acme_a={"hooks.py": hooks})

    assert str(platform.discovered.refused["acme_a"]) == (
        "Addon 'acme_a' cannot be loaded: unknown hook 'declare_model' in acme_a/hooks.py:4."
        " Did you mean 'declare_models'?"
    )


def test_a_view_with_an_unknown_field_is_refused_and_the_others_stay(
    started: Callable[..., Platform],
) -> None:
    views = (
        MODEL
        + "@hookimpl\ndef declare_models():\n    return [Thing]\n"
        + '@hookimpl\ndef declare_views():\n    return [List(Thing, columns=("nmae",))]\n'
    )
    sound = MODEL + "@hookimpl\ndef declare_models():\n    return [Thing]\n"

    platform = started(acme_b={"hooks.py": views}, acme_c={"hooks.py": sound})

    assert set(platform.discovered.refused) == {"acme_b"}
    assert "nmae" in str(platform.discovered.refused["acme_b"])
    assert "acme_c.thing" in platform.registries.of(["acme_c"]).models


def test_a_dropped_column_is_refused(started: Callable[..., Platform]) -> None:
    hooks = (
        "from __future__ import annotations\nfrom typing import TYPE_CHECKING\n"
        "from sqlalchemy.orm import Mapped\nfrom core.api import Model, hookimpl\n"
        "if TYPE_CHECKING:\n    from datetime import date\n"
        'class Thing(Model, name="thing"):\n    on: Mapped[date]\n'
        "@hookimpl\ndef declare_models():\n    return [Thing]\n"
    )

    platform = started(acme_d={"hooks.py": hooks})

    assert "acme_d" in platform.discovered.refused


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"manifest.py": "x = 1\n"}, "manifest.py must define manifest = Manifest(...)."),
        ({"manifest.py": "1 / 0\n"}, "ZeroDivisionError in manifest.py: division by zero."),
        ({"manifest.py": MANIFEST.format(name="other")}, "its manifest says 'other'."),
        (
            {"hooks.py": "import nothing_like_this\n"},
            "ModuleNotFoundError: No module named 'nothing_like_this'.",
        ),
    ],
)
def test_a_malformed_addon_is_refused_with_one_sentence(
    started: Callable[..., Platform], files: dict[str, str], sentence: str
) -> None:
    platform = started(acme_e=files)

    assert "acme_e" not in platform.discovered.addons
    assert sentence in str(platform.discovered.refused["acme_e"])
    assert "\n" not in str(platform.discovered.refused["acme_e"])


OWNED = """
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from core.api import CompanyOwned, Model, hookimpl, reference

class Box(CompanyOwned, Model, name="box"):
    name: Mapped[str] = mapped_column(String(20))

class Thing({bases}name="thing"):
    name: Mapped[str] = mapped_column(String(20))
{more}

@hookimpl
def declare_models():
    return [Box, Thing]
"""
IN_A_BOX = '    box_id: Mapped[int | None] = reference("{name}.box", nullable=True)\n'


def test_a_shared_model_that_points_to_rows_of_a_company_is_refused_with_the_way_out(
    started: Callable[..., Platform],
) -> None:
    hooks = OWNED.format(bases="Model, ", more=IN_A_BOX.format(name="acme_f"))

    platform = started(acme_f={"hooks.py": hooks})

    said = str(platform.discovered.refused["acme_f"])
    assert "acme_f.thing.box_id: a shared row points to a company's acme_f.box." in said
    assert "Make acme_f.thing CompanyOwned" in said


def test_a_reference_that_is_added_later_is_held_apart_by_its_migration(
    started: Callable[..., Platform], tmp_path: Path
) -> None:
    owned = "CompanyOwned, Model, "
    folder = tmp_path / "acme_g"
    first = started(acme_g={"hooks.py": OWNED.format(bases=owned, more="")})
    generate.revise(first, "acme_g", "First")
    (folder / "hooks.py").write_text(OWNED.format(bases=owned, more=IN_A_BOX.format(name="acme_g")))
    for module in [name for name in sys.modules if name.split(".")[0] == "acme_g"]:
        del sys.modules[module]
    later = Platform(first.server, discover(folders=[tmp_path], only=["acme_g"]))

    written = generate.revise(later, "acme_g", "Boxes")

    assert written is not None
    text = written.read_text()
    assert "SELECT 'box_id', t.id, t.company_id FROM acme_g_box t WHERE t.id = NEW.box_id" in text
    assert generate.revise(later, "acme_g", "Nothing more") is None


def test_a_model_that_is_open_by_a_column_it_lacks_is_refused(started: Callable[..., Platform]) -> None:
    hooks = (
        "from core.api import CompanyOwned, Model, hookimpl, open_in\n\n\n"
        'class Check(CompanyOwned, Model, name="check"):\n'
        '    __open_when__ = open_in("state", "waiting")\n\n\n'
        "@hookimpl\ndef declare_models():\n    return [Check]\n"
    )

    platform = started(acme_open={"hooks.py": hooks})

    assert "has no attribute 'state'" in str(platform.discovered.refused["acme_open"])


def test_an_encrypted_column_that_would_be_shown_is_refused(started: Callable[..., Platform]) -> None:
    model = (
        "from sqlalchemy.orm import Mapped, mapped_column\n"
        "from core.api import EncryptedText, Model, encrypted, hookimpl\n\n"
        'class Account(Model, name="account"):\n'
        "    key: Mapped[str | None] = {column}\n\n\n"
        "@hookimpl\ndef declare_models():\n    return [Account]\n"
    )

    platform = started(
        acme_shown={"hooks.py": model.format(column="mapped_column(EncryptedText())")},
        acme_hidden={"hooks.py": model.format(column="encrypted()")},
    )

    assert "acme_shown.account.key is encrypted, and would be shown" in str(
        platform.discovered.refused["acme_shown"]
    )
    assert "acme_hidden" not in platform.discovered.refused
    written = generate.revise(platform, "acme_hidden", "First")
    assert written is not None
    assert "sa.Column('key', sa.Text(), nullable=True)" in written.read_text()
    assert generate.revise(platform, "acme_hidden", "Nothing more") is None
