"""What erp_purchase prints."""
