"""``python -m argmine.cli``."""

from argmine.cli import main

main()
