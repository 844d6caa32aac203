"""The error that every format raises."""


class ExportError(Exception):
    """An export that cannot be made; the message says what, where and what to do."""
