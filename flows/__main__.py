"""``python -m flows`` is the ``enonce`` command."""

from flows.cli import main

main()
