"""Pages of published spend, of the Panel, and of the papers."""
