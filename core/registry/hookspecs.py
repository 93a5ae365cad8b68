"""Hooks core calls. Every one is optional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.hooks import for_workspace, hookspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from core.env import Env
    from core.orm.model import Model
    from core.registry.findings import Finding


@hookspec
def declare_models() -> Sequence[type[Model]]:
    """List the models and extensions of models that this addon stores.

    When: once per set of enabled addons, when the set is composed.
    Return: fragments; a model before its extensions.
    Refuse: raise AddonError; the addon is not offered.
    Since 0.1. Used by: every addon with data.
    """


@hookspec
def declare_views() -> Sequence[Any]:
    """List the views and extensions of views.

    When: once per set of enabled addons, when the set is composed.
    Return: List, Form, Kanban, Calendar, Chart, Dashboard, ListExtension, FormExtension, Slot.
    Refuse: raise AddonError; an unknown field is refused by core with the view's name.
    Since 0.1. Used by: every addon with screens.
    """


@hookspec
def declare_menus() -> Sequence[Any]:
    """List the entries of the side bar.

    When: once per set of enabled addons, when the set is composed.
    Return: Menu.
    Refuse: raise AddonError.
    Since 0.1. Used by: every addon with screens.
    """


@hookspec
def declare_roles() -> Sequence[Any]:
    """List the roles that an administrator may give to users.

    When: once per set of enabled addons, when the set is composed.
    Return: Role.
    Refuse: raise AddonError.
    Since 0.1. Used by: every addon with data.
    """


@hookspec
def declare_routes() -> Sequence[Any]:
    """List controllers for pages that no declared view can draw.

    When: once per process, for every addon found; a workspace without the addon answers 404 on them.
    Return: Litestar controllers or route handlers.
    Refuse: raise AddonError.
    Since 0.1. Used by: crm_sales, erp_accounting.
    """


@hookspec
def declare_observed() -> Sequence[type[Model]]:
    """List the models to which reading a page adds rows: what was clicked, opened, viewed, who is present.

    When: once per set of enabled addons, at the first page.
    Return: models of the addon. A GET adds rows to them and to no other; it changes and deletes none.
    Refuse: raise AddonError.
    Since 0.1. Used by: partners.
    """


@hookspec
def declare_jobs() -> Sequence[Any]:
    """List the background jobs.

    When: once per process, for every addon found.
    Return: functions marked with @job.
    Refuse: raise AddonError.
    Since 0.1. Used by: base.
    """


@hookspec
def declare_reports() -> Sequence[Any]:
    """List the printed documents.

    When: once per set of enabled addons, when the set is composed.
    Return: Report.
    Refuse: raise AddonError.
    Since 0.1. Used by: crm_sales, erp_accounting, erp_stock.
    """


@hookspec
def declare_endpoints() -> Sequence[Any]:
    """List verbs of the interface for programs that no form of a model has.

    When: once per set of enabled addons, when the set is composed.
    Return: Endpoint.
    Refuse: raise AddonError.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def declare_events() -> Sequence[Any]:
    """List what other systems can be told of beside created, changed and deleted records.

    When: once per set of enabled addons, when the set is composed.
    Return: pairs of the name that ``emit_event`` is called with and its label.
    Refuse: raise AddonError.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
def declare_settings() -> Sequence[Any]:
    """List the settings of a company.

    When: once per set of enabled addons, when the set is composed.
    Return: Setting.
    Refuse: raise AddonError.
    Since 0.1. Used by: crm_sales, erp_orders.
    """


@hookspec
def seed_data(env: Env) -> None:
    """Write the records without which the addon cannot work.

    When: in the transaction that enables the addon, once per workspace, and for each new company; must be
    idempotent.
    Return: ignored.
    Refuse: raise RuleBroken; the addon is not enabled and nothing stays.
    Since 0.1. Used by: base, catalog, erp_accounting.
    """


@hookspec
def demo_data(env: Env) -> None:
    """Write example records that an administrator can remove again.

    When: on demand, after the addon is enabled. Not in production workspaces.
    Return: ignored.
    Refuse: raise RuleBroken; no example stays.
    Since 0.1. Used by: every business addon.
    """


@hookspec
def workspace_ready(env: Env) -> None:
    """React to the end of the set-up wizard.

    When: once per workspace, in the transaction that ends the wizard.
    Return: ignored.
    Refuse: raise RuleBroken; the wizard stays open with your message.
    Since 0.1. Used by: erp_accounting.
    """


@hookspec
@for_workspace
def addon_disabled(env: Env, name: str) -> None:
    """React to an addon that is being disabled.

    When: in the transaction that disables it, while its code is still enabled.
    Return: ignored.
    Refuse: raise RuleBroken; it stays enabled.
    Since 0.1. Used by: tests.
    """


@hookspec
@for_workspace
def record_merged(env: Env, kept: Model, merged: Model) -> None:
    """React to two records that became one.

    When: inside the merging transaction, after every foreign key was re-pointed to the kept record.
    Return: ignored.
    Refuse: raise RuleBroken; the merge is rolled back.
    Since 0.1. Used by: crm_sales.
    """


@hookspec
@for_workspace
def record_unmerged(env: Env, kept: Model, restored: Model) -> None:
    """React to a merge that was undone.

    When: inside the transaction that undid it, after what had been re-pointed was given back.
    Return: ignored.
    Refuse: raise RuleBroken; the two stay one.
    Since 0.1. Used by: bridge_crm_erp.
    """


@hookspec
@for_workspace
def collect_personal_data(env: Env, party: Model) -> dict[str, Any]:
    """Give what is stored about a person.

    When: a personal data archive is made.
    Return: a mapping of section to JSON-ready values.
    Refuse: never.
    Since 0.1. Used by: base, crm_sales.
    """


@hookspec
def verify(env: Env) -> Iterable[Finding]:
    """Check the invariants of this addon's data.

    When: ``passerelle verify``, after journeys in tests, and after a restart on demand; read-only.
    Return: one Finding per broken invariant; nothing when all hold.
    Refuse: never.
    Since 0.1. Used by: erp_accounting, erp_stock, erp_orders.
    """


@hookspec
def lock_first(env: Env, model: str, ids: Sequence[int]) -> None:
    """Lock what is written together with some documents and comes before them in the order of locks.

    When: before documents of ``model`` are locked by ``env.lock``, or by a service that locks them itself.
    Return: ignored; lock by ``env.lock``, which asks again for what comes before those.
    Refuse: never.
    Slow or external work: none, somebody waits.
    Since 0.1. Used by: erp_orders, bridge_crm_erp.
    """
