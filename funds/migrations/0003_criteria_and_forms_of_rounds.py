"""Rounds that were there before get their own criteria, and a form of the questions that were asked then."""

from django.db import migrations
from django.utils import timezone
from django.utils.text import slugify

CRITERION = ("key", "position", "name", "question", "guidance", "word_limit", "weight")
PROJECT = (
    ("title", "short_text", "What is the name of your project?", "Name of your project", {"fact": "title"}),
    ("summary", "long_text", "Summary of your project", "Summary of your project", {"fact": "summary", "word_limit": 100}),
    ("theme", "one_of", "What type of project is it?", "The type of project", {"fact": "theme", "source": "themes"}),
    ("districts", "many_of", "Where will it take place?", "Districts", {"fact": "districts", "source": "districts"}),
    ("starts-on", "date", "When will your project start?", "Project start date", {"fact": "starts_on"}),
    ("ends-on", "date", "When will it end?", "Project end date", {"fact": "ends_on"}),
)  # fmt: skip


def give_rounds_their_own(apps, schema_editor):
    Criterion = apps.get_model("funds", "Criterion")
    Round = apps.get_model("funds", "Round")
    for criterion in Criterion.objects.order_by("fund", "position"):
        taken = set(
            Criterion.objects.filter(fund=criterion.fund_id).exclude(key="").values_list("key", flat=True)
        )
        base = slugify(criterion.name)[:50] or "criterion"
        criterion.key = base if base not in taken else f"{base}-{criterion.position}"
        criterion.save(update_fields=["key"])
    for round in Round.objects.select_related("fund").order_by("pk"):
        criteria = list(Criterion.objects.filter(fund=round.fund_id).order_by("position"))
        Criterion.objects.bulk_create(
            Criterion(round=round, **{name: getattr(one, name) for name in CRITERION}) for one in criteria
        )
        _draw_up(apps, round, criteria)


def _draw_up(apps, round, criteria):
    Questionnaire = apps.get_model("questionnaires", "Questionnaire")
    Section = apps.get_model("questionnaires", "Section")
    Question = apps.get_model("questionnaires", "Question")
    User = apps.get_model("accounts", "User")
    family = f"{round.fund.slug}"[:48] + "-application"
    made = Questionnaire.objects.create(
        family=family,
        version=Questionnaire.objects.filter(family=family).count() + 1,
        name=f"{round.fund.name}: application"[:200],
        purpose="application",
        created_by=round.published_by or User.objects.order_by("pk").first(),
        created_at=round.created_at,
    )

    def section(position, key, title, group):
        return Section.objects.create(
            questionnaire=made, key=key, position=position, title=title, group=group
        )

    def question(where, position, key, kind, text, name, more):
        Question.objects.create(
            questionnaire=made, section=where, position=position, key=key, kind=kind, text=text, name=name,
            **more,
        )  # fmt: skip

    has_themes = apps.get_model("funds", "Theme").objects.filter(fund=round.fund_id).exists()
    project = section(1, "project", "What you will do", "Your project")
    asked = [one for one in PROJECT if one[0] != "theme" or has_themes]
    for position, facts in enumerate(asked, start=1):
        question(project, position, *facts)
    for number, criterion in enumerate(criteria, start=2):
        key = f"about-{criterion.key}"
        where = section(number, key, criterion.name[:150], "Your project")
        more = {
            "word_limit": criterion.word_limit, "guidance": criterion.guidance, "criterion": criterion.key,
        }  # fmt: skip
        question(where, 1, key, "long_text", criterion.question, criterion.name[:150], more)
    budget = section(len(criteria) + 2, "budget", "Budget", "Money and papers")
    question(budget, 1, "costs", "costs", "What will you spend the money on?", "Your costs", {"year": 1})
    round.questionnaire = made
    round.save(update_fields=["questionnaire"])
    if round.published_at:
        made.frozen_at = round.published_at or timezone.now()
        made.save(update_fields=["frozen_at"])


class Migration(migrations.Migration):
    dependencies = [("funds", "0002_round_set_up"), ("questionnaires", "0002_frozen_is_final")]
    operations = [migrations.RunPython(give_rounds_their_own, migrations.RunPython.noop)]
