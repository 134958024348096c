"""One's own account."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts import services
from accounts.forms import NameForm
from pcc_grants.lib.access import signed_in


@signed_in
def account(request):
    """What we know about you; you can correct your name."""
    form = NameForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        services.change_name(by=request.user, person=request.user, name=form.cleaned_data["name"])
        messages.success(request, "Your name has been saved")
        return redirect("account")
    rows = [
        ("Email address", request.user.email),
        ("You are", request.user.roles_in_words),
    ]
    context = {"form": form, "rows": rows}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)
