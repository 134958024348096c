"""What was decided before is told: applicants heard of each decision at once, and the register shows it."""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery


def tell(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    Decision = apps.get_model("applications", "Decision")
    final = Decision.objects.filter(application=OuterRef("pk"), outcome=OuterRef("status"))
    Application.objects.filter(status__in=["approved", "declined"]).update(
        outcome_released_at=Subquery(final.order_by("-decided_at").values("decided_at")[:1])
    )
    Application.objects.filter(status="ineligible").update(outcome_released_at=F("checked_at"))
    Decision.objects.filter(outcome="approved").update(published_at=F("decided_at"))


class Migration(migrations.Migration):
    dependencies = [("applications", "0009_deciding")]

    operations = [migrations.RunPython(tell, migrations.RunPython.noop)]
