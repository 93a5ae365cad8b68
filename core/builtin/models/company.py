"""A legal entity of the workspace."""

from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, String, inspect
from sqlalchemy.orm import Mapped, mapped_column

from core.i18n import _
from core.orm.exposure import Exposure
from core.orm.model import Model, about

COUNTRY: Final = "FR"
"""Of a company that says nothing else."""


class Company(Model, name="company"):
    """Companies share addons and customers; their documents are apart.

    The currency is final once something was posted in it.
    """

    __exposure__ = Exposure.READ
    __label__ = _("Company")
    __labels__ = _("Companies")
    __kept__ = True

    name: Mapped[str] = mapped_column(String(200), info=about(_("Name")))
    currency: Mapped[str] = mapped_column(String(3), default="EUR", info=about(_("Currency")))
    """ISO 4217 code of the books."""
    country: Mapped[str] = mapped_column(String(2), default=COUNTRY, info=about(_("Country")))
    """ISO 3166-1 alpha-2 code; decides localisation and phone parsing."""
    locale: Mapped[str] = mapped_column(String(10), default="en", info=about(_("Language")))
    tz: Mapped[str] = mapped_column(String(40), default="Europe/Paris", info=about(_("Time zone")))
    """IANA name; decides what "today" is."""
    vat_number: Mapped[str | None] = mapped_column(String(20), info=about(_("VAT number")))
    registration_number: Mapped[str | None] = mapped_column(String(20), info=about(_("Registration number")))
    active: Mapped[bool] = mapped_column(Boolean, default=True, info=about(_("Active")))

    @classmethod
    def of_companies(cls, env: Any, entity: Any) -> ColumnElement[bool]:
        """Those the user works in."""
        return entity.id.in_(env.user_companies)  # type: ignore[no-any-return]  # a column comparison

    def before_save(self, env: Any) -> None:
        """A new company uses every app that its country is offered, until somebody says otherwise.

        It does not move to a country that what it uses is not offered in.
        """
        super().before_save(env)
        state = inspect(self)
        if state.persistent and state.attrs.country.history.deleted:
            from core.registry.usage import refuse_country  # which knows this model

            refuse_country(env, self)
        if not state.pending:
            return
        row = env.registry.whole.model("core.company_app")
        for name in sorted(env.registry.apps):
            if env.registry.discovered[name].manifest.is_offered_in(self.country or COUNTRY):
                env.session.add(row(company=self, addon_name=name))
