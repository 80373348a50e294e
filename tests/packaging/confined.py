"""Runs a program as the packaged unit would: under its system calls, families and memory rules.

``python -m tests.packaging.confined PROGRAM ARGUMENTS…`` builds with libseccomp (which systemd
itself stands on) the filters that systemd would, and becomes the program.
"""

import ctypes
import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache

from kotodom.service.scope import Scope
from kotodom.service.unit import packaged, parse

ALLOW = 0x7FFF0000
"""SCMP_ACT_ALLOW"""
MASKED_EQUAL = 7
"""SCMP_CMP_MASKED_EQ"""
EQUAL = 4
"""SCMP_CMP_EQ"""
WRITE, EXECUTE = 2, 4
"""PROT_WRITE, PROT_EXEC"""
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10}
LAST_FAMILY = 46
"""AF_MCTP is 45; there is none above yet."""


def refuse(number: int) -> int:
    """SCMP_ACT_ERRNO"""
    return 0x00050000 | number


class Comparison(ctypes.Structure):
    """struct scmp_arg_cmp"""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


class Filter:
    """One seccomp filter; several that are loaded all have to agree."""

    def __init__(self, otherwise: int) -> None:
        self._library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        self._library.seccomp_init.restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._library.seccomp_init(ctypes.c_uint32(otherwise)))

    def add(self, action: int, call: str, *comparisons: Comparison) -> None:
        """One rule; a call that this machine does not have is left out."""
        number = self._library.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return
        array = (Comparison * len(comparisons))(*comparisons)
        self._check(
            self._library.seccomp_rule_add_array,
            ctypes.c_uint32(action),
            ctypes.c_int(number),
            ctypes.c_uint(len(comparisons)),
            array,
        )

    def load(self) -> None:
        """From here on, and for everything that is started."""
        self._check(self._library.seccomp_load)

    def _check(self, call: Callable[..., int], *words: object) -> None:
        code = call(self._context, *words)
        if code:
            raise OSError(-code, os.strerror(-code))


@cache
def members(group: str) -> frozenset[str]:
    """The calls of a group such as @system-service, as this systemd knows it."""
    shown = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter", group],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    words = [line.strip() for line in shown.splitlines()[1:]]
    return frozenset(
        name
        for word in words
        if word and not word.startswith("#")
        for name in (members(word) if word.startswith("@") else (word,))
    )


def allowed(lines: list[str]) -> set[str]:
    """What SystemCallFilter= lines leave; to what is allowed systemd always adds @default."""
    calls = set(members("@default"))
    for line in lines:
        names = {
            name
            for word in line.removeprefix("~").split()
            for name in (members(word) if word.startswith("@") else (word,))
        }
        calls = calls - names if line.startswith("~") else calls | names
    return calls


def filters() -> Iterator[Filter]:
    """Those of the packaged unit."""
    unit = {key: values for (_, key), values in parse(packaged(Scope.of_system())).items()}
    memory = Filter(ALLOW)
    assert unit["MemoryDenyWriteExecute"] == ["yes"]
    both = WRITE | EXECUTE
    memory.add(refuse(errno.EPERM), "mmap", Comparison(2, MASKED_EQUAL, both, both))
    for name in ("mprotect", "pkey_mprotect"):
        memory.add(refuse(errno.EPERM), name, Comparison(2, MASKED_EQUAL, EXECUTE, EXECUTE))
    yield memory
    sockets = Filter(ALLOW)
    (families,) = unit["RestrictAddressFamilies"]
    known = {FAMILIES[name] for name in families.split()}
    for family in set(range(LAST_FAMILY)) - known:
        sockets.add(refuse(errno.EAFNOSUPPORT), "socket", Comparison(0, EQUAL, family, 0))
    yield sockets
    # The last one, for under it there is no further one.
    calls = Filter(refuse(errno.EPERM))
    for name in sorted(allowed(unit["SystemCallFilter"])):
        calls.add(ALLOW, name)
    yield calls


def main() -> None:
    """Become the program, confined."""
    for each in list(filters()):  # all made first: systemd-analyze could not run under them
        each.load()
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
