"""Where a server of MariaDB or MySQL is, out of a URL."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from attrs import frozen

from linksync.errors import ConfigurationError

_PORT = 3306
_SETTINGS: Mapping[str, object] = {
    "connect_timeout": 10,
    "read_timeout": 600,  # else a statement would wait for ever for a server that has vanished
    "write_timeout": 60,
}
"""How linksync connects, where the URL says nothing else; in seconds."""


def _truth(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


_OPTIONS: Mapping[str, Callable[[str], object]] = {
    "connect_timeout": int,
    "read_timeout": int,
    "write_timeout": int,
    "ssl_ca": str,
    "ssl_cert": str,
    "ssl_key": str,
    "ssl_disabled": _truth,
    "ssl_verify_cert": _truth,
    "ssl_verify_identity": _truth,
    "unix_socket": str,
}
"""What a URL may say after a question mark, as PyMySQL calls it."""


@frozen(kw_only=True)
class Address:
    """A database on a server.

    Attributes:
        arguments: What PyMySQL connects by, the password among it.
        place: What the database is called in messages, without the password.
    """

    arguments: Mapping[str, Any]
    place: str

    def __repr__(self) -> str:
        """Return what is no secret."""
        return f"Address({self.place})"


def address_of(url: str) -> Address:
    """Return where *url* leads.

    Raises:
        ConfigurationError: It names no database. It does not say the URL, which may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or _PORT
        name = unquote(parts.path.removeprefix("/"))
        options = {
            key: _OPTIONS[key](value)
            for key, value in parse_qsl(parts.query, strict_parsing=bool(parts.query))
        }
    except KeyError as error:
        raise ConfigurationError(
            f"url has the option {error.args[0]!r}, which is none of {', '.join(_OPTIONS)}, or has an unknown value"
        ) from None
    except ValueError:
        raise _no_database() from None
    if not name or "/" in name:
        raise _no_database()
    return Address(
        arguments={
            **_SETTINGS,
            "host": host,
            "port": port,
            "user": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "database": name,
            "charset": "utf8mb4",
            **options,
        },
        place=f"the MySQL database {name} on {options.get('unix_socket', f'{host}:{port}')}",
    )


def _no_database() -> ConfigurationError:
    return ConfigurationError(
        "url names no MariaDB or MySQL database; write mysql://user:password@host:port/database"
    )
