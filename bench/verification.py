# SPDX-License-Identifier: GPL-2.0-only
"""The row about purgatory's verification: the code of both programs, run here on one CPU.
"""

import hashlib
import os
import shlex
import struct
import subprocess
from pathlib import Path

from results import Values
from timed import MIB, alternate
from xxh64 import xxh64

HERE = Path(__file__).resolve().parent
SIZE = 64
# Other names in kexec-tools' purgatory are those of the C library.
SYMBOLS = ("verify_sha256_digest", "sha256_regions", "sha256_digest")
# ELF: relocatable file; e_type, e_shoff, e_shentsize and e_shnum (elf.h, Elf64_Ehdr).
ET_REL, E_TYPE, E_SHOFF, E_SHENTSIZE = 1, 16, 40, 58


def object_files(program):
    """The relocatable objects inside of a program. Their section headers come last in
    each object."""
    at = 0
    while (at := program.find(b"\x7fELF\x02\x01\x01", at + 1)) >= 0:
        kind, = struct.unpack_from("<H", program, at + E_TYPE)
        headers, = struct.unpack_from("<Q", program, at + E_SHOFF)
        size, count = struct.unpack_from("<HH", program, at + E_SHENTSIZE)
        if kind == ET_REL and at + headers + size * count <= len(program):
            yield program[at:at + headers + size * count]


def their_program(bench):
    """verify_theirs.c with the unchanged purgatory of Debian's program."""
    compiler = shlex.split(os.environ.get("CC") or "cc")
    whole, part = bench.place / "purgatory.o", bench.place / "verification.o"
    program = bench.place / "verify_theirs"
    binary = (bench.package / "sbin/kexec").read_bytes()
    for content in object_files(binary):
        whole.write_bytes(content)
        subprocess.run(["objcopy", *("--keep-global-symbol=" + name for name in SYMBOLS),
                        whole, part], check=True)
        subprocess.run([*compiler, "-O2", "-no-pie", "-z", "noexecstack",
                        HERE / "verify_theirs.c", part, "-o", program], check=True)
        return program
    raise RuntimeError("no purgatory in kexec-tools %s" % bench.version)


def speed(program, digest):
    """Bytes per second of CPU time, as the program prints them."""
    return float(subprocess.run([str(program), str(SIZE)], input=digest, check=True,
                                stdout=subprocess.PIPE).stdout)


def purgatory(bench):
    """With the right digest, so that both are known to have read all of the data."""
    theirs = their_program(bench)
    data = b"\x5a" * (SIZE * MIB)
    sha256 = hashlib.sha256(data).digest()
    own = struct.pack("<Q", xxh64(data))
    base, ours = map(Values, alternate(bench.runs, lambda: speed(theirs, sha256),
                                       lambda: speed(bench.options.verify, own)))
    ratio = ours.median / base.median
    bench.results.add("purgatory, any x86_64 CPU", "≥ 8 ×", ratio >= 8,
                      "%.2f ×; kexec-tools %s, kexec-efi %s" % (
                          ratio, base.gigabytes(), ours.gigabytes()),
                      ratio=ratio, theirs=base.json(), ours=ours.json())


ROWS = (purgatory,)
