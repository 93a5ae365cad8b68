"""Bodies of the triggers that keep analytic lines as final as the entries they explain, whoever writes."""

LINE = """
DECLARE
  item record;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'analytic lines are never changed or deleted: allocate the entry line anew';
  END IF;
  SELECT l.company_id, l.account_id, l.date, e.state, e.number INTO item
    FROM erp_accounting_entry_line l JOIN erp_accounting_entry e ON e.id = l.entry_id
    WHERE l.id = NEW.entry_line_id;
  IF item.state <> 'posted' THEN
    RAISE EXCEPTION 'an analytic line belongs to a posted entry';
  END IF;
  IF (NEW.company_id, NEW.general_id, NEW.date) IS DISTINCT FROM (item.company_id, item.account_id, item.date)
     OR NEW.plan_id IS DISTINCT FROM
        (SELECT plan_id FROM erp_accounting_analytic_account WHERE id = NEW.account_id) THEN
    RAISE EXCEPTION 'an analytic line of % has another company, account, date or plan', item.number;
  END IF;
  RETURN NEW;
END;
"""
"""Written once its entry is posted, with the entry line's own account and day; never changed."""

ALLOCATION = """
BEGIN
  RAISE EXCEPTION 'a re-allocation is never changed or deleted: allocate the entry line anew';
END;
"""
"""The trace of who moved what stays."""

SHARE = """
DECLARE
  touched bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.distribution_id ELSE OLD.distribution_id END;
  used text;
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.account_id, NEW.percent, NEW.distribution_id) IS NOT DISTINCT FROM
     (OLD.account_id, OLD.percent, OLD.distribution_id) THEN
    RETURN NEW;
  END IF;
  SELECT e.number INTO used FROM erp_accounting_entry_line l JOIN erp_accounting_entry e ON e.id = l.entry_id
    WHERE l.distribution_id = touched AND e.state = 'posted' LIMIT 1;
  IF used IS NULL THEN
    SELECT e.number INTO used FROM erp_accounting_analytic_allocation a
      JOIN erp_accounting_entry_line l ON l.id = a.entry_line_id
      JOIN erp_accounting_entry e ON e.id = l.entry_id WHERE a.after_id = touched LIMIT 1;
  END IF;
  IF used IS NOT NULL THEN
    RAISE EXCEPTION 'the distribution is used by %: make a new one', used;
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
"""
"""What a distribution says is final once something was posted by it."""

WHOLE = """
DECLARE
  touched bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.distribution_id ELSE NEW.distribution_id END;
  short record;
BEGIN
  SELECT p.name AS name, sum(s.percent) AS percent INTO short
    FROM erp_accounting_analytic_share s
    JOIN erp_accounting_analytic_account a ON a.id = s.account_id
    JOIN erp_accounting_analytic_plan p ON p.id = a.plan_id
    WHERE s.distribution_id = touched GROUP BY p.id, p.name HAVING sum(s.percent) <> 100 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the shares of % add up to % %%, not to 100 %%', short.name, short.percent;
  END IF;
  RETURN NULL;
END;
"""
"""Each plan of a distribution adds up to 100 % when the transaction ends."""

PLAN_OF_ACCOUNT = """
BEGIN
  IF NEW.plan_id <> OLD.plan_id AND
     EXISTS (SELECT 1 FROM erp_accounting_analytic_line WHERE account_id = OLD.id) THEN
    RAISE EXCEPTION 'analytic account % has lines: its plan is final', OLD.code;
  END IF;
  RETURN NEW;
END;
"""
"""Lines repeat the plan of their account."""
