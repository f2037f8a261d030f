"""Texts that are longer than their remote field."""

from decimal import Decimal

import pytest

from linksync.errors import MappingDefinitionError, MappingError
from linksync.fields import FieldValue
from linksync.mapping import Converter, EntityMapping, LinesMapping, Overflow, both, many, mapper_of, push
from linksync.mapping.remote import LinesField, RemoteLine, RemoteType, optional_text, text
from tests.unit.mapping.shop import CONTEXT

Row = dict[str, object]


class RNote(RemoteLine):
    discriminator = ("Type", "Note")
    Text = optional_text(max_length=12)


class RThing(RemoteType):
    Name = text(max_length=12, forbidden=":", required=True)
    Memo = optional_text(max_length=12)
    Code = optional_text(max_length=5)
    Free = optional_text()
    Line = LinesField[RNote](kinds=(RNote,))


class NoteMapping(LinesMapping[Row, RNote]):
    text: str | None = both(RNote.Text, overflow=Overflow.TRUNCATE)


shouted = Converter[str, str](str.upper, str.lower)


class ThingMapping(EntityMapping[Row, RThing], entity="thing", key="id"):
    name: str = both(RThing.Name, match=True, overflow=Overflow.SUFFIX)
    memo: str | None = both(RThing.Memo, convert=shouted, overflow=Overflow.TRUNCATE)
    code: str | None = push(RThing.Code)
    notes: list[Row] = many(RThing.Line, NoteMapping)


things = mapper_of(ThingMapping)


def out(**values):
    return things.outgoing({"id": 1, "name": "Ann", "notes": [], **values}, CONTEXT)


def test_an_error_is_the_default():
    """Without a word about it, a long text needs action, and the remedy names the way out."""
    with pytest.raises(MappingError, match="shorten it by 1, or say with overflow="):
        out(code="123456")


def test_a_text_is_cut_off():
    """The first characters stay, on lines as well."""
    fields = out(notes=[{"text": "abcdefghijklmnop"}])

    assert fields["notes"].remote == [{"text": "abcdefghijkl"}]


def test_blanks_at_the_cut_go():
    """A remote that trims gives back what was sent."""
    assert out(notes=[{"text": "abcdefghijk mnop"}])["notes"].remote == [{"text": "abcdefghijk"}]


def test_a_text_that_fits_is_left_alone():
    """To the last character."""
    assert out(name="abcdefghijkl")["name"] == FieldValue("abcdefghijkl", "abcdefghijkl")


def test_two_long_names_stay_two():
    """The mark is made from the whole name."""
    one, other = out(name="Department of this")["name"], out(name="Department of that")["name"]

    assert one.remote != other.remote
    assert len(one.remote) <= 12
    assert one.remote.startswith("Depart~")


def test_the_mark_is_the_same_tomorrow():
    """It must not change from one process, machine or version to the next: every name would be written again."""
    assert out(name="Department of this")["name"].remote == "Depart~IUQRZ"


def test_a_trimmed_name_is_no_difference():
    """What comes back equals what was sent, on both sides, so that nothing is written again."""
    sent = out(name="Department of this", memo="a memo that is long")

    back = things.incoming({"Name": sent["name"].remote, "Memo": sent["memo"].remote, "Line": []}, CONTEXT)

    assert back["name"] == sent["name"]
    assert back["memo"] == sent["memo"] == FieldValue("a memo that", "A MEMO THAT")


def test_a_change_behind_the_cut_is_no_change():
    """Where a text is cut off, the remote would not see it anyway."""
    assert out(memo="a memo that is long")["memo"] == out(memo="a memo that is short")["memo"]


def test_a_trimmed_text_keeps_to_the_other_limits():
    """A forbidden character within it is still refused."""
    with pytest.raises(MappingError, match="contains ':'"):
        out(name="a:bcdefghijklmnopq")


def test_a_text_of_blanks_is_trimmed_to_nothing():
    """It is blank then, as the remote would have it."""
    assert out(notes=[{"text": " " * 20}])["notes"].remote == [{"text": None}]


def test_overflow_without_a_length_is_a_mistake():
    """There is nothing to overflow, for a number neither."""
    with pytest.raises(MappingDefinitionError, match="no length is known of "):

        class Mapping(EntityMapping[Row, RThing], entity="thing", key="id"):
            free: str | None = both(RThing.Free, overflow=Overflow.TRUNCATE)


def test_a_suffix_needs_room():
    """A field of five characters cannot hold a mark of six."""
    with pytest.raises(MappingDefinitionError, match="a suffix takes 6"):

        class Mapping(EntityMapping[Row, RThing], entity="thing", key="id"):
            code: str | None = both(RThing.Code, overflow=Overflow.SUFFIX)


def test_numbers_have_no_length():
    """Only texts overflow."""
    from linksync.mapping.trimming import trim

    assert trim(RThing.Name, Overflow.TRUNCATE, Decimal(1234567890123)) == Decimal(1234567890123)
