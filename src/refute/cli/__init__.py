"""The command line: ``refute run``, ``check``, ``report``, ``diff``, ``list``, ``new``."""
