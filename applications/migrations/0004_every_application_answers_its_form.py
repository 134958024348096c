"""Every application has a response now; the answers of the fixed form are no longer needed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_answers_become_responses"),
        ("funds", "0004_rounds_are_whole"),
    ]

    operations = [
        migrations.AlterField(
            model_name="application",
            name="response",
            field=models.OneToOneField(
                help_text="What was answered.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="application",
                to="questionnaires.response",
            ),
        ),
        migrations.AlterField(
            model_name="transfer",
            name="from_response",
            field=models.ForeignKey(
                help_text="The answers as they stood before.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="questionnaires.response",
            ),
        ),
        migrations.DeleteModel(name="Answer"),
        migrations.RemoveField(model_name="application", name="unfinished"),
    ]
