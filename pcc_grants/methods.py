"""A page in words for an address that only takes what a form sends, where Django answers with nothing."""

from django.shortcuts import render


def explain_refused_method(get_response):
    """Middleware: whoever opens such an address, after signing in or by typing it, is told the way on."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware
