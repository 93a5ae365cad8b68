"""Write one Jinja template for each list and set of columns: unrolled, so that a cell costs what its value
costs."""

from __future__ import annotations

from functools import lru_cache
from string import Template as StringTemplate
from typing import TYPE_CHECKING, Any, cast

from markupsafe import Markup, escape
from sqlalchemy import inspect

from core.i18n import formats
from core.i18n.locales import current_locale
from core.i18n.text import _
from core.views.access import label
from core.views.derive import name_field
from core.views.fields import AMOUNTS
from core.views.values import currency_path, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from decimal import Decimal

    from jinja2 import Environment, Template

    from core.env import Env
    from core.views.declare import Column
    from core.views.fields import FieldMeta

YES = "check"  # icons: check eye-off
PEOPLE = frozenset({"core.user"})


def table_template(
    environment: Environment,
    cache: dict[Any, Template],
    key: Any,
    columns: Sequence[Column],
    metas: Sequence[FieldMeta],
) -> Template:
    """The compiled rows of a list. ``cache`` belongs to the registry, ``key`` names list, columns and
    language."""
    found = cache.get((id(environment), key))
    if found is None:
        source = rows_source(columns, metas, cast("Any", environment.globals["asset"]))
        found = cache[id(environment), key] = environment.from_string(source)
    return found


_ROW = """\
{% for row in rows %}{% for g in row.groups %}{{ group_row(g) }}{% endfor %}{% set r = row.record %}
<tr role="row" data-row{% if row.number %} data-group="g{{ row.number }}"{% endif %}>\
<td role="cell" class="c-tick"><input class="form-check-input" type="checkbox" data-tick name="id" \
value="{{ r.id }}" aria-label="$select {{ $name }}"></td>$cells</tr>
{% endfor %}"""

_NAME = """\
<td role="cell" class="c-ref"><a class="quiet strong" href="{{ base }}{{ r.id }}">{{ $shown }}</a></td>"""

_TONED = """\
{% if v is not none %}{% set t = tone_$n(r) %}<span class="row-x">{% if t %}<span class="dot {{ t }}"></span>\
{% endif %}<span class="clip{{ ' t-' ~ t if t }}">{{ text_$n(v) }}</span></span>{% endif %}"""

_RELATION = """\
{% if v is not none %}{{ $shown }}{% elif $held is not none %}{{ hidden }}{% endif %}"""

_ICON = """\
<svg class="icon soft" aria-hidden="true" fill="none" stroke="currentColor" stroke-linecap="round" \
stroke-linejoin="round"><use href="$sprite#i-$name"/></svg>"""


def _fill(shape: str, **values: Any) -> str:
    return StringTemplate(shape).substitute(values)


def rows_source(columns: Sequence[Column], metas: Sequence[FieldMeta], asset: Callable[[str], str]) -> str:
    """The source of the template that writes the rows of one page."""
    model = metas[0].model
    name = f"r.{name_field(model)}" if name_field(model) == metas[0].path else "r.display_name"
    where = places(columns, metas)
    cells = [_cell(n, columns[n], metas[n], where[n], asset) for n in range(len(metas))]
    return _fill(_ROW, select=escape(str(_("Select"))), name=name, cells="".join(cells))


def places(columns: Sequence[Column], metas: Sequence[FieldMeta]) -> list[str]:
    """Where each column goes on a phone: the name and the total above, the state and the activity below."""
    taken: dict[int, str] = {0: "c-ref"}

    def first(place: str, wanted: Callable[[Column, FieldMeta], bool], backwards: bool = False) -> None:
        order = reversed(range(len(metas))) if backwards else range(len(metas))
        for n in order:
            if n not in taken and wanted(columns[n], metas[n]):
                taken[n] = place
                return

    first("c-sum", lambda c, m: m.kind in AMOUNTS, backwards=True)
    if "c-sum" not in taken.values():
        first("c-sum", lambda c, m: c.sum or m.kind == "quantity")
    first("c-st", lambda c, m: m.kind == "choice")
    first("c-act", lambda c, m: bool(c.tone))
    if "c-act" not in taken.values():
        first("c-act", lambda c, m: m.kind in {"relation", "text"})
    return [taken.get(n, "c-date") for n in range(len(metas))]


def _cell(n: int, column: Column, meta: FieldMeta, place: str, asset: Callable[[str], str]) -> str:
    value = f"way_{n}(r)" if _is_indirect(meta) else f"r.{meta.name}"
    if n == 0:
        return _fill(_NAME, shown=f"{value} or r.display_name" if meta.kind == "text" else f"name_{n}(r)")
    classes = [place]
    if meta.numeric:
        classes.append("num" if column.sum else "num soft")
    elif meta.kind in {"date", "datetime"}:
        classes.append("soft tnum nowrap")
    elif meta.kind not in {"choice", "relation", "tags"} and not column.tone:
        classes.append("soft")
    body = _body(n, column, meta, asset)
    return f'<td role="cell" class="{" ".join(classes)}">{{% set v = {value} %}}{body}</td>'


def _is_indirect(meta: FieldMeta) -> bool:
    """Reached by links, or a property of the record, which may read what is hidden from the person."""
    return bool(meta.hops) or not (meta.stored or meta.kind in {"tags", "many"})


