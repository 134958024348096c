"""Pages about applications: `applicant` and `office`; `assess`, `recommend` and `decide` for the judgement."""
