"""What erp_accounting can do. Views, hooks and other addons call these; nobody else writes."""
