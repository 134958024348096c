"""Forms about applications: they check shape, the services judge."""