def _body(n: int, column: Column, meta: FieldMeta, asset: Callable[[str], str]) -> str:
    if column.template:
        return f"{{% set record = r %}}{{% set value = v %}}{{% include '{column.template}' %}}"
    if column.tone:
        return _fill(_TONED, n=n)
    filled = "{% if v is not none %}{{ $shown }}{% endif %}"
    match meta.kind:
        case "choice":
            return f"{{{{ pills_{n}[v] }}}}"
        case "relation":
            return _relation(meta)
        case "bool":
            mark = _fill(_ICON, sprite=asset("icons.svg"), name=YES)
            return (
                f'{{% if v %}}{mark}<span class="visually-hidden">{escape(str(_("Yes")))}</span>{{% endif %}}'
            )
        case "tags" | "many":
            return f'<span class="clip">{{{{ text_{n}(v) }}}}</span>'
        case "money" | "price":
            return _fill(filled, shown=f"amount_{n}(v, currency(r))")
        case "text" | "long":
            return '{% if v %}<span class="clip">{{ v }}</span>{% endif %}'
    return _fill(filled, shown=f"text_{n}(v)")


def _relation(meta: FieldMeta) -> str:
    name = name_field(meta.target or meta.owner)
    shown = "v.display_name" if name == "id" else f"v.{name}"
    if meta.target is not None and meta.target.model_name in PEOPLE:
        shown = f"who({shown})"
    return _fill(_RELATION, shown=shown, held="none" if meta.hops else f"r.{meta.key}")


def row_context(env: Env, columns: Sequence[Column], metas: Sequence[FieldMeta]) -> dict[str, Any]:
    """What the compiled rows call: small functions made once for the page, in the reader's language."""
    context: dict[str, Any] = {
        "currency": currency_reader(env, metas[0].model),
        "hidden": Markup('<svg class="hid" role="img" aria-label="{}"></svg>').format(
            str(_("hidden for your role"))
        ),
        "who": person,
    }
    for n, (column, meta) in enumerate(zip(columns, metas, strict=True)):
        if n == 0 and meta.kind != "text":
            context[f"name_{n}"] = namer(env, meta)
        if _is_indirect(meta):
            context[f"way_{n}"] = meta.of
        if column.tone:
            context[f"tone_{n}"] = column.tone
        if meta.kind == "choice":
            context[f"pills_{n}"] = pills(meta)
        elif meta.kind in AMOUNTS:
            context[f"amount_{n}"] = price_writer if meta.kind == "price" else money_writer()
        context[f"text_{n}"] = writer(env, meta)
    return context


def namer(env: Env, meta: FieldMeta) -> Callable[[Any], str]:
    """What the link to a record says when its first column is not a text."""
    write = writer(env, meta)

    def name(record: Any) -> str:
        value = meta.of(record)
        return write(value) if value is not None else f"{label(meta.model)} {record.id}"

    return name


def writer(env: Env, meta: FieldMeta) -> Callable[[Any], str]:
    """How a value of a field is written; dates of this year without the year."""
    if meta.kind == "date":
        year = env.today().year
        return lambda value: short_date(value, year)
    if meta.kind == "datetime":
        zone, year = env.tz, env.today().year
        return lambda value: (
            f"{short_date(value.astimezone(zone).date(), year)}, {formats.format_time(value, zone)}"
        )
    return lambda value: plain_text(meta, value)


def short_date(value: date, this_year: int) -> str:
    """``20 Nov`` in this year, ``20 Nov 2025`` in another one."""
    return _short_date(value, value.year == this_year, current_locale())


@lru_cache(maxsize=8192)
def _short_date(value: date, bare: bool, locale: str) -> str:
    written = formats.format_date(value, locale=locale)
    return written.replace(str(value.year), "").strip(" ,") if bare else written


def money_writer() -> Callable[[Decimal, str], str]:
    """Write an amount with its currency, the locale looked up once."""
    locale = current_locale()
    return lambda amount, currency: formats.format_money(amount, currency, locale=locale)


def price_writer(amount: Decimal, currency: str) -> str:
    """Write a price with as many decimals as it really has, at least those of its currency."""
    digits = max(formats.currency_digits(currency), formats.decimals_of(amount))
    return formats.format_money(amount, currency, digits=digits)


def currency_reader(env: Env, model: type[Any]) -> Callable[[Any], str]:
    """How the currency of a record of the model is found."""
    path = currency_path(model)  # type: ignore[arg-type]  # mypy takes the instances' __hash__ for the class's
    own = str(env.company.currency) if env.company_id else "EUR"
    if not path:
        return lambda record: own
    if len(path) == 1:
        return lambda record: getattr(record, path[0]) or own
    first, second = path
    return lambda record: getattr(getattr(record, first, None), second, None) or own


class _Pills(dict[Any, Markup]):
    def __missing__(self, key: Any) -> Markup:
        return Markup("")


def pills(meta: FieldMeta) -> dict[Any, Markup]:
    """The pill of each value of a choice, in the reader's language."""
    made = _Pills()
    for member in meta.choices or ():
        tone = f" {member.tone}" if member.tone else ""
        made[member] = Markup('<span class="pill{}">{}</span>').format(tone, str(member.label))
    return made


def person(name: str) -> Markup:
    """Initials and name."""
    return _person(str(name))


@lru_cache(maxsize=2048)
def _person(name: str) -> Markup:
    mark = Markup('<span class="who {}" aria-hidden="true">{}</span>').format(hue(name), initials(name))
    return Markup('<span class="row-x">{}<span class="clip">{}</span></span>').format(mark, name)


def initials(name: str) -> str:
    """Two letters: "CR" of Camille Roche."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def hue(name: str) -> str:
    """One of four quiet grounds, always the same for a name."""
    return ("a", "b", "c", "")[sum(name.encode()) % 4]


def has_column(model: type[Any], name: str) -> bool:
    """Whether an attribute is stored in the model's own table."""
    return name in inspect(model).column_attrs
