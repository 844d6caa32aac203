"""The ``refute`` command, a module for the work of each of its subcommands."""
