"""What is kept encrypted: all that holds secrets and values of records, under keys that can be exchanged."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from linksync.encryption.fernet import FernetCipher, generate_key
from linksync.errors import ConfigurationError, DecryptionError
from linksync.fields import Base, FieldValue
from linksync.storage import SqlStorage
from linksync.storage.sql import reencrypting
from linksync.storage.sql.encryption import MARK
from linksync.storage.sql.reencrypting import Reencryption
from linksync.testing.clock import FakeClock
from linksync.testing.contracts.history import a_result
from linksync.testing.contracts.intents import an_intent, written
from linksync.testing.contracts.suite import COMPANY, claim, enqueue, link
from linksync.testing.contracts.tokens import a_token

OLD, NEW = generate_key(), generate_key()
SEALED = {
    "linksync_token": ("access_token", "refresh_token"),
    "linksync_link": ("base",),
    "linksync_intent": ("url", "body", "items"),
    "linksync_intent_answer": ("outcomes",),
    "linksync_result": ("details",),
}
"""The columns that are encrypted, by table."""
SECRET = "Søren Kierkegård 10.50"
ROWS = 5
"""How many rows `fill` makes in those tables."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "links.db"


@pytest.fixture
def open_storage(file: Path):
    """Opens a storage on the file with the keys given, or without a cipher."""
    opened: list[SqlStorage] = []

    def open_(*keys: str) -> SqlStorage:
        cipher = FernetCipher(keys=keys) if keys else None
        opened.append(SqlStorage(f"sqlite:///{file}", clock=FakeClock(), cipher=cipher))
        return opened[-1]

    yield open_
    for storage in opened:
        storage.close()


def fill(storage: SqlStorage, number: int = 1) -> None:
    """Write a row of each kind that holds a secret."""
    enqueue(storage, number)
    held = claim(storage, f"worker-{number}")
    base = Base(fields={"name": FieldValue(SECRET, SECRET)}, raw={"Balance": Decimal("10.50")})
    storage.links.save([evolve(link(number), base=base)])
    intent = an_intent(f"intent-{number}", number, body=SECRET.encode())
    item = evolve(intent.items[0], base=base)
    opened = storage.intents.open(held, evolve(intent, items=(item,)))
    answer = written(item.ref)
    storage.intents.answer(opened, [evolve(answer, record=evolve(answer.record, values={"Name": SECRET}))])
    storage.history.start_run(f"run-{number}", COMPANY)
    storage.history.add_results([evolve(a_result(number, run_id=f"run-{number}"), details={"was": SECRET})])
    if number == 1:
        storage.tokens.save(COMPANY, a_token(FakeClock(), SECRET))
    storage.jobs.release(held)


def facts(storage: SqlStorage) -> tuple[object, ...]:
    """Return what a storage says of all that `fill` wrote."""
    return (
        storage.tokens.find(COMPANY),
        storage.links.list_links(COMPANY),
        storage.intents.list_open(COMPANY),
        storage.history.list_results("run-1"),
    )


def kept(file: Path) -> list[bytes]:
    """Return what is in the columns that are encrypted."""
    with closing(sqlite3.connect(file)) as connection:
        return [
            value.encode() if isinstance(value, str) else value
            for table, columns in SEALED.items()
            for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}")
            for value in row
        ]


def test_i14_no_secret_can_be_read_in_the_database(open_storage, file):
    """Neither a token nor the value of a record, in whatever column."""
    fill(open_storage(NEW))
    open_storage(NEW).close()

    written_down = b"".join(path.read_bytes() for path in file.parent.iterdir())

    assert SECRET.encode() not in written_down
    assert b"Kierkeg" not in written_down
    assert len(kept(file)) == 8
    assert all(value.startswith(MARK.encode()) for value in kept(file))


def test_what_was_written_is_read(open_storage):
    """By another process with the same key."""
    fill(open_storage(NEW))

    found = facts(open_storage(NEW))

    assert SECRET in found[0].access_token
    assert found[1][0].base.fields["name"].local == SECRET
    assert found[2][0].request.body == SECRET.encode()
    assert found[3][0].details == {"was": SECRET}


def test_what_was_written_in_plain_is_read_when_a_cipher_is_given(open_storage, file):
    """Old rows stay as they are until they are written again."""
    fill(open_storage())
    before = facts(open_storage())

    encrypted = open_storage(NEW)

    assert facts(encrypted) == before
    assert not any(value.startswith(MARK.encode()) for value in kept(file))


def test_reencrypt_encrypts_what_is_still_plain(open_storage, file):
    """Every row, and each says the same as before."""
    fill(open_storage())
    before = facts(open_storage())
    encrypted = open_storage(NEW)

    count = encrypted.reencrypt()

    assert count == ROWS
    assert all(value.startswith(MARK.encode()) for value in kept(file))
    assert facts(encrypted) == before


def test_reencrypt_goes_through_many_rows(open_storage, file):
    """Page after page."""
    plain = open_storage()
    for number in range(1, 4):
        fill(plain, number)
    plain.links.save([evolve(link(number), base=Base(version="1")) for number in range(4, 300)])

    open_storage(NEW).reencrypt()

    assert all(value.startswith(MARK.encode()) for value in kept(file))
    assert len(open_storage(NEW).links.list_links(COMPANY, limit=1000)) == 299


