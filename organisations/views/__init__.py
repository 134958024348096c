"""Pages of organisations: `finding` one's own · `organisation` what it is · `people` who acts for it · the
office's `office` and `requests` · `districts`."""
