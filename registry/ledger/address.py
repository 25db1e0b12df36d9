"""Which text names a registry on a PostgreSQL server, and how it is shown: never with its password.

Nothing is asked of any server here, and the driver need not be installed.

>>> from registry.ledger.address import on_server, without_password
>>> on_server("postgresql://maria@db.example.org/outcomes"), on_server("outcomes.db")
(True, False)
>>> without_password("postgresql://maria:s3c/r@t@db.example.org/outcomes?sslpassword=x&options=-csearch_path%3Doaks")
'postgresql://maria@db.example.org/outcomes?options=-csearch_path%3Doaks'
"""

SCHEMES = ("postgresql://", "postgres://")


def on_server(registry: str) -> bool:
    """Whether a registry's name is the address of a PostgreSQL server, and not a file."""
    return registry.startswith(SCHEMES)


def without_password(address: str) -> str:
    """An address as it may be shown: without any password, also where it was written wrongly.

    Everything between the first colon and the last ``@`` is left out, so that a password with signs of its own in it does not
    show either.
    """
    scheme, mark, rest = address.partition("://")
    if not mark:
        return address
    who, at, where = rest.rpartition("@")
    place, question, options = where.partition("?")
    kept = [option for option in options.split("&") if option and "password" not in option.partition("=")[0].lower()]
    return f"{scheme}{mark}{who.partition(':')[0]}{at}{place}{question if kept else ''}{'&'.join(kept)}"
