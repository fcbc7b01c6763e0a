"""`python -m bot` is `citebot`."""

from bot.terminal.cli import main

main()
