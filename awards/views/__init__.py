"""The pages of grants (recipients), awards (office), decisions on direct awards, and payments (finance)."""
