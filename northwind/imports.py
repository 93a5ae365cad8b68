"""Bring the trader's files in through the import that every user has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel import Locale

from core.errors import CoreError
from core.views.imports import Table, run_import
from northwind import source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.db.directory import WorkspaceEntry
    from core.env import Env
    from core.platform import Platform

_CODES = {name: code for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}
_CODES |= {"UK": "GB", "USA": "US"}
_ADDRESS = {
    "CustomerID": "party.external_ref",
    "Address": "street",
    "PostalCode": "postcode",
    "City": "city",
    "Region": "region",
    "Country": "country",
}


class RowsRefused(CoreError):
    """The import refused rows that it should take."""


def import_everything(platform: Platform, workspace: WorkspaceEntry) -> None:
    """Customers and suppliers with contacts and addresses, categories, products, and employees as users."""
    customers, suppliers = source.rows("customers"), source.rows("suppliers")
    for row in suppliers:
        row["CustomerID"] = f"S-{row['SupplierID']}"
    with platform.env(workspace) as env:
        for rows, role in ((customers, "is_customer"), (suppliers, "is_supplier")):
            _parties(env, rows, role)
        people = [{**row, "kind": "person"} for row in customers + suppliers if row["ContactName"]]
        _bring(
            env,
            "base.party",
            people,
            {
                "kind": "kind",
                "ContactName": "name",
                "ContactTitle": "job_title",
                "CustomerID": "parent.external_ref",
            },
        )
        placed = [{**row, "Country": _CODES[row["Country"].strip()]} for row in customers + suppliers]
        _bring(env, "base.address", placed, _ADDRESS)
        _bring(env, "catalog.category", source.rows("categories"), {"CategoryName": "name"})
        _products(env)
        _people(env)


def _parties(env: Env, rows: list[dict[str, str]], role: str) -> None:
    named = [{**row, role: "yes" if role == "is_supplier" else "no"} for row in rows]
    mapping = {"CustomerID": "external_ref", "CompanyName": "name", "Phone": "phone", role: role}
    _bring(env, "base.party", named, mapping, key=("external_ref",))


def _products(env: Env) -> None:
    categories = {row["CategoryID"]: row["CategoryName"] for row in source.rows("categories")}
    rows = [
        {
            "code": f"NW-{row['ProductID']}",
            "name": row["ProductName"],
            "category": categories[row["CategoryID"]],
            "unit.code": "C62",
            "sale_price": row["UnitPrice"],
            "description": row["QuantityPerUnit"],
        }
        for row in source.rows("products")
    ]
    _bring(env, "catalog.product", rows, {name: name for name in rows[0]}, key=("code",))


def _people(env: Env) -> None:
    rows = [
        {
            "name": f"{row['FirstName']} {row['LastName']}",
            "email": f"{row['FirstName']}.{row['LastName']}@northwind.example".lower(),
        }
        for row in source.rows("employees")
    ]
    _bring(env, "core.user", rows, {"name": "name", "email": "email"}, key=("email",))


def _bring(
    env: Env,
    model: str,
    rows: Iterable[dict[str, str]],
    mapping: dict[str, str],
    *,
    key: tuple[str, ...] = (),
) -> None:
    headings = list(mapping)
    table = Table(headings, [[row[heading] for heading in headings] for row in rows])
    result = run_import(env, model, table, mapping, key=key)
    if result.errors:
        first = result.errors[0]
        raise RowsRefused(f"{model}: {len(result.errors)} rows were refused; the first: {first}")
