"""The rules that hold from now on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("crm", "0003_carry_over")]
    operations = [
        migrations.AddConstraint(
            model_name='lead',
            constraint=models.CheckConstraint(condition=models.Q(('status', 'closed_lost'), ('lost_reason', ''), _connector='XOR'), name='lead_lost_with_reason', violation_error_message='A lost lead needs the reason.'),
        ),
        migrations.DeleteModel(name="LeadActivity"),
    ]
