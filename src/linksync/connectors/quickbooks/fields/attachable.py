# Generated from facts/attachable.toml by `python -m linksync.connectors.quickbooks.fields.generate`; change it there.
"""Files and notes that hang on other records."""

from linksync.connectors.quickbooks.fields.groups import EntityReference, MetaData
from linksync.mapping.remote import (
    LinesField,
    RemoteLine,
    RemoteType,
    optional_boolean,
    optional_integer,
    optional_text,
    text,
)


class AttachableRef(RemoteLine):
    """The record that a file or a note hangs on."""

    EntityRef = EntityReference()
    # Whether it goes with the e-mail.
    IncludeOnSend = optional_boolean()


class Attachable(RemoteType):
    """A note, or a file with what is known of it.

    A note is created as any record; a file is uploaded. `TempDownloadUri` ends after 15 minutes. An upload takes 100 MB at
    most. It can be deleted. Creating one raises the `SyncToken` of the record that it hangs on (report of a live run).
    """

    Id = text(read_only=True, filterable=True, sortable=True)
    SyncToken = text(read_only=True)
    MetaData = MetaData()

    FileName = optional_text(max_length=1000, filterable=True, sortable=True)
    Note = optional_text(max_length=2000, filterable=True, sortable=True)
    Category = optional_text(
        max_length=100,
        choices=("Contact Photo", "Document", "Image", "Receipt", "Signature", "Sound", "Other"),
        filterable=True,
        sortable=True,
    )
    ContentType = optional_text(max_length=100, filterable=True, sortable=True)
    Tag = optional_text(max_length=2000, filterable=True, sortable=True)
    PlaceName = optional_text(max_length=2000, filterable=True, sortable=True)
    Lat = optional_text(max_length=100, filterable=True, sortable=True)
    Long = optional_text(max_length=100, filterable=True, sortable=True)
    # A search asks for AttachableRef.EntityRef.Type and AttachableRef.EntityRef.value.
    AttachableRef = LinesField[AttachableRef](kinds=(AttachableRef,), id_name="")

    Size = optional_integer(read_only=True, filterable=True, sortable=True)
    FileAccessUri = optional_text(read_only=True)
    TempDownloadUri = optional_text(read_only=True)
    ThumbnailFileAccessUri = optional_text(read_only=True)
    ThumbnailTempDownloadUri = optional_text(read_only=True)
