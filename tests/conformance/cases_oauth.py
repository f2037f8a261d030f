"""Cases about consent and tokens, which only a simulated authorization server can be asked over and over."""

from tests.conformance.case import Case, Step
from tests.conformance.matching import ABSENT, ANY, Unlike

REDIRECT = "https://app.example/callback"
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Basic {basic}"}
DISCOVERY = "/.well-known/openid_configuration"
ACCOUNTING = "com.intuit.quickbooks.accounting"


def own(name, rule, *steps):
    return Case(name=name, rule=rule, steps=steps, is_own=True)


def consent(scope=ACCOUNTING, answer=None, keep=None, **more):
    args = {"client_id": "{client}", "response_type": "code", "redirect_uri": REDIRECT, "state": "s", **more}
    return Step(
        method="GET",
        path="/connect/oauth2",
        args={**args, "scope": scope},
        status=302,
        answer=answer or {"state": "s", "code": ANY},
        keep={"code": "code"} if keep is None else keep,
    )


def token(content, status=200, answer=None, keep=None, **headers):
    return Step(
        path="/oauth2/v1/tokens/bearer",
        content=content,
        headers={**FORM, **headers},
        status=status,
        answer=answer or {},
        keep=keep or {},
    )


def exchange(status=200, answer=None, **more):
    return token(
        f"grant_type=authorization_code&code={{code}}&redirect_uri={REDIRECT}", status, answer, **more
    )


def refresh(kept="refresh", status=200, answer=None, **more):
    return token("grant_type=refresh_token&refresh_token={" + kept + "}", status, answer, **more)


def later(**span):
    units = {"minutes": 60, "hours": 3600, "days": 86_400}
    ((unit, count),) = span.items()
    return Step(path="/_simulator/clock", body={"advance_seconds": count * units[unit]})


def opens(kept="access", status=200):
    return Step(
        method="GET",
        path="companyinfo/{company}",
        headers={"Authorization": "Bearer {" + kept + "}"},
        status=status,
    )


NO_GRANT = {"error": "invalid_grant", "access_token": ABSENT}

CASES = (
    own(
        "discovery",
        "the discovery document names the endpoints for authorization, token and revocation",
        Step(
            method="GET",
            path=DISCOVERY,
            answer={"authorization_endpoint": ANY, "token_endpoint": ANY, "revocation_endpoint": ANY},
        ),
    ),
    own(
        "consent",
        "the authorization page sends the browser back with code, state and realmId; without the company's scope there is "
        "no realmId, on refusal error=access_denied, for an unknown scope invalid_scope",
        consent(answer={"state": "s", "code": ANY, "realmId": "{company}", "error": ABSENT}),
        consent("openid", {"state": "s", "code": ANY, "realmId": ABSENT}),
        consent(decision="cancel", answer={"state": "s", "error": "access_denied", "code": ABSENT}, keep={}),
        consent("everything", {"state": "s", "error": "invalid_scope", "code": ABSENT}, keep={}),
    ),
    own(
        "code",
        "an authorization code is single use and lives ten minutes",
        consent(),
        exchange(answer={"token_type": "bearer", "refresh_token": ANY}, keep={"access": "access_token"}),
        opens(),
        exchange(400, NO_GRANT),
        consent(),
        later(minutes=10),
        exchange(400, NO_GRANT),
    ),
    own(
        "lives of tokens",
        "access tokens live 3600 s, refresh tokens 100 days from their last use",
        refresh(
            answer={"expires_in": 3600, "x_refresh_token_expires_in": 8_640_000},
            keep={"access": "access_token"},
        ),
        opens(),
        later(hours=1),
        opens(status=401),
        later(days=99),
        refresh(keep={"refresh": "refresh_token"}),
        later(days=99),
        refresh(keep={"refresh": "refresh_token"}),
        later(days=100),
        refresh(status=400, answer=NO_GRANT),
    ),
    own(
        "rotation",
        "a refresh within 24 hours gives the same refresh token, a later one another, and the old one is dead at once",
        later(hours=23),
        refresh(answer={"refresh_token": "{refresh}"}),
        later(hours=1),
        refresh(answer={"refresh_token": Unlike("{refresh}")}, keep={"next": "refresh_token"}),
        refresh(status=400, answer=NO_GRANT),
        refresh("next"),
    ),
    own(
        "five years",
        "with the header x-include-refresh-token-hard-expires-in the seconds to the end of the grant are told; it ends five "
        "years after it was made",
        refresh(answer={"x_refresh_token_hard_expires_in": ABSENT}),
        refresh(
            answer={"x_refresh_token_hard_expires_in": ANY},
            **{"x-include-refresh-token-hard-expires-in": "true"},
        ),
        *[step for _ in range(19) for step in (later(days=95), refresh(keep={"refresh": "refresh_token"}))],
        later(days=5 * 365 - 19 * 95),
        refresh(status=400, answer=NO_GRANT),
    ),
    own(
        "refusals",
        "the token endpoint refuses with 400 and an error: invalid_grant, invalid_request; a wrong app is 401",
        token("grant_type=refresh_token&refresh_token=nonsense", 400, NO_GRANT),
        token("grant_type=refresh_token", 400, {"error": "invalid_request"}),
        refresh(status=401, answer={"error": "invalid_client"}, Authorization="Basic nonsense"),
    ),
    own(
        "revocation",
        "a revoked token ends the whole connection, whichever of the two it is",
        opens(),
        Step(
            path="/v2/oauth2/tokens/revoke",
            body={"token": "{refresh}"},
            headers={"Authorization": "Basic {basic}"},
            answer=b"",
        ),
        opens(status=401),
        refresh(status=400, answer=NO_GRANT),
        consent(),
        exchange(keep={"access": "access_token", "refresh": "refresh_token"}),
        Step(
            path="/v2/oauth2/tokens/revoke",
            body={"token": "{access}"},
            headers={"Authorization": "Basic {basic}"},
            answer=b"",
        ),
        opens(status=401),
        refresh(status=400, answer=NO_GRANT),
    ),
    own(
        "who connected",
        "userinfo tells who connected, by the access token; without a good one it is 401",
        Step(method="GET", path="/v1/openid_connect/userinfo", answer={"sub": ANY, "email": ANY}),
        Step(
            method="GET",
            path="/v1/openid_connect/userinfo",
            headers={"Authorization": "Bearer nonsense"},
            status=401,
        ),
    ),
    own(
        "identity",
        "an id_token comes with openid, signed by RS256 with a key that the JWKS endpoint tells",
        consent(),
        exchange(answer={"id_token": ABSENT}),
        consent(f"{ACCOUNTING} openid"),
        exchange(answer={"id_token": ANY}),
        Step(
            method="GET",
            path="/op/v1/jwks",
            answer={"keys": [{"alg": "RS256", "kty": "RSA", "n": ANY, "e": ANY, "kid": ANY}]},
        ),
    ),
    own(
        "token of another company",
        "an expired, revoked or unknown token is 401 with 3200 and WWW-Authenticate, one of another company 403 with 3100",
        Step(path="/_simulator/companies", body={}, keep={"other": "company_id"}),
        Step(
            method="GET",
            path="/v3/company/{other}/companyinfo/{other}",
            status=403,
            answer={"fault": {"error": [{"code": "3100", "detail": ABSENT}], "type": "SERVICE"}},
        ),
        Step(path="/_simulator/tokens/{company}/expire", body={}),
        Step(
            method="GET",
            path="companyinfo/{company}",
            status=401,
            answer={"fault": {"error": [{"code": "3200"}]}},
        ),
    ),
)
