"""Whether what is kept is encrypted."""

from django.db import migrations  # type: ignore[import-untyped]  # it ships no types

from linksync.hosts.django.operations import ApplySchema


class Migration(migrations.Migration):  # type: ignore[misc]  # its type is not known
    """The second schema."""

    dependencies = (("linksync", "0001_first"),)
    operations = (ApplySchema(2),)
