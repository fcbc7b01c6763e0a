"""The program `citebot`: its commands and the chat in a terminal."""
