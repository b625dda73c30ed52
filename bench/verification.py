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

HERE = Path(__file__).resolve().parent
SIZE = 64
CHUNK = 64 << 10
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


def speeds(program, digest):
    """{name: bytes per second of CPU time} as the program prints them."""
    text = subprocess.run([str(program), str(SIZE)], input=digest, check=True,
                          stdout=subprocess.PIPE).stdout.decode()
    return {name: float(value) for name, value in map(str.split, text.splitlines())}


def purgatory(bench):
    """With the right digest, so that both are known to have read all of the data."""
    theirs = their_program(bench)
    whole = hashlib.sha256(b"\x5a" * (SIZE * MIB)).digest()
    chunks = hashlib.sha256(hashlib.sha256(b"\x5a" * CHUNK).digest() *
                            (SIZE * MIB // CHUNK)).digest()
    base, ours = alternate(bench.runs, lambda: speeds(theirs, whole),
                           lambda: speeds(bench.options.verify, chunks))
    base = Values([found["kexec-tools"] for found in base])
    for name, title, least in (("extensions", "SHA extensions", 4), ("sse2", "SSE2", 1.8),
                               ("portable", "portable code", 0)):
        what = "purgatory, %s" % title
        if name not in ours[0]:
            bench.results.skip(what, "this CPU has none")
            continue
        speed = Values([found[name] for found in ours])
        ratio = speed.median / base.median
        bench.results.add(what, "≥ %g ×" % least if least else "",
                          ratio >= least if least else None,
                          "%.2f ×; kexec-tools %s, kexec-efi %s" % (
                              ratio, base.gigabytes(), speed.gigabytes()),
                          ratio=ratio, theirs=base.json(), ours=speed.json())


ROWS = (purgatory,)