def test_an_old_key_can_be_dropped_when_everything_is_under_the_new_one(open_storage):
    """After reencrypt, and not before."""
    fill(open_storage(OLD))
    before = facts(open_storage(OLD))
    with pytest.raises(DecryptionError):
        facts(open_storage(NEW))

    open_storage(NEW, OLD).reencrypt()

    assert facts(open_storage(NEW)) == before
    with pytest.raises(DecryptionError):
        facts(open_storage(OLD))


def test_an_old_key_is_needed_until_the_last_row_is_under_the_new_one(open_storage, monkeypatch):
    """A program that dies over it is started again with both, and goes on."""
    fill(open_storage(OLD))
    both = open_storage(NEW, OLD)
    with monkeypatch.context() as patch:
        patch.setattr(type(both._encryption), "seal_bytes", _die)
        with pytest.raises(ZeroDivisionError):
            both.reencrypt()
    with pytest.raises(DecryptionError):
        open_storage(NEW).tokens.find(COMPANY)

    both.reencrypt()

    assert facts(open_storage(NEW))[2][0].request.body == SECRET.encode()


def _die(*_: object) -> bytes:
    raise ZeroDivisionError


def test_reencrypt_leaves_alone_what_others_have_written_meanwhile(open_storage):
    """Theirs is newer."""
    storage = open_storage(NEW)
    fill(storage)
    table = next(it for it in reencrypting._TABLES if it.name == "link")
    page_read_before = (COMPANY, "customer", "1", '{"version":"0"}')

    with storage._sessions.write() as session:
        Reencryption(storage._sessions, storage._encryption)._again(session, table, page_read_before)

    assert facts(storage)[1][0].base.fields["name"].local == SECRET


def test_without_a_cipher_an_encrypted_database_is_refused(open_storage, file):
    """Before anything is written in plain, with the remedy."""
    fill(open_storage(NEW))
    before = kept(file)

    with pytest.raises(DecryptionError, match=r"is encrypted in .*links\.db.*give it cipher="):
        open_storage().tokens.save(COMPANY, a_token(FakeClock()))

    assert kept(file) == before


def test_under_a_wrong_key_nothing_is_written(open_storage, file):
    """The error says which database and what to do."""
    fill(open_storage(OLD))
    before = kept(file)

    with pytest.raises(DecryptionError, match=r"cannot be decrypted in .*links\.db.*add the key .* to keys="):
        enqueue(open_storage(NEW), 2)

    assert kept(file) == before


def test_of_two_programs_that_begin_with_different_keys_one_is_refused(open_storage, monkeypatch):
    """The second finds the proof of the first, even if it had looked before."""
    first, second = open_storage(OLD), open_storage(NEW)
    first.migrate()
    find, looks = second._encryption._find_proof, []

    def find_later(session):
        looks.append(session)
        if len(looks) == 1:
            enqueue(first, 1)  # which leaves the proof
            return None
        return find(session)

    monkeypatch.setattr(second._encryption, "_find_proof", find_later)

    with pytest.raises(DecryptionError):
        enqueue(second, 2)


def test_a_row_that_cannot_be_read_is_told_by_its_column(open_storage, file):
    """It was put there from elsewhere, or damaged."""
    storage = open_storage(NEW)
    fill(storage)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE linksync_token SET refresh_token = ?", [MARK + "Zm9v"])
        connection.commit()

    with pytest.raises(DecryptionError, match=r"linksync_token\.refresh_token cannot be decrypted"):
        storage.tokens.find(COMPANY)


def test_the_first_cipher_shuts_out_code_that_knows_none(open_storage, file):
    """It would send what is encrypted as a token."""
    open_storage(NEW).jobs.counts(COMPANY)

    with closing(sqlite3.connect(file)) as connection:
        oldest = connection.execute("SELECT max(oldest_code) FROM linksync_schema").fetchone()

    assert oldest == (2,)


@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_server_keeps_what_is_encrypted_as_it_is(kind, request):
    """It is read, encrypted anew and read again; nothing of it is cut off or changed."""
    database = request.getfixturevalue(kind)
    settings = {"url": database.url, "schema": database.new_schema(), "clock": FakeClock()}
    told = []
    with closing(SqlStorage(**settings)) as plain:
        fill(plain)
        plain.tokens.save(COMPANY, a_token(FakeClock(), "x" * 4096, version=1))
        told.append(facts(plain))
    for keys in ([OLD], [NEW, OLD], [NEW]):
        with closing(SqlStorage(**settings, cipher=FernetCipher(keys=keys))) as encrypted:
            assert encrypted.reencrypt() == ROWS
            told.append(facts(encrypted))

    assert told == [told[0]] * 4
    with closing(SqlStorage(**settings)) as plain, pytest.raises(DecryptionError):
        plain.tokens.find(COMPANY)


def test_without_a_cipher_nothing_can_be_encrypted_anew(open_storage):
    """The error says what to give."""
    with pytest.raises(ConfigurationError, match=r"no cipher to encrypt with; give SqlStorage cipher="):
        open_storage().reencrypt()
