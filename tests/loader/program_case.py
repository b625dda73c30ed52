# SPDX-License-Identifier: GPL-2.0-only
"""Shared by the tests of ELF and multiboot kernels: programs to load, the resulting
images, and checks for all types."""

import gzip
import os
import struct
import tempfile
from pathlib import Path

import fakes
from boot_params import PurgatoryParams, Image
from program_writer import Load

MIB = 1 << 20
CODE = bytes(i * 7 % 251 for i in range(10000))
DATA = b"data" * 100
KERNEL = Load(MIB * 16, CODE, 5000)


class Case:
    """The image that kexec makes of one file."""

    def __init__(self, kexec, content, *options):
        directory = kexec.directory
        (directory / "program").write_bytes(content)
        (directory / "initrd").write_bytes(b"initrd" * 1000)
        (directory / "packed").write_bytes(gzip.compress(b"second" * 999))
        (directory / "empty").write_bytes(b"")
        self.result = kexec("-l", "program", *options,
                            "--sysroot=%s" % kexec.root.resolve(), "--dump-image=dump",
                            "--dry-run=json")
        self.rc = self.result.rc
        if not self.rc:
            self.image = Image(directory / "dump")
            self.params = PurgatoryParams(self.image.read(
                self.image.find("purgatory").start, 4096))

    def memory(self, start, size):
        """The bytes that memory will hold, None outside of all segments."""
        found = bytearray()
        while len(found) < size:
            at = start + len(found)
            segment = next((s for s in self.image.segments
                            if s.start <= at < s.end), None)
            if not segment:
                return None
            take = min(size - len(found), segment.end - at)
            found += self.image.read(at, take)
        return bytes(found)

    def text(self, address):
        raw = self.memory(address, 1)
        while raw[-1]:
            raw += self.memory(address + len(raw), 1)
        return raw[:-1].decode()

    def words(self, address, count):
        return struct.unpack("<%dI" % count, self.memory(address, 4 * count))

    def below_4g(self):
        return all(segment.end <= 1 << 32 for segment in self.image.segments)


def check_broken(check, kexec, rows, no_kernel=()):
    """Rows of name, file, options, words of the message. A file that is not a kernel has
    another exit status than a broken one."""
    for name, content, options, words in rows:
        case = Case(kexec, content, *options.split())
        rc = 255 if name in no_kernel else 1
        check("broken: " + name, case.rc == rc and not case.result.loads()
              and case.result.one_message(*words.split()), case.result)


def check_calls(check, kexec, kinds):
    """Types that running kernels cannot load go to kexec_load without -c, too: names and
    files."""
    for name, content in kinds:
        (kexec.directory / "program").write_bytes(content)
        for options in ((), ("-a",), ("-c",)):
            done = kexec("-l", "program", *options, FILE_LOAD="OK")
            check("%s %s: kexec_load" % (name, options), done.rc == 0 and done.silent()
                  and len(done.loads()) == 1 and not any("file" in line
                                                         for line in done.log), done)


def run(*steps):
    """Returns the exit status of the test."""
    check = fakes.Checks()
    with tempfile.TemporaryDirectory() as directory:
        kexec = fakes.Kexec(Path(directory), os.environ["KEXEC"])
        for step in steps:
            step(check, kexec)
    return check.close()
