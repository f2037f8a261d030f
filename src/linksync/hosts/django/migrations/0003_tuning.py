"""The jobs of a company stand together in SQLite's tables, and PostgreSQL has fewer indexes."""

from django.db import migrations  # type: ignore[import-untyped]  # it ships no types

from linksync.hosts.django.operations import ApplySchema


class Migration(migrations.Migration):  # type: ignore[misc]  # its type is not known
    """The third schema."""

    dependencies = (("linksync", "0002_encryption"),)
    operations = (ApplySchema(3),)
