"""What base adds to a company."""

from sqlalchemy.orm import Mapped

from addons.base.models.party import Party
from core.api import Company, link, reference


class CompanyParty(Company, extends=True):
    """A company is also a party: it has addresses and appears on documents."""

    party_id: Mapped[int | None] = reference("base.party", nullable=True)
    party: Mapped[Party | None] = link("base.party", key="party_id")
