"""What the database itself keeps of bank statements: bodies of triggers."""

STATEMENT_LINE = """
DECLARE
  held numeric;
  free text[] := ARRAY['state', 'party_id', 'match_entry_id', 'matched_at', 'matched_by_id', 'match_run',
    'reason', 'learned', 'entry_id', 'bank_line_id', 'suspense_line_id', 'version', 'updated_at',
    'search_tokens'];
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE erp_accounting_bank_statement SET line_count = line_count + 1 WHERE id = NEW.statement_id;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'matched' THEN
      RAISE EXCEPTION 'statement line % is matched: undo the match first', OLD.id;
    END IF;
    UPDATE erp_accounting_bank_statement SET line_count = line_count - 1 WHERE id = OLD.statement_id;
    RETURN OLD;
  END IF;
  IF (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'statement line % is what the bank said: it is never changed', OLD.id;
  END IF;
  IF OLD.entry_id IS NOT NULL AND
     (NEW.entry_id, NEW.bank_line_id, NEW.suspense_line_id) IS DISTINCT FROM
     (OLD.entry_id, OLD.bank_line_id, OLD.suspense_line_id) THEN
    RAISE EXCEPTION 'statement line % is booked: it is never booked again', OLD.id;
  END IF;
  IF NEW.state <> OLD.state THEN
    SELECT residual_currency INTO held FROM erp_accounting_open_item WHERE line_id = NEW.suspense_line_id;
    IF held IS DISTINCT FROM (CASE NEW.state WHEN 'matched' THEN 0 ELSE -NEW.amount END) THEN
      RAISE EXCEPTION 'statement line % is %, but % lies on the suspense account', NEW.id, NEW.state, held;
    END IF;
    UPDATE erp_accounting_bank_statement
      SET matched_count = matched_count + CASE NEW.state WHEN 'matched' THEN 1 ELSE -1 END
      WHERE id = NEW.statement_id;
  END IF;
  RETURN NEW;
END;
"""
"""A line is what the bank said: only its booking, once, and its matching are written later. The statement
counts its lines. Matched means that nothing of it is left on the suspense account, and only then."""

ADDS_UP = """
DECLARE
  now_is record;
BEGIN
  SELECT s.line_count AS lines, s.closing - s.opening AS told INTO now_is
    FROM erp_accounting_bank_statement s WHERE s.id = NEW.id;
  IF NOT FOUND OR now_is.lines <> NEW.line_count THEN
    RETURN NULL;
  END IF;
  IF now_is.told IS DISTINCT FROM
     (SELECT coalesce(sum(amount), 0) FROM erp_accounting_bank_line WHERE statement_id = NEW.id) THEN
    RAISE EXCEPTION 'statement %: opening balance and lines do not give the closing balance', NEW.id;
  END IF;
  IF EXISTS (SELECT 1 FROM erp_accounting_bank_line l
             LEFT JOIN erp_accounting_entry_line b ON b.id = l.bank_line_id AND b.entry_id = l.entry_id
             LEFT JOIN erp_accounting_entry e ON e.id = b.entry_id AND e.state = 'posted'
             WHERE l.statement_id = NEW.id AND (e.id IS NULL OR b.amount_currency <> l.amount)) THEN
    RAISE EXCEPTION 'statement %: a line is not booked with its amount', NEW.id;
  END IF;
  RETURN NULL;
END;
"""
"""At the end of the transaction a new statement adds up and every line of it is booked. Lines that come or go
later change the count, so it is asked again; only the last of the changes looks."""

STATEMENT = """
DECLARE
  free text[] := ARRAY['name', 'gap', 'closed_at', 'line_count', 'matched_count', 'version',
    'updated_at', 'search_tokens'];
BEGIN
  IF (to_jsonb(NEW) - free) <> (to_jsonb(OLD) - free) THEN
    RAISE EXCEPTION 'statement % is what the bank said: it is never changed', OLD.id;
  END IF;
  RETURN NEW;
END;
"""
"""Balances and dates of a statement are the bank's."""
