"""What screens and other addons read of erp_purchase."""
