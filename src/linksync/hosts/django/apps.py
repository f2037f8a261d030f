"""linksync as an app of a Django project."""

from django.apps import AppConfig  # type: ignore[import-untyped]  # it ships no types


class LinksyncConfig(AppConfig):  # type: ignore[misc]  # its type is not known
    """What `"linksync.hosts.django"` in `INSTALLED_APPS` stands for."""

    name = "linksync.hosts.django"
    label = "linksync"
    verbose_name = "linksync"
