from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def take_role_of_case(apps, schema_editor):
    """Results of before were told to the role that their case has now."""
    case = apps.get_model("assistant", "EvaluationCase")
    result = apps.get_model("assistant", "EvaluationResult")
    role = case.objects.filter(pk=OuterRef("case_id")).values("role")
    result.objects.filter(role="").update(role=Subquery(role))


class Migration(migrations.Migration):
    dependencies = [("assistant", "0004_words")]

    operations = [
        migrations.AddField(
            model_name="evaluationresult",
            name="role",
            field=models.CharField(blank=True, max_length=40, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(take_role_of_case, migrations.RunPython.noop, elidable=True),
    ]
