# SPDX-License-Identifier: GPL-2.0-only
"""Kinds of images (see image_kinds.py) other than bzImages: a bare vmlinux, Xen, and
programs/report.c, which reports how it was started."""

import lzma
import os
import shlex
import struct
import subprocess
import zlib
from pathlib import Path

from cache import Missing, cached, note, package_versions, unpack_packages
from images import Cpio
from vm import CannotPrepare

HERE = Path(__file__).resolve().parent
XEN = "xen-hypervisor-4.17-amd64"

# The end of the code and the beginning of the data share a page, which kexec_load
# does not accept in two segments, so kexec must join them.
FLAGS = ("-ffreestanding", "-fpie", "-fvisibility=hidden", "-fno-stack-protector",
         "-mgeneral-regs-only", "-fcf-protection=none", "-fno-asynchronous-unwind-tables",
         "-O1", "-Wall", "-Wextra", "-Werror", "-nostdlib", "-static", "-no-pie",
         "-Wl,--build-id=none", "-Wl,-z,noexecstack", "-Wl,-z,noseparate-code",
         "-Wl,-z,max-page-size=32", "-Wl,-Ttext-segment=0x1000000")


def vmlinux(kernel, _initrd, _command_line, directory):
    """The ELF file that is packed in a bzImage (boot.rst, "payload_offset")."""
    data = Path(kernel).read_bytes()
    offset, length = struct.unpack_from("<II", data, 0x248)
    offset += ((data[0x1f1] or 4) + 1) * 512
    payload = data[offset:offset + length]
    if payload[:6] == b"\xfd7zXZ\0":
        content = lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(payload)
    elif payload[:2] == b"\x1f\x8b":
        content = zlib.decompressobj(31).decompress(payload)
    else:
        raise CannotPrepare(f"{kernel} has a payload in an unknown format")
    path = Path(directory) / "vmlinux"
    path.write_bytes(content)
    return path


def report(define, bits):
    """Returns a kind that compiles programs/report.c."""
    def kind(_kernel, _initrd, _command_line, directory):
        path = Path(directory) / f"report-{define.lower()}-{bits}"
        command = [*shlex.split(os.environ.get("CC") or "cc"), f"-m{bits}",
                   f"-D{define}", *FLAGS, "-o", str(path),
                   str(HERE / "programs/start.S"), str(HERE / "programs/report.c")]
        done = subprocess.run(command, text=True, capture_output=True)
        if done.returncode:
            raise CannotPrepare(f"{command[0]}: {done.stderr.strip()}")
        return path
    return kind


def xen(kernel, _initrd, _command_line, directory):
    """An archive with Xen and the kernel of its first domain; guest/xen unpacks it."""
    def fill(into):
        note(f"downloading {XEN}")
        unpack_packages(versions, into)

    try:
        versions = package_versions([XEN])
        root = cached(XEN, f"{XEN}-{versions[XEN]}", fill)
    except Missing as reason:
        raise CannotPrepare(str(reason)) from reason
    archive = Cpio()
    archive.file("xen.gz", next(root.glob("boot/xen-*.gz")))
    archive.file("vmlinuz", kernel)
    path = Path(directory) / "xen.cpio"
    path.write_bytes(archive.bytes())
    return path


KINDS = {
    "vmlinux": vmlinux,
    "xen": xen,
    "multiboot1": report("MULTIBOOT1", 32),
    "multiboot2": report("MULTIBOOT2", 32),
    "elf-i386": report("NOTES", 32),
    "elf-x86_64": report("NOTES", 64),
}
