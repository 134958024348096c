"""More time counts in the round it was given for."""

import django.db.models.deletion
from django.db import migrations, models


def name_the_round(apps, schema_editor):
    for extension in apps.get_model("applications", "Extension").objects.select_related("application"):
        extension.round_id = extension.application.round_id
        extension.save(update_fields=["round"])


class Migration(migrations.Migration):
    dependencies = [("applications", "0006_moves_returned_and_digests"), ("funds", "0004_rounds_are_whole")]
    operations = [
        migrations.AddField(
            model_name="extension",
            name="round",
            field=models.ForeignKey(
                null=True,
                help_text="In which it counts: not after a move.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="funds.round",
            ),
        ),
        migrations.RunPython(name_the_round, migrations.RunPython.noop),
    ]
