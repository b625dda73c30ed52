# SPDX-License-Identifier: GPL-2.0-only
"""Machines whose first system is Debian's Xen with the first kernel as its first domain
(dom0): how the firmware starts it, and the library through which programs call it."""

from pathlib import Path

import images
import kexec_tools
from cache import Missing
from e820 import ram_bytes
from program_kinds import unpacked_xen
from vm import CannotPrepare, ovmf_drives

# The name of the archive with libxenctrl.
LIBRARY = "libxenctrl"
# The second serial port is the kernel's, for results; Xen has the first one, and passes
# on what the kernel writes to hvc0.
OPTIONS = "com1=115200,8n1 console=com1 loglvl=all"
COMMAND_LINE = "console=hvc0 panic=-1 no_timer_check"
CONFIGURATION = """[global]
default=test
[test]
options={options}
kernel=vmlinuz {command_line}
ramdisk=initrd
"""


def library_archive(preload):
    """libxenctrl with all libraries that it needs, and the library at the path preload.
    libxenctrl is of the same suite as the hypervisor, because most of its calls have a
    version, and comes with kexec-tools, which is linked with it."""
    try:
        _, package = kexec_tools.fetch()
    except Missing as error:
        raise CannotPrepare(str(error)) from error
    places = kexec_tools.library_places(package)
    path = next(path for place in places for path in place.glob("libxenctrl.so.4.*[0-9]")
                if path.is_symlink())
    return images.archive_of("lib/preload-xen.so", preload) + images.archive_of(
        images.LIBRARY_PLACE + path.name, path, places)


def started_by_firmware(case, kernel, initrd, directory):
    """QEMU's arguments for an EFI system partition from which the firmware starts Xen,
    which loads the kernel and the initrd (bytes) from there."""
    try:
        root = unpacked_xen("")
    except Missing as error:
        raise CannotPrepare(str(error)) from error
    command_line = f"stage=1 {COMMAND_LINE} {case.first_append}".strip()
    configuration = CONFIGURATION.format(options=f"{OPTIONS} {case.hypervisor}",
                                         command_line=command_line)
    files = {"EFI/BOOT/BOOTX64.EFI": next(root.glob("boot/xen-*.efi")),
             "EFI/BOOT/BOOTX64.CFG": configuration.encode(),
             "EFI/BOOT/vmlinuz": kernel, "EFI/BOOT/initrd": initrd}
    image = images.esp(Path(directory) / "esp.img", files)
    return ovmf_drives(directory, case.firmware) + images.esp_drive(image)


# ----------------------------------------------------------- what Xen said

MIB = 1 << 20
E820_RAM = 1
# Next kernels get a little less RAM than Xen's map has: pages for copies of EFI tables.
LOST_BYTES_MOST = MIB


def memory(facts):
    """The ranges [start, end) of RAM in the machine's map, from the first kernel's facts,
    which has them from Xen (guest/xen-facts.c)."""
    found = []
    for line in facts["xen"]:
        word, *rest = line.split()
        if word == "map" and int(rest[2]) == E820_RAM:
            start, size = int(rest[0], 0), int(rest[1], 0)
            found.append((start, start + size))
    return found


def crash_region(facts):
    """The range that Xen has reserved with crashkernel=, or None."""
    for line in facts["xen"]:
        if line.startswith("range crash "):
            start, size = (int(word, 0) for word in line.split()[2:])
            return (start, start + size) if size else None
    return None


def check(case, results):
    """Returns a list of errors in a load that Xen did: Xen must have the image, and Linux
    none, and a normal kernel must get all of the machine's memory, not the domain's."""
    first, last = results.facts[1], results.facts[results.last_stage()]
    if not case.hypervisor:
        return []
    wrong = []
    expected = [f"loaded {int(not case.crash)}", f"crash_loaded {int(case.crash)}"]
    if first["xen_status"] != expected:
        wrong.append(f"after the load Xen says {first['xen_status']}, not {expected}")
    if first["kexec_loaded"] + first["kexec_crash_loaded"] != ["0", "0"]:
        wrong.append("the kernel of the first domain has an image, too")
    whole = sum(end - start for start, end in memory(first))
    if not case.crash and ram_bytes(last["e820"]) + LOST_BYTES_MOST < whole:
        wrong.append(f"the next kernel got {ram_bytes(last['e820']):#x} bytes of RAM, the "
                     f"machine has {whole:#x}")
    return wrong
