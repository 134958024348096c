"""Django's PostgreSQL backend, starting the embedded server at the first connection that needs it."""

from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from . import server


class DatabaseWrapper(base.DatabaseWrapper):
    """Connects; when nothing answers, starts the server of this folder and connects again."""

    def get_new_connection(self, conn_params):
        """A connection to the embedded server. Raises OperationalError with a plain sentence if it cannot."""
        server.hold()
        try:
            return super().get_new_connection(conn_params)
        except self.Database.OperationalError as problem:
            if server.is_ready():
                raise
            try:
                server.start()
            except server.EmbeddedServerError as reason:
                raise OperationalError(str(reason)) from problem
            return super().get_new_connection(conn_params)
