#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Shared libraries are loaded only where they are needed: without them the program can
start, unload and report, and it names the library that it misses. Environment: KEXEC, CC,
DLOPEN."""

import gzip
import json
import lzma
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402

# These command lines use none of our libraries.
BARE = ["-e", "-e -f vmlinuz", "-u", "-p -u", "-S", "-l -S", "-v", "-h", "-l vmlinuz",
        "-l vmlinuz --initrd=initrd --append=quiet", "-s -l vmlinuz", "--dry-run vmlinuz"]

# Without this library, this command line fails and names it.
MISSING = [
    ("libz.so", "-l vmlinuz.gz", "gzip"),
    ("liblzma.so", "-l vmlinuz.xz", "xz or lzma"),
    ("libzstd.so", "-l vmlinuz.zst", "zstd"),
    ("libjson-c.so", "--dry-run=json vmlinuz", "JSON"),
    ("libjson-c.so", "--check=json", "JSON"),
]
OPTIONAL = {"liblzma.so": "LIBLZMA", "libzstd.so": "LIBZSTD"}


def needed(program):
    """Libraries that the dynamic linker loads before main."""
    headers = subprocess.run(["objdump", "-p", program], text=True, check=True,
                             capture_output=True).stdout
    return re.findall(r"NEEDED +(\S+)", headers)


def notes(program):
    """The notes of "ELF dlopen metadata", read from the section's bytes."""
    with tempfile.TemporaryDirectory() as directory:
        section = Path(directory) / "notes"
        subprocess.run(["objcopy", "--dump-section", f".note.dlopen={section}", program,
                        Path(directory) / "copy"], check=True)
        data = section.read_bytes()
    found, at = [], 0
    while at < len(data):
        name_size, size, kind = (int.from_bytes(data[at + i:at + i + 4], "little")
                                 for i in (0, 4, 8))
        name = data[at + 12:at + 12 + name_size]
        text = data[at + 12 + (name_size + 3 & ~3):][:size]
        found.append((name, kind, json.loads(text.rstrip(b"\0"))))
        at += 12 + (name_size + 3 & ~3) + (size + 3 & ~3)
    return found


def check_program(check, program):
    libraries = {name.split(".so")[0] for name in needed(program)}
    ours = {"libelf", "libz", "liblzma", "libzstd", "libjson-c", "libefivar",
            "libxenctrl"}
    check("linked with none of them", not libraries & ours, libraries)
    found = notes(program)
    check("notes: owner and type", found and all(
        name == b"FDO\0" and kind == 0x407c0c0a for name, kind, _ in found), found)
    listed = [entry for _, _, entries in found for entry in entries]
    check("notes: members", all(set(entry) == {"feature", "description", "priority", "soname"}
                                and entry["priority"] in ("required", "recommended",
                                                          "suggested")
                                for entry in listed), listed)
    named = {name.split(".so")[0] for entry in listed for name in entry["soname"]}
    check("notes: no others", named <= ours and {"libelf", "libz", "libjson-c"} <= named,
          named)


def check_bare(check, kexec):
    for line in BARE:
        result = kexec(*line.split(), NO_LIBRARY="lib", FILE_LOAD="OK")
        good = kexec(*line.split(), FILE_LOAD="OK")
        check("without libraries: " + line,
              (result.rc, result.log, result.err) == (good.rc, good.log, good.err), result)


def check_missing(check, kexec):
    for library, line, purpose in MISSING:
        if os.environ.get(OPTIONAL.get(library, "")) == "no":
            continue
        if "zst" not in line:
            good = kexec("-c", *line.split())
            check("with it: " + line, good.rc == 0, good)
        result = kexec("-c", *line.split(), NO_LIBRARY=library)
        check("without %s: %s" % (library, line), result.rc == 1 and not result.log
              and result.one_message(library, "needed for", purpose, "install"), result)


def main():
    if os.environ.get("DLOPEN") == "no":
        print("built with --disable-dlopen")
        return 77
    check = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-test.") as name:
        directory = Path(name)
        kexec = fakes.Kexec(directory, os.environ["KEXEC"])
        kernel = fakes.bzimage()
        fakes.write(directory / "vmlinuz", kernel)
        fakes.write(directory / "vmlinuz.gz", gzip.compress(kernel))
        fakes.write(directory / "vmlinuz.xz", lzma.compress(kernel))
        fakes.write(directory / "vmlinuz.zst", fakes.zstd(kernel))
        fakes.write(directory / "initrd", b"initrd")
        check_program(check, kexec.program)
        check_bare(check, kexec)
        check_missing(check, kexec)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
