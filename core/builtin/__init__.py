"""The addon that is always enabled: users, companies and the workspace's own state."""
