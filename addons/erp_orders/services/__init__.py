"""What erp_orders can do. Views, hooks and other addons call these; nobody else writes."""
