# SPDX-License-Identifier: GPL-2.0-only
"""Firmware of test machines: that of this computer's packages, and that of other Debian
suites, which is downloaded once and kept in the cache."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from cache import Missing, cached, note, package_versions, unpack_packages
from suites import suite_apt

# A variable store that only code in system management mode may write.
SMM = ("-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on")


@dataclass(frozen=True)
class Firmware:
    """package: the Debian package that has the files. suite: empty for this computer's.
    variables: the file of EFI variables; without it, code is the whole ROM."""
    package: str
    code: str
    variables: str = ""
    suite: str = ""
    arguments: tuple = ()


OVMF = ("ovmf", "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd")
MICROSOFT = ("ovmf", "/usr/share/OVMF/OVMF_CODE_4M.ms.fd",
             "/usr/share/OVMF/OVMF_VARS_4M.ms.fd")
U_BOOT = ("u-boot-qemu", "/usr/lib/u-boot/qemu-x86_64/u-boot.rom")

FIRMWARE = {
    "ovmf": Firmware(*OVMF),
    # Debian has only one variant of 32-bit firmware, whose variable store needs SMM.
    "ovmf-ia32": Firmware("ovmf-ia32", "/usr/share/OVMF/OVMF32_CODE_4M.secboot.fd",
                          "/usr/share/OVMF/OVMF32_VARS_4M.fd", arguments=SMM),
    # Secure Boot is on, with Microsoft's keys.
    "ovmf-secure": Firmware(*MICROSOFT, arguments=SMM),
    # The same code without keys: Secure Boot is off.
    "ovmf-secboot": Firmware("ovmf", "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd", OVMF[2],
                             arguments=SMM),
    "ovmf-bullseye": Firmware(*OVMF, suite="bullseye"),
    "ovmf-trixie": Firmware(*OVMF, suite="trixie"),
    "ovmf-sid": Firmware("ovmf-generic", *OVMF[1:], suite="sid"),
    "u-boot": Firmware(*U_BOOT),
    "u-boot-sid": Firmware(*U_BOOT, suite="sid"),
}


def unpacked(firmware):
    """The directory in which the firmware's package is unpacked; / for this
    computer's."""
    if not firmware.suite:
        if not Path(firmware.code).exists():
            raise Missing(f"{firmware.code} is missing: install the package "
                          f"{firmware.package}")
        return Path("/")
    apt = suite_apt(firmware.suite)
    versions = package_versions([firmware.package], apt)

    def fill(into):
        note(f"downloading {firmware.package} of {firmware.suite}")
        unpack_packages(versions, into, apt)

    return cached(f"{firmware.package}-{firmware.suite}",
                  f"{firmware.package}-{versions[firmware.package]}", fill)


def drives(name, directory):
    """QEMU's arguments for a firmware, with a private copy of its variables in the
    directory."""
    firmware = FIRMWARE[name]
    root = unpacked(firmware)
    code = root / firmware.code.lstrip("/")
    if not firmware.variables:
        return ["-bios", str(code)]
    private = Path(directory) / "variables.fd"
    shutil.copyfile(root / firmware.variables.lstrip("/"), private)
    return [*firmware.arguments,
            "-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={code}",
            "-drive", f"if=pflash,unit=1,format=raw,file={private}"]
