"""linksync's tables by `manage.py migrate`, on every database."""

import json
import os
import re
import subprocess
import sys
import textwrap
from importlib import import_module
from pkgutil import iter_modules

import pytest
from attrs import evolve

from linksync.hosts.django import migrations
from linksync.storage import SqlStorage
from linksync.storage.sql.texts import Texts
from linksync.testing.contracts.suite import COMPANY, enqueue
from tests.unit.hosts.hosts import django_settings
from tests.unit.hosts.places import Place, in_file, on_server

PROJECT = """
    import json, sys
    import django
    import pymysql
    from django.conf import settings
    from django.core.management import call_command

    pymysql.install_as_MySQLdb()  # in place of mysqlclient, which has to be compiled
    database, own = json.loads(sys.argv[1])
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["linksync.hosts.django"], **own)
    django.setup()
    call_command(*sys.argv[2:])
"""


@pytest.fixture
def place(request, tmp_path) -> Place:
    """A database without tables."""
    if request.param == "sqlite":
        return in_file(tmp_path)
    database = request.getfixturevalue(request.param)
    made = on_server(database, database.new_schema())
    if request.param == "postgres":
        return made
    return evolve(made, url=made.url.rpartition("/")[0] + f"/{made.schema}", schema="")


@pytest.fixture
def manage(place):
    """Runs a command of a Django project whose database is the place; returns what it prints."""

    def run(*command: str, **settings: str) -> str:
        options = {"OPTIONS": {"options": f"-c search_path={place.schema}"}} if place.schema else {}
        database = json.dumps([{**django_settings(place.url), **options}, settings])
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(PROJECT), database, *command],
            capture_output=True,
            check=False,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "error"},
        )
        return done.stdout + done.stderr

    return run


@pytest.fixture
def late_storage(place):
    """A storage that must find its tables."""
    storage = SqlStorage(place.url, schema=place.schema, table_prefix="crm_", auto_migrate=False)
    yield storage
    storage.close()


def settings_of(place) -> dict[str, str]:
    return {"LINKSYNC_TABLE_PREFIX": "crm_", **({"LINKSYNC_SCHEMA": place.schema} if place.schema else {})}


def test_migrate_makes_what_a_storage_needs(manage, place, late_storage):
    """With the prefix and the schema of the settings."""
    manage("migrate", **settings_of(place))

    enqueue(late_storage, 1)

    assert len(late_storage.jobs.counts(COMPANY)) == 1


def test_migrate_leaves_alone_what_linksync_made_itself(manage, place):
    """Whoever comes first makes the tables."""
    storage = SqlStorage(place.url, schema=place.schema, table_prefix="crm_")
    enqueue(storage, 1)

    told = manage("migrate", **settings_of(place))

    assert "linksync.0001_first... OK" in told
    assert len(storage.jobs.counts(COMPANY)) == 1
    storage.close()


def test_sqlmigrate_prints_what_migrate_runs(manage, place):
    """All of it, values included, and nothing is done."""
    told = manage("sqlmigrate", "linksync", "0001", **settings_of(place))

    assert re.search(rf"CREATE TABLE (IF NOT EXISTS )?{place.schema}\.?crm_intent ", told)
    assert "crm_schema (version, oldest_code, applied_at) VALUES (1, 1, '" in told
    assert "crm_" not in manage("inspectdb")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_the_tables_are_not_dropped_by_going_back(manage, place):
    """They know which invoices were sent."""
    manage("migrate", **settings_of(place))

    told = manage("migrate", "linksync", "zero", **settings_of(place))

    assert "IrreversibleError" in told


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_there_is_nothing_to_make_migrations_of(manage):
    """The app has no models."""
    assert "No changes detected" in manage("makemigrations", "--check")


@pytest.mark.parametrize("place", ["sqlite"], indirect=True)
def test_tables_that_are_too_new_are_told(manage, place):
    """Another program with a newer linksync shares the database."""
    manage("migrate", **settings_of(place))
    storage = SqlStorage(place.url, table_prefix="crm_")
    with storage._sessions.write() as session:
        session.change("schema.note", version=99, oldest_code=99, now="tomorrow")
    with storage._sessions.write() as session:
        session.command("DELETE FROM django_migrations")

    told = manage("migrate", **settings_of(place))

    assert "SchemaError: linksync's tables in the database 'default' are of version 99" in told
    storage.close()


def test_every_change_of_the_schema_is_a_migration():
    """Of the same number and name, one after the other, whichever databases it concerns."""
    names = sorted(module.name for module in iter_modules(migrations.__path__))
    made = [import_module(f"{migrations.__name__}.{name}").Migration for name in names]
    texts = [
        Texts(package=f"linksync.storage.sql.{kind}", prefix="linksync_")
        for kind in ("sqlite", "postgres", "mysql")
    ]
    changes = sorted({(it.version, it.name) for text in texts for it in text.migrations})

    assert names == [f"{version:04}_{name}" for version, name in changes]
    assert [migration.operations[0].version for migration in made] == [version for version, _ in changes]
    assert [list(migration.dependencies) for migration in made] == [
        [("linksync", names[number - 1])] if number else [] for number in range(len(names))
    ]
