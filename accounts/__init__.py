"""Who: organisations, people, roles, partnerships, the permission table and the audit trail."""
