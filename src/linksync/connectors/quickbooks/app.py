"""What an app is to QuickBooks, and where QuickBooks' authorization server is (official OAuth 2.0 page and clients)."""

from enum import Enum

from attrs import field, frozen

from linksync.connectors.quickbooks.tokenanswers import json_of, sent
from linksync.connectors.quickbooks.transport import HttpRequest, Transport
from linksync.errors import ConfigurationError

ACCOUNTING = "com.intuit.quickbooks.accounting"
"""The scope that reads and writes accounting data; there is none that only reads (official scopes page)."""


class Environment(Enum):
    """Where a company lives. Keys of one environment do not open companies of the other."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"

    @property
    def base_url(self) -> str:
        """The address of the accounting interface (official page "REST API features")."""
        host = "quickbooks" if self is Environment.PRODUCTION else "sandbox-quickbooks"
        return f"https://{host}.api.intuit.com"

    @property
    def discovery_url(self) -> str:
        """The address of the discovery document (official Python OAuth client)."""
        name = "openid_configuration" if self is Environment.PRODUCTION else "openid_sandbox_configuration"
        return f"https://developer.intuit.com/.well-known/{name}/"


@frozen(kw_only=True)
class AppCredentials:
    """What identifies the app to QuickBooks, from the developer portal.

    Attributes:
        client_id: The app's client id.
        client_secret: The app's client secret.
        redirect_uri: Where QuickBooks sends the user back to; must equal a registered one. Needed to connect a
            company, not to use one.
        environment: Which environment the keys are for.
    """

    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str = ""
    environment: Environment = Environment.PRODUCTION


@frozen(kw_only=True)
class OAuthEndpoints:
    """The addresses of QuickBooks' authorization server; the same for both environments.

    Attributes:
        authorization: Where the user consents, in a browser.
        token: Where codes and refresh tokens are exchanged.
        revocation: Where a grant is given back.
    """

    authorization: str = "https://appcenter.intuit.com/connect/oauth2"
    token: str = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105 -- an address
    revocation: str = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"


def discover(transport: Transport, url: str) -> OAuthEndpoints:
    """Return the addresses that the discovery document at *url* names.

    Raises:
        TransientError: No document came.
        ConfigurationError: What came is no discovery document.
    """
    request = HttpRequest(method="GET", url=url, headers={"Accept": "application/json"})
    response = sent(transport, request)
    document = json_of(response)
    if response.status != 200 or document is None:
        raise ConfigurationError(f"no discovery document at {url}, got HTTP {response.status}; check the URL")
    found = {name: document.get(f"{name}_endpoint") for name in ("authorization", "token", "revocation")}
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    if len(texts) < len(found):
        lacking = ", ".join(sorted(found.keys() - texts.keys()))
        raise ConfigurationError(f"the discovery document at {url} names no endpoint for {lacking}")
    return OAuthEndpoints(**texts)
