"""What a load balancer or a container asks: does the web process answer, and does its database?"""

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pcc_grants.lib.access import public


@public
@never_cache
@require_safe
def health(request):
    """200 "ok", or 503 when the database does not answer. Says nothing else about the installation."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
