"""The page on which somebody connects a company to the app, and who that somebody is."""

from collections.abc import Collection
from html import escape
from urllib.parse import urlencode

from linksync.testing.quickbooks.exchange import Answer, Call, json_answer
from linksync.testing.quickbooks.oauth import SCOPES, AuthorizationServer, user_of
from linksync.testing.quickbooks.rules import Certainty, rule


@rule(
    "the authorization page sends the browser back with code, state and realmId; without the company's scope there is no "
    "realmId, on refusal error=access_denied, for an unknown scope invalid_scope",
    Certainty.OFFICIAL,
    "official OAuth 2.0 page; the page itself is the simulator's own",
)
def answer_authorization(server: AuthorizationServer, call: Call, companies: Collection[str]) -> Answer:
    """Ask whether to connect a company, or agree at once, and send the browser back.

    Args:
        server: Gives the code.
        call: The browser's request; its `company` and `decision` are what somebody chose.
        companies: The companies that there are.
    """
    args, uri = call.args, call.args.get("redirect_uri", "")
    is_known = not server.redirect_uris or uri in server.redirect_uris
    if args.get("client_id") != server.client_id or not uri or not is_known or "state" not in args:
        return json_answer(400, {"error": "invalid_request"})
    if args.get("response_type", "code") != "code":
        return _back(uri, {"error": "unsupported_response_type", "state": args["state"]})
    scopes = args.get("scope", "").split()
    if any(scope not in SCOPES for scope in scopes):
        return _back(uri, {"error": "invalid_scope", "state": args["state"]})
    chosen = args.get("company") or next(iter(companies), "")
    decision = args.get("decision", "" if server.asks else "connect")
    if not decision:
        return _form(call, companies)
    if decision != "connect" or chosen not in companies:
        return _back(uri, {"error": "access_denied", "state": args["state"]})
    back = {"code": server.authorize(chosen, uri, frozenset(scopes)), "state": args["state"]}
    asks_for_company = not scopes or any(scope.startswith("com.intuit.quickbooks") for scope in scopes)
    return _back(uri, {**back, "realmId": chosen} if asks_for_company else back)


def _back(uri: str, values: dict[str, str]) -> Answer:
    separator = "&" if "?" in uri else "?"
    return Answer(status=302, headers={"location": f"{uri}{separator}{urlencode(values)}"})


def _form(call: Call, companies: Collection[str]) -> Answer:
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in call.args.items()
        if name not in {"company", "decision"}
    )
    options = "".join(f"<option>{escape(company)}</option>" for company in companies)
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Connect to QuickBooks</title></head><body>'
        f'<h1>Connect to QuickBooks</h1><form method="get" action="{escape(call.path)}">{kept}'
        f'<label>Company <select name="company">{options}</select></label> '
        '<button name="decision" value="connect">Connect</button> '
        '<button name="decision" value="cancel">Cancel</button></form></body></html>'
    )
    return Answer(status=200, body=page.encode(), headers={"content-type": "text/html; charset=utf-8"})


@rule(
    "userinfo tells who connected, by the access token; without a good one it is 401",
    Certainty.OFFICIAL,
    "official OAuth 2.0 page; the person is the simulator's own",
)
def answer_user(server: AuthorizationServer, call: Call) -> Answer:
    """Tell who connected the company that the access token opens."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    company = server.company_of(token.strip()) if scheme.lower() == "bearer" else None
    if company is None:
        return json_answer(401, {"error": "invalid_token"})
    return json_answer(
        200,
        {
            "sub": user_of(company),
            "email": "craig@example.com",
            "emailVerified": True,
            "givenName": "Craig",
            "familyName": "Carlson",
            "phoneNumber": "+1 6505550100",
            "phoneNumberVerified": False,
        },
    )
