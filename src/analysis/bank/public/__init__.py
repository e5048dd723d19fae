"""Public data sets mapped to the bank's schema, one module or package a data set."""


class ImportFailed(Exception):
    """The original files cannot be mapped, or the bank cannot be written; the message is for people."""
