"""Create, archive and bring back products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import Product, Tax, TaxKind, TaxScope, Unit
from core.api import Invalid, _

if TYPE_CHECKING:
    from core.api import Env


def create(env: Env, values: dict[str, Any]) -> Product:
    """A product from what a form holds; unit and taxes default to the piece and the first rates of the
    company.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if not str(given.get("name", "")).strip():
        raise Invalid(fields={"name": _("Give a name.")})
    _check_code(env, given)
    if "unit" not in given and "unit_id" not in given:
        given["unit_id"] = default_unit(env).id
    scope = TaxScope.SERVICE if given.get("kind") == "service" else TaxScope.GOODS
    for name, kind in (("sale_taxes", TaxKind.SALE), ("purchase_taxes", TaxKind.PURCHASE)):
        if name not in given:
            given[name] = default_taxes(env, kind, scope)
    return env.add(Product, **given)


def default_unit(env: Env) -> Unit:
    """The piece."""
    model = env[Unit]
    return env.session.scalars(select(model).order_by(model.code != "C62", model.id).limit(1)).one()


def default_taxes(env: Env, kind: TaxKind, scope: TaxScope) -> list[Tax]:
    """The first active tax of the company for sales or purchases; none where it has none."""
    model = env[Tax]
    return list(
        env.session.scalars(
            select(model)
            .where(
                model.company_id == env.company_id,
                model.kind == kind,
                model.active,
                model.included.is_(False),
                model.scope.in_((TaxScope.ANY, scope)),
            )
            .order_by(model.position, model.id)
            .limit(1)
        )
    )


def archive(env: Env, product: Product) -> None:
    """Not offered any more; it stays on its documents."""
    product.active = False
    env.session.flush()


def restore(env: Env, product: Product) -> None:
    """Offered again."""
    product.active = True
    env.session.flush()


def _check_code(env: Env, given: dict[str, Any]) -> None:
    model = env[Product]
    for name, message in (
        ("code", _("{code} is already the reference of another product.", code=given.get("code", ""))),
        ("barcode", _("{code} is already the barcode of another product.", code=given.get("barcode", ""))),
    ):
        value = given.get(name)
        if value and env.session.scalar(select(model.id).where(getattr(model, name) == value)) is not None:
            raise Invalid(fields={name: message})
