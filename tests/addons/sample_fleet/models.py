"""Vehicles."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import ZERO, Choice, Company, CompanyOwned, Model, Money, Trigger, choice, link, reference


class State(Choice):
    """Where a vehicle stands."""

    AVAILABLE = "available", "Available", "ok"
    RETIRED = "retired", "Retired"


class Vehicle(CompanyOwned, Model, name="vehicle"):
    """A retired vehicle stays retired."""

    __display__ = "plate"
    __searchable__ = ("plate", "model")
    __constraints__ = (
        CheckConstraint("value >= 0", name="value_not_negative"),
        Index(
            "active_plate", "company_id", "plate", unique=True, postgresql_where=text("state = 'available'")
        ),
    )
    __triggers__ = (
        Trigger(
            "retired_is_final",
            "BEFORE UPDATE",
            "BEGIN IF NEW.state <> 'retired' THEN RAISE EXCEPTION 'vehicle % is retired', OLD.plate; END IF;"
            " RETURN NEW; END",
            when="OLD.state = 'retired'",
        ),
    )

    plate: Mapped[str] = mapped_column(String(20))
    model: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[State] = choice(State, default=State.AVAILABLE)
    value: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    trips: Mapped[list["Trip"]] = link("sample_fleet.trip", back="vehicle", many=True, owned=True)


class Trip(Model, name="trip", versioned=False):
    """A journey of a vehicle."""

    __display__ = "purpose"

    vehicle_id: Mapped[int] = reference("sample_fleet.vehicle", ondelete="CASCADE")
    vehicle: Mapped[Vehicle] = link("sample_fleet.vehicle", back="trips")
    purpose: Mapped[str] = mapped_column(String(80))
    distance: Mapped[int] = mapped_column(Integer, default=0)


class FleetCompany(Company, extends=True):
    """Nullable, because workspaces without a fleet write the same rows."""

    fleet_budget: Mapped[Decimal | None] = mapped_column(Money)
