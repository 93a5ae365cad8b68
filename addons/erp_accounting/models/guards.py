"""What the database itself refuses or keeps up to date, whoever writes: bodies of the triggers of this addon.

They repeat the rules of the services as a last line; a person meets the services' sentences first.
"""

from addons.erp_accounting.models.period_guards import OPEN_PERIOD
from core.api import Trigger

POSTING = """
DECLARE
  found record;
  books record;
  last integer;
  locked date;
  lifted text;
  closed text;
  derived text[] := ARRAY['search_tokens', 'version', 'updated_at'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'posted' THEN
      RAISE EXCEPTION 'entry % is posted: reverse it instead', OLD.number;
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'an entry begins as a draft';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'posted' THEN
    IF (to_jsonb(NEW) - derived) = (to_jsonb(OLD) - derived) THEN
      RETURN NEW;
    END IF;
    RAISE EXCEPTION 'entry % is posted: reverse it instead', OLD.number;
  END IF;
  IF NEW.state <> 'posted' THEN
    RETURN NEW;
  END IF;

  SELECT count(*) AS lines, sum(debit - credit) AS balance, sum(debit) AS debit,
         bool_and(date = NEW.date AND journal_id = NEW.journal_id AND company_id = NEW.company_id) AS same
    INTO found FROM erp_accounting_entry_line WHERE entry_id = NEW.id;
  IF found.lines = 0 OR found.balance <> 0 THEN
    RAISE EXCEPTION 'entry % is empty or not balanced (%)', NEW.id, found.balance;
  END IF;
  IF NOT found.same THEN
    RAISE EXCEPTION 'lines of entry % have another date, journal or company', NEW.id;
  END IF;

  SELECT max(sequence) INTO last FROM erp_accounting_entry
    WHERE journal_id = NEW.journal_id AND year = NEW.year AND id <> NEW.id;
  IF NEW.year <> extract(year FROM NEW.date) OR NEW.sequence <> coalesce(last, 0) + 1 THEN
    RAISE EXCEPTION 'number % of journal % would leave a gap after %', NEW.sequence, NEW.journal_id, last;
  END IF;

{open_period}
  INSERT INTO erp_accounting_period_total AS t
      (company_id, account_id, journal_id, kind, period, debit, credit, created_at, updated_at)
    SELECT NEW.company_id, account_id, NEW.journal_id, NEW.kind, date_trunc('month', NEW.date)::date,
           sum(debit), sum(credit), now(), now()
      FROM erp_accounting_entry_line WHERE entry_id = NEW.id GROUP BY account_id ORDER BY account_id
    ON CONFLICT (account_id, journal_id, kind, period)
      DO UPDATE SET debit = t.debit + excluded.debit, credit = t.credit + excluded.credit, updated_at = now();

  INSERT INTO erp_accounting_open_item
      (company_id, line_id, entry_id, account_id, party_id, date, due_date, currency,
       amount, amount_currency, residual, residual_currency, created_at, updated_at)
    SELECT NEW.company_id, l.id, NEW.id, l.account_id, l.party_id, l.date, coalesce(l.due_date, l.date),
    l.currency,
           l.debit - l.credit, l.amount_currency, l.debit - l.credit, l.amount_currency, now(), now()
      FROM erp_accounting_entry_line l JOIN erp_accounting_account a ON a.id = l.account_id AND a.reconcilable
      WHERE l.entry_id = NEW.id AND NEW.kind <> 'carried' AND (l.debit <> l.credit OR l.amount_currency <> 0)
      ORDER BY l.id;
  RETURN NEW;
END;
""".replace("{open_period}", OPEN_PERIOD.strip("\n"))
"""Posting an entry: draft first, balanced, next number, open period; then monthly totals and open items.

Balances carried forward open nothing: what is open stays so on its own line."""

LINE_OF_POSTED = """
DECLARE
  final text;
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.party_id <> OLD.party_id AND
     (to_jsonb(NEW) - ARRAY['party_id', 'updated_at']) = (to_jsonb(OLD) - ARRAY['party_id', 'updated_at']) AND
     EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
             ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    SELECT number INTO final FROM erp_accounting_entry WHERE id = OLD.entry_id AND state = 'posted';
  END IF;
  IF TG_OP <> 'DELETE' AND final IS NULL THEN
    SELECT number INTO final FROM erp_accounting_entry WHERE id = NEW.entry_id AND state = 'posted';
  END IF;
  IF final IS NOT NULL THEN
    RAISE EXCEPTION 'entry % is posted: reverse it instead', final;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
"""
"""Lines come, change and go only while their entry is a draft. Their party follows a merge of parties, or
its undo: nothing else does."""

