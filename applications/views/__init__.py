"""Pages about applications: `applicant`, `questions`, `office`; `assess`, `recommend`, `decide`."""
