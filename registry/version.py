"""The program's version: it stands in every answer and in the name of every projection file."""

__version__ = "0.2.0"
