"""Pages of signing in, of one's own account, and of those who look after the service."""