SETTLE = """
DECLARE
  factor integer := 1;
  a erp_accounting_allocation;
  sides record;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'an allocation is never changed: delete it and settle again';
  END IF;
  IF TG_OP = 'DELETE' THEN
    a := OLD;
    factor := -1;
  ELSE
    a := NEW;
    SELECT d.account_id = c.account_id AND d.company_id = c.company_id AND a.company_id = d.company_id
           AND d.amount >= 0 AND c.amount <= 0 AS fit
      INTO sides FROM erp_accounting_open_item d, erp_accounting_open_item c
      WHERE d.id = a.debit_item_id AND c.id = a.credit_item_id;
    IF sides.fit IS NOT TRUE THEN
      RAISE EXCEPTION 'an allocation joins a debit and a credit of one account';
    END IF;
  END IF;
  UPDATE erp_accounting_open_item SET
      residual = residual + factor * CASE WHEN id = a.debit_item_id THEN -a.amount ELSE a.amount END,
      residual_currency = residual_currency + factor *
        CASE WHEN id = a.debit_item_id THEN -a.debit_amount_currency ELSE a.credit_amount_currency END,
      updated_at = now()
    WHERE id IN (a.debit_item_id, a.credit_item_id);
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
"""
"""An allocation takes from both open items; the CHECK on the item refuses to take more than is left."""

INVOICE = """
DECLARE
  years integer;
  here record;
  derived text[] := ARRAY['open_amount', 'open_amount_company', 'payment_status', 'paid_on', 'version',
  'updated_at',
    'search_tokens'];
  personal text[] := ARRAY['party_name', 'party_address', 'party_vat', 'party_registration', 'note'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' THEN
      RAISE EXCEPTION 'an invoice begins as a draft';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state <> 'posted' THEN
    IF TG_OP = 'UPDATE' AND NEW.state = 'posted' AND NOT EXISTS
       (SELECT 1 FROM erp_accounting_entry WHERE id = NEW.entry_id AND number = NEW.number AND date = NEW.date
        AND company_id = NEW.company_id AND state = 'posted') THEN
      RAISE EXCEPTION 'a posted invoice has a posted entry of the same number and date';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'invoice % is posted: create a credit note instead', OLD.number;
  END IF;
  IF (NEW.open_amount, NEW.open_amount_company) IS DISTINCT FROM
     (OLD.open_amount, OLD.open_amount_company) THEN
    SELECT coalesce(sum(residual_currency), 0) AS amount, coalesce(sum(residual), 0) AS company INTO here
      FROM erp_accounting_open_item WHERE entry_id = NEW.entry_id AND account_id = NEW.account_id;
    IF (NEW.open_amount, NEW.open_amount_company) IS DISTINCT FROM (CASE
       WHEN NEW.kind IN ('customer_invoice', 'supplier_credit_note') THEN (here.amount, here.company)
       ELSE (-here.amount, -here.company) END) THEN
      RAISE EXCEPTION 'invoice %: what is open follows from its payments', OLD.number;
    END IF;
  END IF;
  IF (to_jsonb(NEW) - derived) = (to_jsonb(OLD) - derived) THEN
    RETURN NEW;
  END IF;
  IF NEW.party_id <> OLD.party_id AND
     (to_jsonb(NEW) - derived - 'party_id'::text) = (to_jsonb(OLD) - derived - 'party_id'::text) AND
     EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
             ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  IF (to_jsonb(NEW) - derived - personal) = (to_jsonb(OLD) - derived - personal) THEN
    SELECT retention_years INTO years FROM erp_accounting_ledger WHERE company_id = OLD.company_id;
    IF NEW.party_name || NEW.party_address || NEW.party_vat || NEW.party_registration || NEW.note = ''
       AND OLD.date + make_interval(years => years) < now() THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'invoice % is posted: create a credit note instead', OLD.number;
END;
"""
"""A posted invoice is final, except for what follows from its payments. Its party follows a merge of
parties, its own copy of the names does not; that copy may be blanked once the legal retention has ended."""

