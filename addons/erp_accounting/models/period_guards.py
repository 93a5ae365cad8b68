"""Bodies of the triggers that guard fiscal years, lock dates and closing totals, whoever writes."""

YEAR = """
DECLARE
  hard date;
BEGIN
  SELECT lock_hard INTO hard FROM erp_accounting_ledger
    WHERE company_id = coalesce(NEW.company_id, OLD.company_id) FOR NO KEY UPDATE;
  IF TG_OP = 'DELETE' THEN
    IF OLD.state = 'closed' THEN
      RAISE EXCEPTION 'fiscal year % is closed: reopen it first', OLD.name;
    END IF;
    RETURN OLD;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.state = 'closed' THEN
    IF (NEW.start, NEW."end", NEW.company_id) IS DISTINCT FROM (OLD.start, OLD."end", OLD.company_id) THEN
      RAISE EXCEPTION 'fiscal year % is closed: its days are final', OLD.name;
    END IF;
    IF NEW.state <> 'closed' AND hard >= OLD."end" THEN
      RAISE EXCEPTION 'the books are closed for good until %: fiscal year % stays closed', hard, OLD.name;
    END IF;
  END IF;
  IF EXISTS (SELECT 1 FROM erp_accounting_fiscal_year y WHERE y.company_id = NEW.company_id
             AND y.id IS DISTINCT FROM NEW.id AND y.start <= NEW."end" AND y."end" >= NEW.start) THEN
    RAISE EXCEPTION 'fiscal year % overlaps another one', NEW.name;
  END IF;
  RETURN NEW;
END;
"""
"""The company's ledger row is locked first, so that years are changed one after the other and after postings
under way. A hard lock keeps a closed year closed."""

EXCEPTION = """
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.ended_at IS NULL AND
     (to_jsonb(NEW) - ARRAY['ended_at', 'ended_by_id', 'updated_at']) =
     (to_jsonb(OLD) - ARRAY['ended_at', 'ended_by_id', 'updated_at']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'an exception from lock dates is never changed: end it and grant another';
END;
"""
"""Who granted what, why and until when stays readable for good."""

TOTAL = """
BEGIN
  RAISE EXCEPTION 'the closing total of % is final', OLD."end";
END;
"""
"""Closing totals are only ever added."""

TAX_RETURN = """
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.state = 'filed' AND NEW.state = 'cancelled' AND
     (to_jsonb(NEW) - ARRAY['state', 'version', 'updated_at', 'search_tokens']) =
     (to_jsonb(OLD) - ARRAY['state', 'version', 'updated_at', 'search_tokens']) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the tax return until % is filed: cancel it and file it anew', OLD."end";
END;
"""
"""A filed return keeps its figures; the one way on is to cancel it."""

OPEN_PERIOD = """
  SELECT l.lock_sales, l.lock_purchases, l.lock_all, l.lock_hard, j.kind
    INTO books FROM erp_accounting_ledger l, erp_accounting_journal j
    WHERE l.company_id = NEW.company_id AND j.id = NEW.journal_id FOR SHARE OF l;
  IF NEW.lock_exception_id IS NOT NULL THEN
    SELECT x.scope INTO lifted FROM erp_accounting_lock_exception x
      WHERE x.id = NEW.lock_exception_id AND x.company_id = NEW.company_id AND x.ended_at IS NULL
        AND x.until > clock_timestamp() AND x.first_day <= NEW.date FOR SHARE;
    IF lifted IS NULL THEN
      RAISE EXCEPTION 'the exception from the lock dates has ended, or does not reach back to %', NEW.date;
    END IF;
  END IF;
  locked := greatest(
    books.lock_hard,
    CASE WHEN lifted IS DISTINCT FROM 'all' THEN books.lock_all END,
    CASE WHEN books.kind = 'sale' AND (lifted IS NULL OR lifted NOT IN ('sales', 'all'))
      THEN books.lock_sales END,
    CASE WHEN books.kind = 'purchase' AND (lifted IS NULL OR lifted NOT IN ('purchases', 'all'))
      THEN books.lock_purchases END);
  IF NEW.date <= locked THEN
    RAISE EXCEPTION 'the books are locked until %', locked;
  END IF;
  SELECT y.name INTO closed FROM erp_accounting_fiscal_year y
    WHERE y.company_id = NEW.company_id AND y.state = 'closed' AND NEW.date BETWEEN y.start AND y."end";
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'fiscal year % is closed', closed;
  END IF;
"""
"""Part of the posting trigger: the lock dates, an exception from them, and closed years. The ledger's row is
held until commit, so that whoever locks a period waits for what is being posted in it."""
