"""Mappings as plain Python functions, written from the same declaration that the interpreter reads.

A function is straight-line source for plain values, in one `try`: `objects` and `values` write the way out of a local
object, `incoming` the way in, `creating` the JSON of a new record, `updating` that of a change, `kinds` what is plain for each kind of field. A single value that is not plain goes
through the interpreter's own function (`slowpaths`); when anything is wrong, the interpreter takes the whole record.
"""

from linksync.mapping.compiled.creating import compile_creating
from linksync.mapping.compiled.incoming import compile_incoming, compile_remote_match_key
from linksync.mapping.compiled.outgoing import Result, compile_outgoing
from linksync.mapping.compiled.references import compile_references
from linksync.mapping.compiled.updating import compile_updating

__all__ = [
    "Result",
    "compile_creating",
    "compile_incoming",
    "compile_outgoing",
    "compile_references",
    "compile_remote_match_key",
    "compile_updating",
]
