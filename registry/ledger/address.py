"""How the address of a registry on a server is shown: never with its password. The driver need not be installed for that.

>>> from registry.ledger.address import without_password
>>> without_password("postgresql://maria:s3c/r@t@db.example.org/outcomes?sslpassword=x&options=-csearch_path%3Doaks")
'postgresql://maria@db.example.org/outcomes?options=-csearch_path%3Doaks'
"""


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
