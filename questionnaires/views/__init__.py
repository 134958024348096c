"""The office's pages of questionnaires."""
