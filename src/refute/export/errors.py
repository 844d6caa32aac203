"""The error that every format raises."""


class ExportError(Exception):
    """An export cannot be made; the message says what is wrong, where, and what to do."""
