"""Custom fields of sales forms and purchase orders."""

from linksync.exactjson import Json
from linksync.testing.quickbooks.entity import Draft
from linksync.testing.quickbooks.faults import Problem, RefusedError
from linksync.testing.quickbooks.rules import Certainty, rule
from linksync.testing.quickbooks.values import Obj, array, text


@rule(
    "a document shows every custom field that is defined, those that are empty without StringValue; one that is not "
    "defined is 3000",
    Certainty.RECORDED,
    "recorded exchange create__invoice and the official error code page",
    guess="where none are defined, what is sent is kept",
)
def complete_custom_fields(draft: Draft) -> None:
    """Put the values that were sent into the fields that are defined.

    Raises:
        RefusedError: A field is not defined.
    """
    names = draft.books.settings.custom_fields
    if not names:
        return
    sent = {
        text(each, "DefinitionId"): text(each, "StringValue") for each in array(draft.after, "CustomField")
    }
    defined = {str(number): name for number, name in enumerate(names, start=1)}
    for definition in sent:
        if definition not in defined:
            raise RefusedError(
                Problem(
                    code="3000",
                    message="Invalid custom field",
                    detail=f"Invalid custom field : there is no field of DefinitionId {definition}",
                    element="CustomField",
                )
            )
    shown = list[Json]()
    for definition, name in defined.items():
        field: Obj = {"DefinitionId": definition, "Name": name, "Type": "StringType"}
        value = sent.get(definition)
        shown.append({**field, "StringValue": value} if value else field)
    draft.after["CustomField"] = shown
