"""Stock and ledger: every move that crosses the border of the stock is an entry in the books."""

from core.api import Wire

wire = Wire(needs=("erp_accounting",))
