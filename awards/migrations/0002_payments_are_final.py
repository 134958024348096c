"""What the database itself holds about money going out.

A payment is never edited or deleted: a correction is a new record. It is made only for an instalment that
somebody else released, and never above what was planned. The instalments of an award stay within the award.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION awards_payment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A payment is final: % is refused.', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER awards_payment_final BEFORE UPDATE OR DELETE ON awards_payment
  FOR EACH ROW EXECUTE FUNCTION awards_payment_refuse_change();

CREATE FUNCTION awards_payment_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  planned awards_instalment%ROWTYPE;
BEGIN
  SELECT * INTO planned FROM awards_instalment WHERE id = NEW.instalment_id;
  IF planned.status NOT IN ('approved', 'paid') OR planned.approved_by_id IS NULL THEN
    RAISE EXCEPTION 'A payment needs a released instalment.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF planned.approved_by_id = NEW.paid_by_id THEN
    RAISE EXCEPTION 'Nobody pays what they released.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF NEW.amount > planned.amount THEN
    RAISE EXCEPTION 'A payment stays within its instalment.' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END;
$$;
CREATE TRIGGER awards_payment_allowed BEFORE INSERT ON awards_payment
  FOR EACH ROW EXECUTE FUNCTION awards_payment_check();

CREATE FUNCTION awards_instalments_within_award() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  planned numeric;
  awarded numeric;
BEGIN
  SELECT coalesce(sum(amount), 0) INTO planned FROM awards_instalment WHERE award_id = NEW.award_id;
  SELECT amount INTO awarded FROM awards_award WHERE id = NEW.award_id;
  IF planned > awarded THEN
    RAISE EXCEPTION 'The instalments of an award stay within the award: % against %.', planned, awarded
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END;
$$;
CREATE CONSTRAINT TRIGGER awards_instalment_within_award AFTER INSERT OR UPDATE OF amount, award_id
  ON awards_instalment DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION awards_instalments_within_award();
"""
DROP = """
DROP TRIGGER awards_instalment_within_award ON awards_instalment;
DROP FUNCTION awards_instalments_within_award();
DROP TRIGGER awards_payment_allowed ON awards_payment;
DROP FUNCTION awards_payment_check();
DROP TRIGGER awards_payment_final ON awards_payment;
DROP FUNCTION awards_payment_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
