"""Refusals in words: what was not allowed, and who can help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import NotAllowed, RuleBroken
from core.i18n import _

WRITING = "insert, update, delete or text()"
NO_MODEL = "select() without a model, add select_from(model)"
RAW = "text() or a whole row"
AFFIX = "prefix, suffix or hint"
SUBQUERYLOAD = "subqueryload(), use selectinload()"
EXTRACT = "extract() of an unknown part"
AUDIT = "writing to the audit trail"

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from core.orm.model import Model
    from core.security.access import Access
    from core.security.roles import Role


def kind(model: type[Model]) -> str:
    """What users call the records of a model."""
    return model.__labels__ or model.__label__ or model.__name__


def who_helps(roles: Iterable[Role]) -> str:
    """Name the roles that would do; an administrator gives them."""
    labels = ", ".join(str(role.label or role.name) for role in roles)
    if labels:
        return _("Ask an administrator for one of these roles: {roles}.", roles=labels)
    return _("Only an administrator can do this.")


def only_administrators(access: Access) -> None:
    """Refuse what is kept under Settings to whoever may not open them."""
    if not access.everything:
        raise NotAllowed(_("Only an administrator can do this."), hint=_("Ask an administrator."))


class OperationRefused(NotAllowed):
    """No role of the user grants the operation on this kind of record."""

    def __init__(self, access: Access, model: type[Model], operation: str) -> None:
        self.model_name = model.model_name
        self.operation = operation
        sentence = {
            "c": _("You may not create: {kind}.", kind=kind(model)),
            "r": _("You may not see: {kind}.", kind=kind(model)),
            "u": _("You may not change: {kind}.", kind=kind(model)),
            "d": _("You may not delete: {kind}.", kind=kind(model)),
        }[operation]
        hint = who_helps(access.granting(model.model_name, operation))
        if operation != "r" and model.model_name in access.service_managed:
            hint = _("Pages under Settings and named actions write these, nobody else.")
        super().__init__(sentence, hint=hint)


class RowRefused(NotAllowed):
    """The roles grant the operation, but not on this row, or not with these values."""

    def __init__(self, access: Access, model: type[Model], operation: str, ids: Iterable[int]) -> None:
        self.model_name = model.model_name
        self.operation = operation
        self.record_ids = tuple(ids)
        sentence = {
            "c": _("Your role does not let you create this here: {kind}.", kind=kind(model)),
            "u": _("Your role does not let you change this one, or change it so: {kind}.", kind=kind(model)),
            "d": _("Your role does not let you delete this one: {kind}.", kind=kind(model)),
        }[operation]
        super().__init__(sentence, hint=_("Ask its owner or an administrator."))


class OtherCompany(NotAllowed):
    """The row would be written into, or taken from, a company the user does not work in."""

    def __init__(self, model: type[Model]) -> None:
        self.model_name = model.model_name
        super().__init__(
            _("This belongs to a company you do not work in: {kind}.", kind=kind(model)),
            hint=_("Choose the company in the switcher, or ask an administrator for access to it."),
        )


class AppNotUsed(RuleBroken):
    """A record would be written into a company that does not use the record's app."""

    def __init__(self, model: type[Model], addon: str) -> None:
        self.model_name = model.model_name
        super().__init__(
            _(
                "This company does not use {addon}: {kind} are not written there.",
                addon=addon,
                kind=kind(model),
            ),
            hint=_("An administrator can let the company use it: Settings, Apps."),
        )


class CompanyMismatch(RuleBroken):
    """A record would point to a record of another company."""

    def __init__(
        self, model: type[Model], values: Mapping[str, Any], target: type[Model], number: int | None
    ) -> None:
        self.model_name = model.model_name
        self.target_name = target.model_name
        super().__init__(
            _(
                "{record} and {target} belong to different companies.",
                record=_named(model, values),
                target=_named(target, {"id": number}),
            ),
            hint=_("Choose one of the same company, or one that all companies share."),
        )


class CompanyIsFinal(RuleBroken):
    """A record would move to another company: what points to it would be left behind."""

    def __init__(self, model: type[Model], values: Mapping[str, Any]) -> None:
        self.model_name = model.model_name
        super().__init__(
            _("{record} stays in its company.", record=_named(model, values)),
            hint=_("Create it anew in the other company."),
        )


def _named(model: type[Model], values: Mapping[str, Any]) -> str:
    """A record by its kind and its number; nothing of what it says, for it may be another company's."""
    number = values.get("id")
    label = str(model.__label__ or model.__name__)
    return label if number is None else f"{label} #{number}"


class FieldRefused(NotAllowed):
    """The field is hidden for the user's roles."""

    def __init__(self, access: Access, group: str, field: str) -> None:
        self.group = group
        self.field = field
        super().__init__(
            _("The field {field} is hidden for your role.", field=field),
            hint=who_helps(access.showing(group)),
        )


class ReferenceRefused(NotAllowed):
    """A written row points to a record that the user may not see."""

    def __init__(self, model: type[Model], ids: Iterable[int]) -> None:
        self.record_ids = tuple(ids)
        numbers = ", ".join(str(number) for number in sorted(self.record_ids))
        super().__init__(
            _(
                "{kind}: number {numbers} does not exist, or you may not see it.",
                kind=kind(model),
                numbers=numbers,
            ),
            hint=_("Choose one from the list."),
        )


class IdChosen(RuleBroken):
    """Whoever creates a record does not choose its id: the next ones would collide."""

    def __init__(self, model: type[Model]) -> None:
        super().__init__(
            _("The number of a new entry is given by the platform: {kind}.", kind=kind(model)),
            hint=_("Leave the id out."),
        )


class StatementRefused(NotAllowed):
    """An addon ran a statement that rules cannot be applied to. For its developer."""

    def __init__(self, what: str) -> None:
        super().__init__(
            _("This page ran a query that the access rules do not allow: {what}.", what=what),
            hint=_("Tell whoever maintains the addon: use select() on models, env.bulk_* or env.system()."),
        )
