"""``python -m refute``: the command line."""

from refute.cli.commands import main

main()
