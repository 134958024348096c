"""PostgreSQL without a server installed: a database backend that starts the one carried by a wheel.

`base.py` is the Django backend, `server.py` starts and stops the server. Used when DATABASE_URL is unset;
production refuses it (docs/adr/0002-embedded-postgresql.md).
"""
