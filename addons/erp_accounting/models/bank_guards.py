"""What the database itself keeps of bank statements: bodies of triggers."""

STATEMENT_LINE = """
DECLARE
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
    UPDATE erp_accounting_bank_statement
      SET matched_count = matched_count + CASE NEW.state WHEN 'matched' THEN 1 ELSE -1 END
      WHERE id = NEW.statement_id;
  END IF;
  RETURN NEW;
END;
"""
"""A line is what the bank said: only its booking, once, and its matching are written later. The statement
counts its lines."""

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
