"""Landlock: a process gives up the file system and the network, if its kernel has it (Linux
5.13).
"""

from __future__ import annotations

import ctypes
import os
import struct

__all__ = ["lock"]

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_VERSION_FLAG = 1
_PR_SET_NO_NEW_PRIVS = 38
# rights to files by the version that added them: 13 at first, then refer, truncate, device calls
_FILES = {1: 13, 2: 14, 3: 15, 5: 16}


def lock() -> bool:
    """Give up access to files by name in this process and its children; with a newer kernel also
    TCP (6.7) and signals to processes outside (6.12).

    Returns False if the kernel has none of it. Open files stay open.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION_FLAG)
    if version < 1:
        return False
    files = (1 << max(bits for since, bits in _FILES.items() if since <= version)) - 1
    connections = 0b11 if version >= 4 else 0
    outside = 0b11 if version >= 6 else 0
    rules = struct.pack("=QQQ", files, connections, outside)
    # a kernel refuses a structure longer than it knows, unless the rest is zero
    ruleset = libc.syscall(_CREATE_RULESET, rules, len(rules), 0)
    if ruleset < 0:
        return False
    try:
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)
