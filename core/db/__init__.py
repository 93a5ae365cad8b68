"""PostgreSQL: the embedded server, the directory of workspaces, roles and transactions."""
