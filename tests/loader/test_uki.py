#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unified kernel images: the parts reach either system call byte by byte, no file is left
behind, and an image with wrong headers is refused. Environment: KEXEC, CC."""

import gzip
import os
import struct
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
from uki_loads import (CODE, INITRD, JOINED, LINUX, OTHER, TEXT,      # noqa: E402
                       UCODE, Loads)
from uki_writer import (ARM64, I386, SIGNATURE, TABLE, image,        # noqa: E402
                        section, uki)

RUNNING = "root=/dev/vda1 quiet"        # fakes.machine's, without BOOT_IMAGE

# Name, file, options -> initrd and command line that reach the kernel.
SOUND = [
    ("all", uki(LINUX, INITRD, TEXT), "", INITRD, TEXT),
    ("microcode first", uki(LINUX, INITRD, TEXT, ucode=UCODE), "", JOINED, TEXT),
    ("microcode behind", image(section(".linux", LINUX), section(".initrd", INITRD),
                               section(".ucode", UCODE)), "", JOINED, b""),
    ("microcode only", uki(LINUX, None, TEXT, ucode=UCODE), "", UCODE, TEXT),
    ("kernel only", uki(LINUX), "", None, b""),
    ("empty sections", uki(LINUX, b"", b"", ucode=b""), "", None, b""),
    ("--initrd", uki(LINUX, INITRD, TEXT, ucode=UCODE), "--initrd=other", OTHER, TEXT),
    ("two --initrd", uki(LINUX, INITRD), "--initrd=other --initrd=other",
     OTHER + b"\0" + OTHER, b""),
    ("--append", uki(LINUX, INITRD, TEXT), "--append=x=1", INITRD, b"x=1"),
    ("--append= empty", uki(LINUX, INITRD, TEXT), "--append=", INITRD, b""),
    ("--reuse-cmdline", uki(LINUX, INITRD, TEXT), "--reuse-cmdline", INITRD,
     RUNNING.encode()),
    ("both", uki(LINUX, INITRD, TEXT), "--reuse-cmdline --append=x", INITRD,
     RUNNING.encode() + b" x"),
    ("end of text", uki(LINUX, INITRD, TEXT + b" \r\n\0\0\0"), "", INITRD, TEXT),
    ("lines", uki(LINUX, INITRD, b"a=1\nb=\x1b2\tc\x7f \n"), "", INITRD, b"a=1 b= 2 c"),
    ("not ASCII", uki(LINUX, INITRD, "a=äö".encode()), "", INITRD, "a=äö".encode()),
    ("all sorts", uki(LINUX, INITRD, TEXT, dtb=b"d" * 99, sbat=b"s", splash=b"BM",
                      uname=b"6", pcrsig=b"{}", hwids=b"h"), "", INITRD, TEXT),
    ("stub for 32-bit firmware", image(section(".linux", LINUX), machine=I386), "", None,
     b""),
    ("compressed", gzip.compress(uki(LINUX, INITRD, TEXT)), "", INITRD, TEXT),
    ("200 sections", image(*(section(".s%d" % i, b"s") for i in range(200)),
                           section(".linux", LINUX)), "", None, b""),
    ("not padded", uki(LINUX, INITRD, TEXT)[:-(-len(LINUX) % 512)], "", INITRD, TEXT),
]

# The kernel's section comes first, and the start of the file is not part of it.
LINUX_AT = 2560
# Name, file, words of the message. Refused before any system call, with status 1.
BROKEN = [
    ("no kernel", image(section(".initrd", INITRD), section(".cmdline", TEXT)),
     "EFI program without .linux Unified Kernel Image"),
    ("no section", image(count=0), "EFI program .linux"),
    ("kernel of nothing", uki(b""), ".linux empty"),
    ("two kernels", image(section(".linux", LINUX), section(".linux", LINUX)),
     "2 .linux sections"),
    ("two initrds", image(section(".linux", LINUX), section(".initrd", INITRD),
                          section(".initrd", INITRD)), "2 .initrd sections"),
    ("another CPU", image(section(".linux", LINUX), machine=ARM64), "another CPU 0xaa64"),
    ("65535 sections", image(section(".linux", LINUX[:9000]), count=65535),
     "65535 sections copy"),
    ("table behind the end", image(section(".linux", LINUX[:9000]),
                                   optional_header=65535), "3 sections copy"),
    ("signature at the end", image(section(".text", b"."), signature=2560)
     + b"PE\0\0\x64\x86\1\0", "cut off COFF"),
    ("VirtualSize over SizeOfRawData", image(section(".linux", LINUX, raw=4096)),
     ".linux cut off VirtualSize 4096"),
    ("all sizes huge", image(section(".linux", LINUX, raw=0xffffffff,
                                     virtual=0xffffffff)), ".linux cut off"),
    ("32 bits wrap", image(section(".linux", LINUX, offset=0xffffff00)),
     ".linux cut off 42952"),
    ("outside", image(section(".linux", LINUX),
                      section(".initrd", INITRD, offset=1 << 30)),
     ".initrd cut off 10737"),
    ("one byte short", uki(LINUX, INITRD, TEXT)[:-(-len(LINUX) % 512) - 1],
     ".linux cut off copy"),
    ("the file itself", image(section(".linux", LINUX, offset=0)),
     ".linux byte 0 headers"),
    ("the section table", image(section(".linux", LINUX, offset=TABLE)),
     ".linux headers"),
    ("initrd in the kernel", image(section(".linux", LINUX),
                                   section(".initrd", INITRD, offset=LINUX_AT)),
     ".linux .initrd 2560 overlap"),
    ("one byte of it", image(section(".linux", LINUX),
                             section(".initrd", b"i", offset=LINUX_AT + len(LINUX) - 1)),
     ".linux .initrd overlap"),
    ("kernel in the code", image(section(".linux", LINUX, offset=1024)),
     ".linux .text 1024 overlap"),
    ("command line in the initrd", image(
        section(".linux", LINUX[:512]), section(".initrd", INITRD),
        section(".cmdline", TEXT, offset=LINUX_AT + 512)), ".initrd .cmdline overlap"),
    ("command line goes on", uki(LINUX, INITRD, b"quiet\0init=/bin/sh"),
     ".cmdline zero byte 5"),
    ("command line too large", uki(LINUX, INITRD, b"x" * 65537), ".cmdline 65537"),
]

# kexec_file_load leaves these files to the running kernel; kexec_load needs to know their
# type.
NO_KERNELS = [
    ("text", uki(b"no kernel\n" * 500), "section .linux no kernel"),
    ("cut off", uki(LINUX[:20000]), "section .linux cut off"),
    ("itself", uki(uki(LINUX)), "section .linux no kernel EFI"),
    ("compressed", uki(gzip.compress(LINUX)), "section .linux no kernel gzip"),
]

# A command line that is too long for this kernel gets the ordinary message.
TOO_LONG = uki(fakes.bzimage(cmdline_size=255), INITRD, b"x" * 256)


def stubbed(kernel, **wrong):
    """A kernel with an EFI stub is also a PE file: its header has room up to 0x40 and
    from 0x300 on."""
    kernel = bytearray(kernel)
    kernel[:2] = b"MZ"
    struct.pack_into("<I", kernel, 0x3c, wrong.get("signature", 0x300))
    struct.pack_into("<4sHHIIIHH", kernel, 0x300, b"PE\0\0", 0x8664,
                     wrong.get("count", 4), 0, 0, 0, 0xa0, 0x206)
    names = b".setup", b".reloc", wrong.get("name", b".text"), b".bss"
    for i, name in enumerate(names):
        struct.pack_into("<8sIIII", kernel, 0x300 + 24 + 0xa0 + 40 * i, name, 0x200,
                         0x200, 0x200, 0x200 * i)
    return bytes(kernel)


def check_sound(loads, check):
    for name, content, options, initrd, text in SOUND:
        (loads.kexec.directory / "kernel").write_bytes(content)
        for mode, root in (("-s", loads.efi), ("-s", loads.bios), ("-a", loads.bios),
                           ("", loads.bios)):
            found = loads.files(options + " " + mode, root)
            check("%s: files %s" % (name, mode), found == (LINUX, initrd, text), found)
        for mode in ("-c", "-a", ""):
            found = loads.segments(options + " " + mode)
            good = isinstance(found, list) and CODE in found \
                and (initrd is None or initrd in found) \
                and any(b"\0" + text + b"\0" in part for part in found)
            check("%s: segments %s" % (name, mode), good, found if not good else "")
        found, plan = loads.dumped(options)
        check("%s: dump" % name, found == (CODE, initrd, text), found)
        check("%s: plan" % name, plan and plan["segments"][0]["file"]
              == "section .linux of kernel" and plan["command_line"] == text.decode(),
              plan)


def check_broken(loads, check):
    kernel = loads.kexec.directory / "kernel"
    for name, content, words in BROKEN:
        kernel.write_bytes(content)
        for mode in ("-s", "-c", "-a", "-c --initrd=other --append=x"):
            result = loads.run(loads.bios, mode, FILE_LOAD="OK")
            check("%s, %s" % (name, mode), result.rc == 1 and not result.log
                  and result.one_message("kernel", *words.split(" ")), result)
    for name, content, words in NO_KERNELS:
        kernel.write_bytes(content)
        result = loads.run(loads.efi, "-c")
        # A file that is not a kernel has another status than a broken one.
        check("inside: " + name, result.rc == (1 if name == "cut off" else 255)
              and not result.log
              and result.one_message("of kernel", *words.split(" ")), result)
    kernel.write_bytes(TOO_LONG)
    result = loads.run(loads.efi, "-c")
    check("inside: too long", result.rc == 1 and result.one_message("255"), result)


def check_no_pe(loads, check):
    """Files that begin as DOS programs but are not EFI programs."""
    for name, content in {
            "no signature": image(section(".linux", LINUX), signature=SIGNATURE + 4),
            "signature far away": image(section(".linux", LINUX), signature=0xffffffff),
            "signature is the beginning": image(section(".linux", LINUX), signature=0),
            "another magic": image(section(".linux", LINUX), magic=b"ZM"),
            "short": b"MZ" + bytes(40)}.items():
        (loads.kexec.directory / "kernel").write_bytes(content)
        result = loads.run(loads.efi, "-c")
        check("not a PE file: " + name, result.rc == 255 and not result.log
              and result.one_message("kernel", "not a loadable kernel"), result)


def check_cut(loads, check):
    """Cut off at every byte of its headers, and at some places after them."""
    whole = uki(LINUX, INITRD, TEXT, ucode=UCODE)
    path = loads.kexec.directory / "kernel"
    for size in [*range(1, 1024, 37), *range(1024, len(whole) - 600, 29501)]:
        path.write_bytes(whole[:size])
        result = loads.run(loads.efi, "-c")
        check("first %d bytes" % size, result.rc in (1, 255) and not result.log
              and result.one_message("kernel"), result)


def check_bzimage(loads, check):
    """A kernel with an EFI stub is loaded as a kernel, whatever its PE headers say."""
    plain = stubbed(LINUX)
    for name, content in {"as usual": plain, "a .linux": stubbed(LINUX, name=b".linux"),
                          "count": stubbed(LINUX, count=65535),
                          "signature": stubbed(LINUX, signature=len(LINUX) - 5)}.items():
        (loads.kexec.directory / "kernel").write_bytes(content)
        check("bzImage, %s: files" % name, loads.files("-s", loads.efi)
              == (content, None, b""))
        found, plan = loads.dumped("")
        check("bzImage, %s: dump" % name, found == (CODE, None, b"")
              and plan["segments"][0]["file"] == "kernel", found)


def check_crash(loads, check):
    """Words for the first kernel are not passed to the capture kernel."""
    text = b"root=/dev/vda2 crashkernel=256M crash_kexec_post_notifiers"
    (loads.kexec.directory / "kernel").write_bytes(uki(LINUX, INITRD, text))
    for options, expected in (("-s -p", text.replace(b"crashkernel=256M ", b"")),
                              ("-s", text), ("-s -p --append=crashkernel=1M",
                                             b"crashkernel=1M")):
        found = loads.files(options, loads.efi)
        check("crash: " + options, found == (LINUX, INITRD, expected), found)


def check_notes(loads, check):
    (loads.kexec.directory / "kernel").write_bytes(
        uki(LINUX, INITRD, TEXT, dtb=b"d" * 99))
    result = loads.run(loads.efi, "-d --dry-run")
    check("notes", result.rc == 0 and ".linux has %d bytes" % len(LINUX) in result.err
          and ".initrd has %d bytes" % len(INITRD) in result.err
          and ".dtb is not used" in result.err, result)
    check("plan", "section .linux of kernel" in result.out
          and "section .initrd of kernel" in result.out and TEXT.decode() in result.out,
          result)


def check_changes(loads, check):
    """The image changes while it is loaded."""
    path = loads.kexec.directory / "kernel"
    content = uki(LINUX, INITRD, TEXT)
    for what in ("touch", "shrink"):
        rule = "%s:%s" % (what, path)
        for options, settings in (("-s", {"FILE_LOAD": "OK", "LATE": rule}),
                                  ("-c", {"LATE": rule}), ("-c", {"EARLY": rule}),
                                  ("-c --initrd=other", {"EARLY": rule})):
            path.write_bytes(content)
            result = loads.run(loads.efi, options, **settings)
            late = "LATE" in settings
            check("%s %s %s" % (what, options, sorted(settings)), result.rc == 1
                  and result.one_message("kernel", "has changed")
                  and bool(result.log) == late, result)


def extracted_files():
    """Files in /tmp that may hold a part of a Unified Kernel Image."""
    return {entry.name for entry in Path("/tmp").iterdir()
            if entry.name.startswith(("Kernel", "Initrd"))}


def check_nothing_left(check, place, temporary, before):
    known = {"live", "bios", "caught", "dump", "kernel", "other", "log", "preload.so",
             temporary.name}
    left = [entry.name for entry in place.iterdir() if entry.name not in known]
    check("nothing is left", not left and not list(temporary.iterdir()), left)
    # The exit statuses of kexec-tools.
    left = extracted_files() - before
    check("nor in /tmp", not left, left)


def main():
    check = fakes.Checks()
    before = extracted_files()
    with tempfile.TemporaryDirectory(prefix="kexec-uki-") as directory:
        place = Path(directory)
        temporary = place / "temporary"
        temporary.mkdir()
        os.environ["TMPDIR"] = str(temporary)
        (place / "other").write_bytes(OTHER)
        loads = Loads(fakes.Kexec(place, os.environ["KEXEC"]), place)
        check_sound(loads, check)
        check_broken(loads, check)
        check_no_pe(loads, check)
        check_cut(loads, check)
        check_bzimage(loads, check)
        check_crash(loads, check)
        check_notes(loads, check)
        check_changes(loads, check)
        check_nothing_left(check, place, temporary, before)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
