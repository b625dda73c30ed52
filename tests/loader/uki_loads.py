# SPDX-License-Identifier: GPL-2.0-only
"""Loads unified kernel images in each way; returns the data that reached the kernel."""

import shutil
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
from boot_params import BootParams, Image                           # noqa: E402

# Not a whole number of sectors, like kernels signed for Secure Boot.
LINUX = fakes.bzimage(size=256 << 10, cmdline_size=2047) + b"signed!"
CODE = LINUX[2560:2560 + (256 << 10)]
INITRD, UCODE = b"070701" + b"i" * 9001, b"070701" + b"u" * 11
OTHER = b"070701" + b"o" * 77
TEXT = b"root=/dev/vda2 rw"
JOINED = UCODE + bytes(-len(UCODE) % 4) + INITRD


class Loads:
    """Each way to load it, and the data that reached the kernel."""

    def __init__(self, kexec, place):
        self.kexec, self.efi = kexec, kexec.root
        self.bios = fakes.machine(place / "bios", efi=False)
        self.caught = place / "caught"

    def run(self, root, options, **settings):
        shutil.rmtree(self.caught, ignore_errors=True)
        self.caught.mkdir()
        self.kexec.root = root
        result = self.kexec("-l", "kernel", *options.split(), SEGMENTS=self.caught,
                            **settings)
        self.kexec.root = self.efi
        return result

    def files(self, options, root):
        """Return (kernel, initrd, command line) of kexec_file_load."""
        result = self.run(root, options, FILE_LOAD="OK")
        if result.rc or len(result.log) != 1 or not result.silent():
            return result
        initrd = self.caught / "initrd.bin"
        return ((self.caught / "kernel.bin").read_bytes(),
                initrd.read_bytes() if initrd.exists() else None,
                result.log[0].split("cmdline=", 1)[1].encode(errors="surrogateescape"))

    def segments(self, options):
        """The data that kexec_load got."""
        result = self.run(self.efi, options)
        if result.rc or len(result.loads()) != 1 or not result.silent():
            return result
        return [path.read_bytes() for path in sorted(self.caught.iterdir())]

    def dumped(self, options):
        """Return (code, initrd, command line) of --dump-image, and the plan."""
        dump = self.kexec.directory / "dump"
        shutil.rmtree(dump, ignore_errors=True)
        result = self.run(self.efi, "--dump-image=dump " + options)
        if result.rc or not result.silent():
            return result, None
        made = Image(dump)
        initrd = made.find("initrd")
        params = BootParams(made, int(made.plan["kernel"]["boot_params"], 16))
        return ((made.find("kernel").data, initrd.data if initrd else None,
                 params.command_line().encode()), made.plan)
