from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("questionnaires", "0002_frozen_is_final"),
    ]

    operations = [
        migrations.AlterField(
            model_name="answerversion",
            name="how",
            field=models.CharField(
                choices=[
                    ("saved", "Saved"),
                    ("autosaved", "Saved while typing"),
                    ("combined", "Combined from two answers"),
                    ("set_aside", "Set aside for a colleague's answer"),
                    ("restored", "Restored"),
                    ("carried", "Carried over from another fund"),
                    ("put_back", "Put back as it was sent"),
                ],
                max_length=20,
            ),
        ),
    ]
