"""What erp_stock can do. Views, hooks and other addons call these; nobody else writes."""
