"""What code that took a parser over would try, through the C library as such code does."""

from __future__ import annotations

import ctypes
import os
import platform
import struct

__all__ = ["attempts"]

_LIBC = ctypes.CDLL(None, use_errno=True)
_ARM = platform.machine() == "aarch64"
# by name: number on x86-64, number on arm64
_CALLS = {
    "io_uring_setup": (425, 425),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "pidfd_open": (434, 434),
    "memfd_create": (319, 279),
    "add_key": (248, 217),
    "open_tree": (428, 428),
}


def attempts(parent: int, folder: str, program: str = "/bin/true") -> list[str]:
    """The names of the attempts that succeed. `folder` has the files `secret` and `kept`."""
    secret, kept, new = (f"{folder}/{name}".encode() for name in ("secret", "kept", "new"))
    room = ctypes.create_string_buffer(64)
    # an area of memory: where, and how long
    here = struct.pack("=QQ", ctypes.addressof(room), 1)
    there = struct.pack("=QQ", ctypes.addressof(room), 1)
    limit = struct.pack("=QQ", 2**40, 2**40)
    address = struct.pack("=HH", 2, 0x0900) + b"\x7f\0\0\1" + bytes(8)
    tried = {
        "write": _LIBC.open(new, os.O_WRONLY | os.O_CREAT, 0o600),
        "append": _LIBC.open(kept, os.O_WRONLY | os.O_APPEND),
        "truncate": _LIBC.truncate(kept, ctypes.c_long(0)),
        "link": _LIBC.link(kept, new),
        "symlink": _LIBC.symlink(kept, new),
        "mkfifo": _LIBC.mkfifo(new, 0o600),
        "mkdir": _LIBC.mkdir(new, 0o700),
        "chmod": _LIBC.chmod(kept, 0o777),
        "chown": _LIBC.chown(kept, 1, 1),
        "utimes": _LIBC.utimes(kept, None),
        "setxattr": _LIBC.setxattr(kept, b"user.x", b"x", ctypes.c_size_t(1), 0),
        "rename": _LIBC.rename(kept, new),
        "unlink": _LIBC.unlink(new),
        "chdir": _LIBC.chdir(folder.encode()),
        "read a secret": _LIBC.open(secret, os.O_RDONLY),
        "read .env": _LIBC.open(b".env", os.O_RDONLY),
        "list": _LIBC.open(b"/", os.O_RDONLY | os.O_DIRECTORY),
        "a terminal": _LIBC.open(b"/dev/tty", os.O_RDWR),
        "the parent's environment": _LIBC.open(f"/proc/{parent}/environ".encode(), os.O_RDONLY),
        "the parent's memory": _LIBC.open(f"/proc/{parent}/mem".encode(), os.O_RDWR),
        "the parent's files": _LIBC.open(f"/proc/{parent}/fd/0".encode(), os.O_RDONLY),
        "read the parent": _LIBC.process_vm_readv(parent, here, 1, there, 1, 0),
        "write the parent": _LIBC.process_vm_writev(parent, here, 1, there, 1, 0),
        "trace the parent": _LIBC.ptrace(16, parent, None, None),
        "signal the parent": _LIBC.kill(parent, 0),
        "limit the parent": _LIBC.prlimit(parent, 7, None, limit),
        "connect": _connect(address),
        "a pair of sockets": _LIBC.socketpair(1, 1, 0, room),
        "fork": _ends(_LIBC.fork()),
        "a thread": _LIBC.syscall(435, None, 0),
        "a program": _LIBC.execve(program.encode(), _array(b"true"), _array()),
        "namespaces": _LIBC.unshare(0x10000000),
        "mount": _LIBC.mount(b"none", b"/", None, 0x4000 | 0x40000, None),
        "shared memory": _LIBC.shmget(0, ctypes.c_size_t(4096), 0o1600),
        "a queue": _LIBC.msgget(0, 0o1600),
        "more memory": _LIBC.setrlimit(9, limit),
    }
    for name, numbers in _CALLS.items():
        tried[name] = _LIBC.syscall(numbers[_ARM], room, room, 0, 0, 0)
    for descriptor in range(64):
        # of the pipes to come and of those of others; its own answer is still to be written
        if _LIBC.read(descriptor, room, ctypes.c_size_t(0)) >= 0:
            tried[f"read from {descriptor}"] = 0
    return [name for name, result in tried.items() if result >= 0]


def _connect(address: bytes) -> int:
    """Return True if even a socket can be had: nothing may listen there."""
    made = _LIBC.socket(2, 1, 0)
    if made >= 0:
        _LIBC.connect(made, address, len(address))
    return int(made)


def _ends(made: int) -> int:
    if made == 0:
        os._exit(0)
    return made


def _array(*words: bytes) -> ctypes.Array[ctypes.c_char_p]:
    return (ctypes.c_char_p * (len(words) + 1))(*words, None)
