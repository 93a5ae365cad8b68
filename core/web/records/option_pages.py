"""Relation pickers: options while typing, and a new record made from what was typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.errors import Invalid, NotFound
from core.i18n import _
from core.orm.model import CompanyOwned
from core.security.guard import company_of
from core.views import creating, saving
from core.views.access import label, may, readable, views_for
from core.views.asks import target_of
from core.views.catalog import lines_of, views_of
from core.views.declare import Field
from core.views.derive import name_field
from core.views.lineviews import sample_line
from core.views.suggest import nearest
from core.views.typing_in import preset
from core.web.pages import action, page
from core.web.records.asked import asked
from core.web.records.layout import lists_of
from core.web.results import Fragment

if TYPE_CHECKING:
    from core.env import Env
    from core.views.catalog import ModelViews
    from core.web.request import Request

MOST = 10


@dataclass(frozen=True)
class Choice:
    """One option of a picker."""

    value: int
    label: str
    code: str
    hint: str


def choice_of(record: Any, hint: str = "") -> Choice:
    """A record as an option: its name, and its code beside."""
    code = str(getattr(record, "code", "") or "")
    name = str(record.display_name)
    return Choice(record.id, name, "" if code in name else code, hint)


@page("/app/{addon:str}/{model:str}/options/{path:str}")
def options(env: Env, request: Request, addon: str, model: str, path: str) -> Fragment:
    """What a relation field, or the picker of lines ("lines.product"), offers for the words typed."""
    views = views_for(env, f"{addon}.{model}")
    record_id = request.query.integer("record")
    with env.session.no_autoflush:
        record = env.get(views.model, record_id) if record_id else saving.begin(env, views)
        if not record_id:
            preset(env, views, record, lists_of(request.query))
        head, dot, column = path.partition(".")
        lines = next((one for one in lines_of(views.the_form) if one.path == head), None) if dot else None
        if lines is not None:
            collection = asked(views.model, head)
            spec = next((s for s in saving.line_specs(lines) if s.path == column), Field(column))
            meta = asked(collection.target or views.model, column)
            holder = sample_line(env, record, collection)
        else:
            spec = saving.specs_of(views).get(path, Field(path))
            meta, holder = asked(views.model, path), record
        if meta.target is None or not readable(env, meta):
            raise NotFound(_("There is no such field."))
        where = [spec.options(env, holder, meta.target)] if spec.options is not None else []
        where += of_the_same_company(env, record, meta.target)
        found = nearest(env, meta.target, request.query.get("q"), MOST, *where)
        hint = lines.hint if lines is not None else None
        choices = [choice_of(one, str(hint(env, one) or "") if hint is not None else "") for one in found]
    return _drawn(env, meta.target, request.query.get("q"), choices)


@page("/app/{addon:str}/{model:str}/ask/{verb:str}/{name:str}")
def ask_options(env: Env, request: Request, addon: str, model: str, verb: str, name: str) -> Fragment:
    """What a question of an action offers."""
    views = views_for(env, f"{addon}.{model}")
    declared = views.action(verb)
    ask = next((one for one in declared.ask if one.name == name), None) if declared else None
    if ask is None or not ask.model:
        raise NotFound(_("There is no such field."))
    target = target_of(env, ask)
    record_id = request.query.integer("record")
    record = env.get(views.model, record_id) if record_id else saving.begin(env, views)
    where = [ask.options(env, record, target)] if ask.options is not None else []
    where += of_the_same_company(env, record, target)
    found = nearest(env, target, request.query.get("q"), MOST, *where) if may(env, "read", target) else []
    return _drawn(env, target, request.query.get("q"), [choice_of(one) for one in found], create=False)


def of_the_same_company(env: Env, record: Any, target: type[Any]) -> list[Any]:
    """What narrows a picker to what the record may point to, while several companies are looked at."""
    company_id = company_of(env, record)
    if company_id is None or len(env.company_ids) < 2 or not issubclass(target, CompanyOwned):
        return []
    return [target.company_id == company_id]


def _drawn(
    env: Env, target: type[Any], words: str, choices: list[Choice], *, create: bool = True
) -> Fragment:
    views = views_of(env.registry).of(target)
    quick = create and bool(words) and _quick_possible(env, views)
    context = {
        "choices": choices,
        "words": words,
        "quick": quick,
        "views": views,
        "thing": label(target).lower(),
    }
    return Fragment("core/records/_options.html", context)


def _quick_possible(env: Env, views: ModelViews) -> bool:
    name = name_field(views.model)
    if name == "id" or views.list.create is not True or not may(env, "create", views.model):
        return False
    return name in saving.editable(env, views, saving.begin(env, views))


@action("/app/{addon:str}/{model:str}/quick")
def quick_create(env: Env, request: Request, addon: str, model: str) -> Fragment:
    """Make a record from a name alone; when more is needed, offer the whole form."""
    views = views_for(env, f"{addon}.{model}")
    typed = request.form.get("name")
    try:
        made = creating.create(env, views.name, {name_field(views.model): typed})
    except Invalid:
        context = {"views": views, "words": typed, "thing": label(views.model).lower()}
        return Fragment("core/records/_more_needed.html", context)
    return Fragment("core/records/_options.html", {"choices": [choice_of(made)], "quick": False, "words": ""})


ROUTES = [options, ask_options, quick_create]
