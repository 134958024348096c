"""A payment is never edited or deleted: a correction is a new record. The database refuses."""

from django.db import migrations

CREATE = """
CREATE FUNCTION awards_payment_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A payment is final: % is refused.', TG_OP;
END;
$$;
CREATE TRIGGER awards_payment_final BEFORE UPDATE OR DELETE ON awards_payment
  FOR EACH ROW EXECUTE FUNCTION awards_payment_refuse_change();
"""
DROP = """
DROP TRIGGER awards_payment_final ON awards_payment;
DROP FUNCTION awards_payment_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
