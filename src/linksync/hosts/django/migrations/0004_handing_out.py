"""PostgreSQL hands jobs out without a change of any index."""

from django.db import migrations  # type: ignore[import-untyped]  # it ships no types

from linksync.hosts.django.operations import ApplySchema


class Migration(migrations.Migration):  # type: ignore[misc]  # its type is not known
    """The fourth schema."""

    dependencies = (("linksync", "0003_tuning"),)
    operations = (ApplySchema(4),)
