"""A questionnaire in use is not changed: the database refuses it for its sections and questions."""

from django.db import migrations

CREATE = """
CREATE FUNCTION questionnaires_refuse_change_of_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND EXISTS (
        SELECT 1 FROM questionnaires_questionnaire WHERE id = OLD.questionnaire_id AND frozen_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'This questionnaire is in use: copy it to change it.';
    END IF;
    IF TG_OP <> 'DELETE' AND EXISTS (
        SELECT 1 FROM questionnaires_questionnaire WHERE id = NEW.questionnaire_id AND frozen_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'This questionnaire is in use: copy it to change it.';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_section_frozen BEFORE INSERT OR UPDATE OR DELETE ON questionnaires_section
    FOR EACH ROW EXECUTE FUNCTION questionnaires_refuse_change_of_frozen();
CREATE TRIGGER questionnaires_question_frozen BEFORE INSERT OR UPDATE OR DELETE ON questionnaires_question
    FOR EACH ROW EXECUTE FUNCTION questionnaires_refuse_change_of_frozen();
CREATE FUNCTION questionnaires_refuse_thaw() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.frozen_at IS NOT NULL AND NEW.frozen_at IS NULL THEN
        RAISE EXCEPTION 'A questionnaire that was in use stays as it was.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER questionnaires_questionnaire_frozen BEFORE UPDATE ON questionnaires_questionnaire
    FOR EACH ROW EXECUTE FUNCTION questionnaires_refuse_thaw();
"""
DROP = """
DROP TRIGGER questionnaires_questionnaire_frozen ON questionnaires_questionnaire;
DROP FUNCTION questionnaires_refuse_thaw();
DROP TRIGGER questionnaires_question_frozen ON questionnaires_question;
DROP TRIGGER questionnaires_section_frozen ON questionnaires_section;
DROP FUNCTION questionnaires_refuse_change_of_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
