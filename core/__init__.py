"""The platform: everything a business sees comes from addons."""
