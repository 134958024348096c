"""What a person sent after their session had ended, shown to them alone once they have signed in again."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.keeping import drop
from accounts.models import KeptText
from pcc_grants.lib.access import signed_in
from pcc_grants.lib.sent import files_of, sendable, shown


@signed_in
@never_cache
def kept_text(request, key):
    """What was kept, with a button that sends it again to the same page, as it was sent."""
    kept = get_object_or_404(KeptText.objects.visible_to(request.user), key=key)
    context = {
        "kept": kept,
        "rows": shown(kept.fields),
        "fields": sendable(kept.fields),
        "files": files_of(kept.fields),
        "others": KeptText.objects.visible_to(request.user).exclude(pk=kept.pk).order_by("-kept_at", "-pk"),
    }
    return render(request, "accounts/kept_text.html", context)


@signed_in
@never_cache
def kept_text_discard(request, key):
    """Delete what was kept, after a question."""
    kept = get_object_or_404(KeptText.objects.visible_to(request.user), key=key)
    if request.method == "POST":
        drop(by=request.user, key=kept.key)
        messages.success(request, "What you wrote has been deleted")
        return redirect(request.user.home)
    back = reverse("kept_text", args=[kept.key])
    context = {"heading": "Delete what you wrote?", "rows": shown(kept.fields), "cancel_url": back}
    return render(request, "accounts/kept_text_discard.html", context | {"back_url": back})
