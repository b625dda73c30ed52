# SPDX-License-Identifier: GPL-2.0-only
"""The kinds of images that a case's field `image` can name.

A kind is a function (kernel, initrd, command_line, directory) -> path. It makes the file
that kexec loads from the path of a kernel, in that directory. Kinds that carry an initrd
(bytes) and a command line inside get those of the next stage. CannotPrepare means that a
program or package is missing, which says nothing about kexec.
"""

import subprocess
from pathlib import Path

import program_kinds
from cache import cached, package_versions, unpack_packages
from vm import CannotPrepare

# Debian: systemd-boot-efi.
STUB = Path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub")


def run(*command):
    try:
        done = subprocess.run([str(word) for word in command], text=True,
                              capture_output=True)
    except FileNotFoundError as error:
        raise CannotPrepare(f"{command[0]} is not installed") from error
    if done.returncode:
        raise CannotPrepare(f"{command[0]}: {done.stderr.strip()}")
    return done.stdout


def end_of_sections(program):
    """The highest end address of a PE file's sections, as objdump shows them."""
    end = 0
    for line in run("objdump", "-h", program).splitlines():
        words = line.split()
        if words and words[0].isdigit():
            end = max(end, int(words[2], 16) + int(words[3], 16))
    return end


def stub_with(sections, directory):
    """systemd's stub and after it the sections, a list of (name, content). The name of a
    section that is there twice gets a digit for objcopy, which is taken away again."""
    if not STUB.exists():
        raise CannotPrepare(f"{STUB} is missing: install the package systemd-boot-efi")
    directory = Path(directory)
    arguments, address, names = [], end_of_sections(STUB), {}
    for name, content in sections:
        wanted = name
        while name in names:
            name = wanted[:7] + str(len(names) % 10)
        names[name] = wanted
        part = directory / f"uki{name}"
        part.write_bytes(content)
        address = -(-address // 4096) * 4096
        arguments += ["--add-section", f"{name}={part}",
                      "--change-section-vma", f"{name}={address:#x}"]
        address += len(content)
    path = directory / "uki.efi"
    run("objcopy", *arguments, STUB, path)
    image = path.read_bytes()
    for name, wanted in names.items():
        if name != wanted:
            image = image.replace(name.encode().ljust(8, b"\0"),
                                  wanted.encode().ljust(8, b"\0"), 1)
    path.write_bytes(image)
    return path


def uki(kernel, initrd, command_line, directory):
    """A unified kernel image as systemd-stub(7) of that version describes."""
    return stub_with([(".osrel", b"ID=test\n"),
                      (".cmdline", command_line.encode() + b"\n"), (".initrd", initrd),
                      (".linux", Path(kernel).read_bytes())], directory)


def uki_profiles(kernel, initrd, command_line, directory):
    """Two profiles (UAPI specification, Multi-Profile UKIs). Only the second one, "next",
    has a usable initrd and command line."""
    return stub_with([(".osrel", b"ID=test\n"), (".linux", Path(kernel).read_bytes()),
                      (".initrd", b"no initrd at all"),
                      (".profile", b"ID=main\n"), (".cmdline", b"stage=9 init=/nowhere"),
                      (".profile", b"ID=next\n"), (".initrd", initrd),
                      (".cmdline", command_line.encode() + b"\n")], directory)


def uki_replaced(kernel, _initrd, _command_line, directory):
    """A unified kernel image whose own initrd and command line must not be used."""
    return uki(kernel, b"no initrd at all", "stage=9 init=/nowhere", directory)


def memtest(name):
    """The memory test of Debian's package memtest86+ instead of a kernel."""
    def make(_kernel, _initrd, _command_line, _directory):
        versions = package_versions(["memtest86+"])
        place = cached("memtest86+", "memtest86+-{memtest86+}".format(**versions),
                       lambda into: unpack_packages(versions, into))
        return place / "boot" / f"memtest86+{name}.bin"
    return make


KINDS = {
    "memtest-64": memtest("x64"),
    "memtest-32": memtest("ia32"),
    "uki": uki,
    "uki-profiles": uki_profiles,
    "uki-replaced": uki_replaced,
    **program_kinds.KINDS,
}
