"""Create, archive and bring back products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from addons.catalog.models import Product, ProductKind, Tax, TaxKind, TaxScope, Unit
from core.api import Invalid, _

if TYPE_CHECKING:
    from collections.abc import Collection

    from core.api import Env


USUAL_TAXES = {"sale_taxes": TaxKind.SALE, "purchase_taxes": TaxKind.PURCHASE}


def create(env: Env, values: dict[str, Any]) -> Product:
    """A product from what is known of it; unit and taxes default to the piece and the first rates of the
    company.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if not str(given.get("name", "")).strip():
        raise Invalid(fields={"name": _("Give a name.")})
    _check_code(env, given)
    if "unit" not in given and "unit_id" not in given:
        given["unit_id"] = default_unit(env).id
    scope = scope_of(given.get("kind"))
    for name, kind in USUAL_TAXES.items():
        if name not in given:
            given[name] = default_taxes(env, kind, scope)
    return env.add(Product, **given)


def changed(env: Env, product: Product, names: Collection[str]) -> None:
    """The taxes of a new product that are still the usual ones follow its kind."""
    if product.id is not None or "kind" not in names:
        return
    for name, kind in USUAL_TAXES.items():
        usual = [default_taxes(env, kind, scope) for scope in (TaxScope.GOODS, TaxScope.SERVICE)]
        if name not in names and getattr(product, name) in usual:
            setattr(product, name, default_taxes(env, kind, scope_of(product.kind)))


def scope_of(kind: object) -> TaxScope:
    """What taxes a product of that kind may carry."""
    return TaxScope.SERVICE if kind == ProductKind.SERVICE else TaxScope.GOODS


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
