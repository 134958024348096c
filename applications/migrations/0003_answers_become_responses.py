"""What was answered in the fixed form of before, as answers to the questions of its round."""

from django.db import migrations


def _typed(day):
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def answers_become_responses(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    Transfer = apps.get_model("applications", "Transfer")
    Score = apps.get_model("applications", "Score")
    Criterion = apps.get_model("funds", "Criterion")
    related = Application.objects.select_related("round", "created_by").order_by("pk")
    for application in related:
        application.response = _respond(apps, application, application.round)
        application.amounts = [application.amount_asked] if application.amount_asked else []
        application.save(update_fields=["response", "amounts"])
        _lead(apps, application)
    for transfer in Transfer.objects.select_related("application__created_by", "from_round"):
        transfer.from_response = _respond(apps, transfer.application, transfer.from_round)
        transfer.save(update_fields=["from_response"])
    for score in Score.objects.select_related("criterion", "assessment__application"):
        score.criterion = Criterion.objects.get(
            round=score.assessment.application.round_id, key=score.criterion.key
        )
        score.save(update_fields=["criterion"])


def _respond(apps, application, round):
    Response = apps.get_model("questionnaires", "Response")
    Answer = apps.get_model("questionnaires", "Answer")
    AnswerVersion = apps.get_model("questionnaires", "AnswerVersion")
    Question = apps.get_model("questionnaires", "Question")
    response = Response.objects.create(
        questionnaire_id=round.questionnaire_id,
        organisation_id=application.organisation_id,
        created_at=application.created_at,
    )
    said = {
        "title": application.title,
        "summary": application.summary,
        "theme": str(application.theme_id or ""),
        "districts": [str(one.pk) for one in application.districts.all()],
        "starts-on": application.starts_on and _typed(application.starts_on),
        "ends-on": application.ends_on and _typed(application.ends_on),
        "costs": application.amount_asked
        and [{"what": "As asked for", "type": "other", "amount": str(application.amount_asked)}],
    }
    for answer in application.answers.filter(criterion__fund=round.fund_id).select_related("criterion"):
        said[f"about-{answer.criterion.key}"] = answer.text
    at = application.submitted_at or application.created_at
    for question in Question.objects.filter(questionnaire=round.questionnaire_id):
        value = said.get(question.key)
        if not value:
            continue
        facts = {"response": response, "question": question, "value": value}
        Answer.objects.create(**facts, changed_by=application.created_by, changed_at=at)
        AnswerVersion.objects.create(**facts, revision=1, how="saved", by=application.created_by, at=at)
    return response


def _lead(apps, application):
    """Whoever started an application leads it, if they act for the organisation."""
    Membership = apps.get_model("organisations", "Membership")
    acts = Membership.objects.filter(
        organisation=application.organisation_id, user=application.created_by_id, ended_at=None
    )
    if acts.exists():
        apps.get_model("applications", "Participant").objects.create(
            application=application,
            user_id=application.created_by_id,
            part="lead",
            added_by_id=application.created_by_id,
            added_at=application.created_at,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_question_engine"),
        ("funds", "0003_criteria_and_forms_of_rounds"),
    ]
    operations = [migrations.RunPython(answers_become_responses, migrations.RunPython.noop)]
