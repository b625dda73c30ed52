# SPDX-License-Identifier: GPL-2.0-only
"""Kinds of images (see image_kinds.py) other than bzImages: a bare vmlinux, Xen, and
programs/report.c, which reports how it was started."""

import lzma
import os
import re
import shlex
import struct
import subprocess
import zlib
from pathlib import Path

from cache import Missing, cached, note, output, package_versions, unpack_packages
from images import Cpio
from suites import suite_apt
from vm import CannotPrepare

HERE = Path(__file__).resolve().parent
XEN_SYSTEM = "xen-system-amd64"     # always depends on the suite's Xen

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


def unpacked_xen(suite):
    """The directory that the Xen of a Debian suite was unpacked into; without a name, of
    the suite of this computer."""
    def fill(into):
        note(f"downloading {package}")
        unpack_packages({package: version}, into, apt)

    apt = suite_apt(suite) if suite else ()
    listing = output("apt-cache", *apt, "depends", XEN_SYSTEM)
    found = re.search(r"Depends: (xen-hypervisor-[0-9.]+-amd64)$", listing, re.M)
    if not found:
        raise Missing(f"apt-cache does not know a hypervisor behind {XEN_SYSTEM}")
    package = found[1]
    version = package_versions([package], apt)[package]
    return cached(package, f"{package}-{version}", fill)


def xen(suite=""):
    """Returns a kind that makes an archive with Xen and the kernel of its first domain;
    guest/start-xen unpacks it."""
    def kind(kernel, _initrd, _command_line, directory):
        try:
            root = unpacked_xen(suite)
        except Missing as reason:
            raise CannotPrepare(str(reason)) from reason
        archive = Cpio()
        archive.file("xen.gz", next(root.glob("boot/xen-[0-9]*.gz")))
        archive.file("vmlinuz", kernel)
        path = Path(directory) / "xen.cpio"
        path.write_bytes(archive.bytes())
        return path
    return kind


KINDS = {
    "vmlinux": vmlinux,
    "xen": xen(),
    "xen-bullseye": xen("bullseye"),
    "xen-sid": xen("sid"),
    "multiboot1": report("MULTIBOOT1", 32),
    "multiboot2": report("MULTIBOOT2", 32),
    "elf-i386": report("NOTES", 32),
    "elf-x86_64": report("NOTES", 64),
}
