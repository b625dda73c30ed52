# SPDX-License-Identifier: GPL-2.0-only
"""kexec-efi as a Debian package that takes kexec-tools' place, as a distribution would
ship it, on a drive for the guest."""

import shutil
import stat
import tarfile
from pathlib import Path

from disks import tool
from vm import CannotPrepare

SOURCE = Path(__file__).resolve().parents[2]
# kdump-tools asks for kexec-tools.
CONTROL = """\
Package: kexec-efi
Version: 1
Architecture: amd64
Maintainer: kexec-efi's tests <root@localhost>
Provides: kexec-tools (= 1:2.0.99)
Conflicts: kexec-tools
Replaces: kexec-tools
Depends: libc6
Description: kexec for x86_64 that keeps EFI tables
"""
NAME = "kexec-efi.deb"
# Installs the package from the drive, in the guest.
INSTALL = f"tar -xf /dev/disk/by-id/virtio-payload -C /root && dpkg --force-confnew -i /root/{NAME}"


def put(root, name, text, mode=0o644):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def made(name, system):
    """The text of a file that "make" makes from NAME.in."""
    text = (SOURCE / name).read_text()
    for word, place in (("sbindir", f"/{system.sbin}"), ("VERSION", "0"),
                        ("pkgdatadir", "/usr/share/kexec-efi")):
        text = text.replace(f"@{word}@", place)
    return text


def drive(kexec, system, directory):
    """QEMU's arguments for a drive with the package for a system."""
    root = Path(directory) / "package"
    programs = root / system.sbin
    programs.mkdir(parents=True)
    built = Path(kexec).absolute()
    if not built.exists():
        raise CannotPrepare(f"{kexec} is not there: build it, or name it with --kexec=PATH")
    for program in (built, built.parent.parent / "vmcore-dmesg/vmcore-dmesg"):
        if program.exists():
            shutil.copyfile(program, programs / program.name)
            (programs / program.name).chmod(0o755)
    for source in (SOURCE / "system").glob("kexec-load*.in"):
        name = source.name.removesuffix(".in")
        text = made(f"system/{source.name}", system)
        if name == "kexec-load":
            put(root, f"{system.sbin}/{name}", text, 0o755)
        else:
            put(root, f"usr/lib/systemd/system/{name}", text, 0o644)
    put(root, f"{system.sbin}/kexec-selftest", made("selftest/kexec-selftest.in", system), 0o755)
    put(root, "usr/lib/systemd/system/kexec-selftest.service",
        made("selftest/kexec-selftest.service.in", system))
    for source in (SOURCE / "selftest").glob("*.sh"):
        put(root, f"usr/share/kexec-efi/selftest/{source.name}", source.read_text())
    put(root, "etc/default/kexec", (SOURCE / "system/kexec.default").read_text())
    put(root, "DEBIAN/control", CONTROL)
    put(root, "DEBIAN/conffiles", "/etc/default/kexec\n")
    root.chmod(root.stat().st_mode | stat.S_IRGRP | stat.S_IXGRP | stat.S_IROTH | stat.S_IXOTH)
    package = Path(directory) / NAME
    tool("dpkg-deb", "--root-owner-group", "-Zgzip", "--build", root, package)
    shutil.rmtree(root)
    payload = Path(directory) / "payload.tar"
    with tarfile.open(payload, "w") as archive:
        archive.add(package, NAME)
    return ["-drive", f"if=none,id=payload,format=raw,readonly=on,file={payload}",
            "-device", "virtio-blk-pci,drive=payload,serial=payload"]
