"""What every criterion and every published round has, now that those from before have it too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funds", "0003_criteria_and_forms_of_rounds")]

    operations = [
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(fields=("fund", "key"), name="criterion_key_unique"),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(fields=("round", "key"), name="criterion_key_in_round_unique"),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(("published_at", None), ("questionnaire__isnull", False), _connector="OR"),
                name="round_published_has_questions",
            ),
        ),
    ]
