import django.db.models.deletion
from django.db import migrations, models


def fill_moves(apps, schema_editor):
    """Until now no move could be returned: each led to the next one, the last to where the application is."""
    Transfer = apps.get_model("applications", "Transfer")
    following = {}
    for transfer in Transfer.objects.select_related("application").order_by("-id"):
        later = following.get(transfer.application_id)
        if later is None:
            application = transfer.application
            transfer.new_reference, transfer.to_response_id = application.reference, application.response_id
        else:
            transfer.new_reference, transfer.to_response_id = later.old_reference, later.from_response_id
        transfer.save(update_fields=["new_reference", "to_response"])
        following[transfer.application_id] = transfer


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_closing_time_moved"),
        ("questionnaires", "0003_answers_put_back"),
    ]

    operations = [
        migrations.AddField(
            model_name="publicquestion",
            name="digested_at",
            field=models.DateTimeField(
                blank=True, help_text="When everybody with a draft was written to about it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="new_reference",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="transfer",
            name="to_response",
            field=models.ForeignKey(
                help_text="The answers since.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="questionnaires.response",
            ),
        ),
        migrations.RunPython(fill_moves, migrations.RunPython.noop),
    ]
