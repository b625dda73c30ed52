#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unified kernel images with profiles: the chosen profile's parts reach either system
call, and the plan names it. Environment: KEXEC, CC."""

import gzip
import os
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
from uki_loads import (CODE, INITRD, JOINED, LINUX, OTHER, TEXT,      # noqa: E402
                       UCODE, Loads)
from uki_writer import image, section, uki                          # noqa: E402

BASE = [section(".osrel", b"ID=test\n"), section(".linux", LINUX),
        section(".cmdline", b"base")]


def profile(text, *sections):
    return [section(".profile", text), *sections]


def parts(*lists):
    return image(*(entry for one in lists for entry in one))


# The example of the specification.
THREE = parts(BASE, profile(b'ID=regular TITLE="Regular boot"'),
              profile(b'ID=factory-reset TITLE="Reset Device to Factory Defaults"',
                      section(".cmdline", b"reset")),
              profile(b"TITLE=Boot Storage Target Mode\nID=storagetm\n",
                      section(".cmdline", b"storage"), section(".initrd", INITRD)))
KERNELS = parts(profile(b"", section(".linux", fakes.bzimage(size=64 << 10)),
                        section(".cmdline", b"small")),
                profile(b"ID=large", section(".linux", LINUX),
                        section(".initrd", OTHER)))
EMPTY = parts(BASE, [section(".initrd", INITRD)],
              profile(b"ID=x", section(".initrd", b""), section(".cmdline", b"")))
UCODES = parts(BASE, [section(".initrd", OTHER), section(".ucode", UCODE)],
               profile(b"ID=x", section(".initrd", INITRD)))
# Only the chosen profile has to be valid.
DEFECTS = parts(BASE, profile(b"ID=\xff", section(".linux", LINUX, raw=0xffffffff,
                                                 virtual=0xffffffff)),
                profile(b"ID=good", section(".cmdline", TEXT)),
                profile(b"x" * 9999, section(".initrd", INITRD),
                        section(".initrd", INITRD)),
                [section(".profile", b"ID=far", offset=1 << 30)])
MANY = parts(BASE, *(profile(b"ID=p%d" % i, section(".cmdline", b"text %d" % i))
                     for i in range(300)))

# Name, file, options -> initrd and command line that reach the kernel; number and ID.
SOUND = [
    ("default", THREE, "", None, b"base", (0, "regular")),
    ("0", THREE, "--uki-profile=0", None, b"base", (0, "regular")),
    ("1", THREE, "--uki-profile=1", None, b"reset", (1, "factory-reset")),
    ("@1", THREE, "--uki-profile=@1", None, b"reset", (1, "factory-reset")),
    ("ID", THREE, "--uki-profile storagetm", INITRD, b"storage", (2, "storagetm")),
    ("the last one wins", THREE, "--uki-profile=1 --uki-profile=2", INITRD, b"storage",
     (2, "storagetm")),
    ("--append", THREE, "--uki-profile=2 --append=x", INITRD, b"x", (2, "storagetm")),
    ("--initrd", THREE, "--uki-profile=2 --initrd=other", OTHER, b"storage",
     (2, "storagetm")),
    ("--initrd, the base", THREE, "--initrd=other", OTHER, b"base", (0, "regular")),
    ("--type=uki", THREE, "--type=uki --uki-profile=1", None, b"reset",
     (1, "factory-reset")),
    ("compressed", gzip.compress(THREE), "--uki-profile=2", INITRD, b"storage",
     (2, "storagetm")),
    ("kernel of a profile", KERNELS, "--uki-profile=1", OTHER, b"", (1, "large")),
    ("empty sections", EMPTY, "", None, b"", (0, "x")),
    ("microcode of the base", UCODES, "", JOINED, b"base", (0, "x")),
    ("defects elsewhere", DEFECTS, "--uki-profile=1", None, TEXT, (1, "good")),
    ("defects elsewhere, ID", DEFECTS, "--uki-profile=good", None, TEXT, (1, "good")),
    ("300 profiles", MANY, "--uki-profile=299", None, b"text 299", (299, "p299")),
    ("300 profiles, ID", MANY, "--uki-profile=p256", None, b"text 256", (256, "p256")),
    ("no text", parts(BASE, profile(b"")), "", None, b"base", (0, None)),
    ("garbage", parts(BASE, profile(b"\0\x01\xff=ID=\n")), "", None, b"base",
     (0, None)),
    ("without profiles", uki(LINUX, INITRD, TEXT), "--uki-profile=0", INITRD, TEXT,
     None),
]

THREE_LIST = "profiles @0 (regular), @1 (factory-reset), @2 (storagetm)"
# Name, file, options, words of the message. Refused before any system call, with status
# 1.
BROKEN = [
    ("out of range", THREE, "--uki-profile=3", "--uki-profile=3: unknown " + THREE_LIST),
    ("unknown ID", THREE, "--uki-profile=Regular", "unknown " + THREE_LIST),
    ("empty", THREE, "--uki-profile=", "unknown " + THREE_LIST),
    ("huge", THREE, "--uki-profile=18446744073709551616", "unknown " + THREE_LIST),
    ("negative", THREE, "--uki-profile=-1", "unknown " + THREE_LIST),
    ("twice", parts(BASE, profile(b"ID=a"), profile(b"ID=a")), "--uki-profile=a",
     "several number"),
    ("300 profiles", MANY, "--uki-profile=300", "unknown @15 (p15) and 284 more"),
    ("no profiles", uki(LINUX, INITRD, TEXT), "--uki-profile=1", "has no profiles"),
    ("no profiles, ID", uki(LINUX, INITRD, TEXT), "--uki-profile=x", "has no profiles"),
    ("bzImage", LINUX, "--uki-profile=0", "--uki-profile=0: is not a Unified Kernel "
     "Image"),
    ("text", b"text" * 999, "--uki-profile=x", "--uki-profile=x: is not a Unified"),
    ("no kernel", parts([section(".cmdline", TEXT)], profile(b"ID=a")), "",
     "profile @0 without a kernel"),
    ("kernel in another", parts(profile(b"ID=a", section(".cmdline", TEXT)),
                                profile(b"ID=b", section(".linux", LINUX))), "",
     "profile @0 without a kernel"),
    ("kernel in another, ID", KERNELS.replace(b".linux\0\0", b".linus\0\0"),
     "--uki-profile=large", "profile @1 without a kernel"),
    ("kernel of nothing", parts(BASE, profile(b"ID=a", section(".linux", b""))), "",
     ".linux empty"),
    ("two of one name", parts(BASE, profile(b"", section(".initrd", INITRD),
                                            section(".initrd", INITRD))), "",
     "2 .initrd profile @0"),
    ("two in the base", parts(BASE, BASE, profile(b"")), "", "2 .linux base profile"),
    ("bad profile", DEFECTS, "", "invalid ID= profile @0"),
    ("large text", DEFECTS, "--uki-profile=2", ".profile too large 9999 4096"),
    ("text outside", DEFECTS, "--uki-profile=3", ".profile cut off"),
    ("text in the kernel", parts(BASE, [section(".profile", b"ID=x", offset=4000)]), "",
     ".profile .linux overlap"),
]


def check_sound(loads, check):
    for name, content, options, initrd, text, chosen in SOUND:
        (loads.kexec.directory / "kernel").write_bytes(content)
        for mode, root in (("-s", loads.efi), ("-a", loads.bios)):
            found = loads.files(options + " " + mode, root)
            check("%s: files %s" % (name, mode), found == (LINUX, initrd, text), found)
        found = loads.segments(options + " -c")
        good = isinstance(found, list) and CODE in found \
            and (initrd is None or initrd in found) \
            and any(b"\0" + text + b"\0" in part for part in found)
        check("%s: segments" % name, good, found if not good else "")
        found, plan = loads.dumped(options)
        check("%s: dump" % name, found == (CODE, initrd, text), found)
        expected = chosen and {"number": chosen[0], "id": chosen[1]}
        check("%s: plan" % name, plan and plan["kernel"]["uki_profile"] == expected, plan)


def check_broken(loads, check):
    for name, content, options, words in BROKEN:
        (loads.kexec.directory / "kernel").write_bytes(content)
        for mode in ("-s", "-c", "-a", "-c --initrd=other --append=x"):
            result = loads.run(loads.bios, options + " " + mode, FILE_LOAD="OK")
            check("%s, %s" % (name, mode), result.rc == 1 and not result.log
                  and result.one_message("kernel", *words.split(" ")), result)


def check_notes(loads, check):
    kernel = loads.kexec.directory / "kernel"
    kernel.write_bytes(THREE)
    result = loads.run(loads.efi, "-d --dry-run --uki-profile=1")
    check("notes", result.rc == 0 and "profile @1 of 3, ID factory-reset, \"Reset Device to "
          "Factory Defaults\"\n" in result.err
          and ".cmdline has 5 bytes, from the profile\n" in result.err
          and ".linux has %d bytes\n" % len(LINUX) in result.err, result)
    check("text", "section .linux of kernel, profile @1 (factory-reset)\n" in result.out,
          result)
    result = loads.run(loads.bios, "-d -s --uki-profile=2", FILE_LOAD="OK")
    check("notes, -s", result.rc == 0 and "profile @2 of 3, ID storagetm, \"Boot Storage "
          "Target Mode\"\n" in result.err, result)
    kernel.write_bytes(parts(BASE, profile(b"TITLE=\x1b[2Ja\x07\nID=a")))
    result = loads.run(loads.efi, "-d --dry-run")
    check("a title does not control the terminal", result.rc == 0
          and "\x1b" not in result.err and "\\x1b[2Ja\\x07" in result.err, result)
    kernel.write_bytes(uki(LINUX, INITRD, TEXT))
    result = loads.run(loads.efi, "-d --dry-run")
    check("without profiles", result.rc == 0 and "profile" not in result.out + result.err,
          result)


def main():
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-uki-") as directory:
        place = Path(directory)
        (place / "other").write_bytes(OTHER)
        loads = Loads(fakes.Kexec(place, os.environ["KEXEC"]), place)
        check_sound(loads, check)
        check_broken(loads, check)
        check_notes(loads, check)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