LINE_OF_POSTED_INVOICE = """
DECLARE
  final text;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT number INTO final FROM erp_accounting_invoice WHERE id = OLD.invoice_id AND state = 'posted';
  END IF;
  IF TG_OP <> 'DELETE' AND final IS NULL THEN
    SELECT number INTO final FROM erp_accounting_invoice WHERE id = NEW.invoice_id AND state = 'posted';
  END IF;
  IF final IS NOT NULL THEN
    RAISE EXCEPTION 'invoice % is posted: create a credit note instead', final;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
"""
"""Lines of a posted invoice are as final as the invoice."""

LOCKS_ONLY_FORWARD = """
DECLARE
  year record;
BEGIN
  IF OLD.lock_hard IS NOT NULL AND (NEW.lock_hard IS NULL OR NEW.lock_hard < OLD.lock_hard) THEN
    RAISE EXCEPTION 'the books are closed for good until %', OLD.lock_hard;
  END IF;
  IF NEW.lock_all IS DISTINCT FROM OLD.lock_all THEN
    SELECT name, "end" INTO year FROM erp_accounting_fiscal_year
      WHERE company_id = NEW.company_id AND state = 'closed' ORDER BY "end" DESC LIMIT 1;
    IF FOUND AND (NEW.lock_all IS NULL OR NEW.lock_all < year."end") THEN
      RAISE EXCEPTION 'fiscal year % is closed: everything stays locked until %', year.name, year."end";
    END IF;
  END IF;
  RETURN NEW;
END;
"""
"""The hard lock has no exception and no way back; a closed year stays locked."""

TAX_OF_POSTED_LINE = """
DECLARE
  touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.line_id ELSE OLD.line_id END;
  final text;
BEGIN
  SELECT i.number INTO final FROM erp_accounting_invoice_line l JOIN erp_accounting_invoice i ON i.id =
  l.invoice_id
    WHERE l.id = touched AND i.state = 'posted';
  IF final IS NOT NULL OR TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'invoice % is posted: create a credit note instead', coalesce(final, '');
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END;
"""
"""So are the taxes on those lines."""

PAYMENT = """
DECLARE
  free text[] := ARRAY['state', 'version', 'updated_at', 'search_tokens'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'draft' AND NOT EXISTS
       (SELECT 1 FROM erp_accounting_entry WHERE id = NEW.entry_id AND number = NEW.number AND state =
       'posted') THEN
      RAISE EXCEPTION 'a posted payment has a posted entry of the same number';
    END IF;
    RETURN NEW;
  END IF;
  IF OLD.state = 'draft' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free) = (to_jsonb(OLD) - free)
     AND (NEW.state = OLD.state OR NEW.state = 'reversed') THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - free - 'party_id'::text) = (to_jsonb(OLD) - free -
  'party_id'::text)
     AND NEW.state = OLD.state AND EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
       ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'payment % is posted: reverse it instead', OLD.number;
END;
"""
"""A posted payment is final; the one way on is its reversal."""

NEVER_EMPTIED = """
BEGIN
  RAISE EXCEPTION 'the books are never emptied: % keeps what was posted', TG_TABLE_NAME;
END;
"""
"""TRUNCATE knows no rows, so that no other trigger would be asked."""

OPEN_ITEM = """
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.party_id <> OLD.party_id AND
     (to_jsonb(NEW) - ARRAY['party_id', 'updated_at']) = (to_jsonb(OLD) - ARRAY['party_id', 'updated_at']) AND
     EXISTS (SELECT 1 FROM base_party WHERE (id, merged_into_id) IN
             ((OLD.party_id, NEW.party_id), (NEW.party_id, OLD.party_id))) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what is open follows from entries and allocations: settle, or undo, instead';
END;
"""
"""Only other triggers write open items; their party follows a merge of parties, or its undo."""

PERIOD_TOTAL = """
BEGIN
  RAISE EXCEPTION 'monthly totals follow from posted entries';
END;
"""
"""Only the posting trigger writes monthly totals."""
DIRECTLY = "pg_trigger_depth() = 0"
"""Condition of a trigger that leaves other triggers alone."""


def never_emptied() -> Trigger:
    """For every table that keeps what was posted."""
    return Trigger("never_emptied", "BEFORE TRUNCATE", NEVER_EMPTIED, once=True)
