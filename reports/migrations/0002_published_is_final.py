"""What was published, and what was approved, stays as it was: the database itself refuses a change."""

from django.db import migrations

CREATE = """
CREATE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is final: % is refused.', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END;
$$;
CREATE TRIGGER reports_publisheditem_final BEFORE UPDATE OR DELETE ON reports_publisheditem
  FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
CREATE TRIGGER reports_paperversion_final BEFORE UPDATE OR DELETE ON reports_paperversion
  FOR EACH ROW EXECUTE FUNCTION reports_refuse_change();
"""
DROP = """
DROP TRIGGER reports_paperversion_final ON reports_paperversion;
DROP TRIGGER reports_publisheditem_final ON reports_publisheditem;
DROP FUNCTION reports_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
