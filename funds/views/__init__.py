"""Pages about funds and rounds: `public` for everyone, `office` and `rounds` for the office."""
