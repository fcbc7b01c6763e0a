"""Text counted as Telegram counts it: in UTF-16 code units."""

__all__ = ["cut", "length", "splits_pair"]


def cut(text: str, offset: int, size: int) -> str:
    """The slice of `size` units that begins at unit `offset`."""
    units = text.encode("utf-16-le", "surrogatepass")
    return units[2 * offset : 2 * (offset + size)].decode("utf-16-le", "surrogatepass")


def length(text: str) -> int:
    """The number of UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def splits_pair(text: str, offset: int) -> bool:
    """Return True if unit `offset` stands between the two halves of one character."""
    units = text.encode("utf-16-le", "surrogatepass")
    if not 0 < offset < len(units) // 2:
        return False
    return 0xD8 <= units[2 * offset - 1] <= 0xDB and 0xDC <= units[2 * offset + 1] <= 0xDF
