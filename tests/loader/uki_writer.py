# SPDX-License-Identifier: GPL-2.0-only
"""Writes unified kernel images, valid and invalid ones, by the PE/COFF specification."""

import struct

FILE_ALIGNMENT = 512
SIGNATURE, OPTIONAL_HEADER = 0x80, 0xf0
TABLE = SIGNATURE + 24 + OPTIONAL_HEADER
AMD64, I386, ARM64 = 0x8664, 0x14c, 0xaa64


def aligned(size):
    return -(-size // FILE_ALIGNMENT) * FILE_ALIGNMENT


def section(name, content, **wrong):
    """`wrong` replaces fields of its header: virtual, raw, offset."""
    return name, content, wrong


def image(*sections, machine=AMD64, **wrong):
    """An EFI program. `wrong` replaces signature, count, optional_header or magic."""
    stub = [section(".text", b"\xcc" * 700), section(".data", b"data" * 30)]
    sections = stub + list(sections)
    headers = bytearray(aligned(TABLE + 40 * len(sections)))
    headers[:2] = wrong.get("magic", b"MZ")
    struct.pack_into("<I", headers, 0x3c, wrong.get("signature", SIGNATURE))
    struct.pack_into("<4sHHIIIHH", headers, SIGNATURE, b"PE\0\0", machine,
                     wrong.get("count", len(sections)), 0, 0, 0,
                     wrong.get("optional_header", OPTIONAL_HEADER), 0x206)
    struct.pack_into("<H", headers, SIGNATURE + 24, 0x20b)
    body = bytearray()
    for i, (name, content, lies) in enumerate(sections):
        raw = aligned(len(content))
        struct.pack_into(
            "<8sIIIIIIHHI", headers, TABLE + 40 * i, name.encode(),
            lies.get("virtual", len(content)), 0x1000 + 0x100000 * i,
            lies.get("raw", raw), lies.get("offset", len(headers) + len(body)),
            0, 0, 0, 0, 0x40000040)
        # Bytes outside of all sections must not be copied anywhere.
        body += content + b"\xee" * (raw - len(content))
    return bytes(headers + body)


def uki(linux, initrd=None, cmdline=None, **more):
    """The usual image; more sections are given by name, without the dot."""
    parts = {"osrel": b"ID=test\n", "cmdline": cmdline, "initrd": initrd, **more,
             "linux": linux}
    return image(*(section("." + name, content) for name, content in parts.items()
                   if content is not None))
