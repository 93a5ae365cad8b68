"""Fields of forms and lines as a page shows them, and what was typed into them read back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.i18n.text import _
from core.views.access import may, readable
from core.views.addresses import base_of, url_of
from core.views.fields import NUMBERS
from core.views.saving import answer, is_required, is_writable
from core.views.suggest import nearest
from core.views.values import Unclear, currency_of, read, text_of, typed_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.env import Env
    from core.views.declare import Field
    from core.views.fields import FieldMeta

MOST_TAGS = 100


@dataclass
class Input:
    """One field on a page: what is shown, what is typed, what is wrong with it."""

    path: str
    name: str
    id: str
    label: str
    kind: str
    typed: str = ""
    text: str = ""
    url: str = ""
    readonly: bool = False
    required: bool = False
    error: str = ""
    help: str = ""
    placeholder: str = ""
    unit: str = ""
    options_url: str = ""
    create_url: str = ""
    choices: list[tuple[str, str, bool]] = field(default_factory=list)
    template: str = ""
    value: Any = None
    tone: str = ""
    lock: str = ""
    """Why this one field is only read on this record."""

    @property
    def numeric(self) -> bool:
        """Right aligned."""
        return self.kind in NUMBERS

    @property
    def ticked(self) -> bool:
        """For yes and no."""
        return self.typed == "1"


def make_input(
    env: Env,
    meta: FieldMeta,
    spec: Field,
    record: Any,
    *,
    name: str = "",
    prefix: str = "f",
    locked: bool = False,
    typed: str | None = None,
    error: str = "",
) -> Input:
    """Write a field of a record for a page. ``typed``: what a person typed that could not be kept."""
    value = meta.of(record)
    shown = name or meta.path
    made = Input(
        path=meta.path,
        name=shown,
        id=f"{prefix}-{shown}".replace(".", "-"),
        label=str((spec.label_of(record) if spec.label_of else spec.label) or meta.label),
        kind=meta.kind,
        text=text_of(env, meta, value, record),
        readonly=locked or not is_writable(env, meta, spec, record),
        required=is_required(meta, spec, record),
        error=error,
        help=str(spec.help or meta.help),
        placeholder=str(spec.placeholder),
        template=spec.template,
        value=value,
        tone=str(getattr(value, "tone", "") or "") if meta.kind == "choice" else "",
    )
    if meta.kind == "relation" and value is not None:
        made.url = url_of(value) if may(env, "read", type(value)) else ""
        made.typed = str(value.id)
    elif meta.kind != "tags" and not made.readonly:
        made.typed = typed_of(env, meta, value, record)
    if made.kind in {"money", "price"} and not made.readonly:
        made.unit = currency_of(env, record)
    if typed is not None:
        made.typed = typed
    if not made.readonly:
        _offer(env, meta, spec, record, made)
    return made


def _offer(env: Env, meta: FieldMeta, spec: Field, record: Any, made: Input) -> None:
    """Add what can be chosen."""
    if meta.kind == "choice":
        blank = [("", "", not made.typed)] if not made.required else []
        made.choices = blank + [(m.value, str(m.label), m.value == made.typed) for m in meta.choices or ()]
    elif meta.kind == "relation":
        query = f"?record={record.id}" if getattr(record, "id", None) else ""
        made.options_url = f"{base_of(meta.model)}options/{meta.path}{query}"
    elif meta.kind == "tags" and meta.target is not None:
        chosen = {one.id for one in made.value or ()}
        where = [spec.options(env, record, meta.target)] if spec.options is not None else []
        offered = nearest(env, meta.target, "", MOST_TAGS, *where)
        known = {one.id for one in offered}
        everything = [one for one in made.value or () if one.id not in known] + offered
        made.choices = [(str(one.id), str(one.display_name), one.id in chosen) for one in everything]


def visible_input(env: Env, meta: FieldMeta, spec: Field, record: Any) -> bool:
    """Whether a field is on the page at all: readable, and shown in this state."""
    used = spec.used is None or spec.used(env)
    return used and readable(env, meta) and bool(answer(spec.visible, record))


def read_input(env: Env, meta: FieldMeta, spec: Field, record: Any, typed: list[str]) -> Any:
    """Read what was typed into a field. Raise Unclear with the sentence for the person."""
    if meta.kind == "tags":
        return [_chosen(env, meta, spec, record, one) for one in typed if one]
    text = typed[-1] if typed else ""
    if meta.kind == "relation":
        if not text:
            if is_required(meta, spec, record):
                raise Unclear(_("Choose one."))
            return None
        return _chosen(env, meta, spec, record, text)
    value = read(env, meta, text)
    if value in (None, "") and is_required(meta, spec, record) and meta.kind != "bool":
        raise Unclear(_("Fill this in."))
    return value


def _chosen(env: Env, meta: FieldMeta, spec: Field, record: Any, text: str) -> Any:
    target: Any = meta.target
    linked = env.session.get(target, int(text)) if text.isdigit() and len(text) < 19 else None
    if linked is None:
        raise Unclear(_("Choose one from the list."))
    return linked


def comparable(env: Env, meta: FieldMeta, record: Any) -> str:
    """A field's present value as the page writes it into its input; two equal texts mean nothing changed."""
    value = meta.of(record)
    if meta.kind == "relation":
        return str(getattr(record, meta.key) or "")
    if meta.kind == "tags":
        return ",".join(str(i) for i in sorted(one.id for one in value or ()))
    return typed_of(env, meta, value, record)


def posted(form: Mapping[str, list[str]], meta: FieldMeta, name: str) -> str:
    """What a form says of a field, comparable with ``comparable``."""
    values = form.get(name, [])
    if meta.kind == "tags":
        return ",".join(str(i) for i in sorted(int(v) for v in values if v.isdigit()))
    if meta.kind == "bool":
        return "1" if values and values[-1] in {"1", "on"} else ""
    text = values[-1] if values else ""
    return text.replace("\r\n", "\n") if meta.kind == "long" else text.strip()
