"""A library that only some installations have, found by its name when a file needs it; else the line that installs it."""

from importlib import import_module
from types import ModuleType

from registry.adapters.tables.rows import CannotRead, Misread


def library(name: str) -> ModuleType:
    """The library of that name. Raises CannotRead with the way to install it where it is not there."""
    try:
        return import_module(name)
    except ModuleNotFoundError as fault:
        detail = f"Reading files of this format takes the library {name}, which is not installed."
        hint = "Install it: pip install 'outcome-registry[files]'. Or save the file as xlsx or CSV."
        raise CannotRead(Misread("library-missing", detail, hint)) from fault
