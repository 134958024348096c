"""Every grant of more time names its round now."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("applications", "0007_more_time_in_its_round")]
    operations = [
        migrations.AlterField(
            model_name="extension",
            name="round",
            field=models.ForeignKey(
                help_text="In which it counts: not after a move.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="funds.round",
            ),
        ),
    ]
