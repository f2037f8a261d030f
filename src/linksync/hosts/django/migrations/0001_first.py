"""Links, the queue, intents, history and tokens."""

from django.db import migrations  # type: ignore[import-untyped]  # it ships no types

from linksync.hosts.django.operations import ApplySchema


class Migration(migrations.Migration):  # type: ignore[misc]  # its type is not known
    """The first schema."""

    initial = True
    dependencies = ()
    operations = (ApplySchema(1),)
