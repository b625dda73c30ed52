# SPDX-License-Identifier: GPL-2.0-only
"""Differences that a caller of kexec can see; differences.py has the others."""

from cases import INITRD, SECOND
from rows import (Row, called, initrd, our_usage, padded, seen, usage)

# A cpio archive (newc) without files.
EMPTY = (b"070701" + 4 * b"00000000" + b"00000001" + 6 * b"00000000" + b"0000000b"
         + b"00000000" + b"TRAILER!!!").ljust(124, b"\0")

LOADS, UNLOADS, SILENT, SAYS = "kexec_load", "kexec_load nothing", "silent", "a message"
NOT_LOADED = {"calls": ([LOADS, "sync"], []), "exit_status": (0, 1),
              "standard_error": (SILENT, SAYS)}
BIGGER = {"calls": ([], [LOADS]), "exit_status": (255, 0),
          "standard_error": (SAYS, SILENT)}


def without_eth1(side):
    """Our calls: those of kexec-tools, except for the interface that is down."""
    return side.value == [call for call in side.other if call != "down eth1"]


CALLER = [
    Row("calls", "An interface that is down is not taken down.",
        lambda side: "down eth1" in side.value, without_eth1),
    *seen(["-f -l", "-e -l"], "A load that starts nothing leaves the network alone.",
          calls=([LOADS, "sync", "down eth0", "down eth1"], [LOADS])),
    *seen(["-u -e"], "Of -u and -e the last one counts: after -u there would be nothing "
          "left to start.", calls=(lambda side: side.value[0] == UNLOADS,
                              ["sync", "down eth0", "reboot 0x45584543"])),
    *seen(["-e -u"], "As above.",
          calls=(lambda side: side.value[0] == UNLOADS, [UNLOADS])),
    *seen(["-l refused"], "While another program loads, the call is repeated for 5 seconds.",
          calls=([LOADS], [LOADS, *["sleep 200 ms", LOADS] * 25])),
    Row("calls", "-l does not sync; the action that starts the kernel does.",
        [LOADS, "sync"], [LOADS]),
    Row(["initrd", "boot_params: ramdisk_size"], "All initrds count, one behind the "
        "other, not only the last one.", initrd(SECOND), initrd(padded(INITRD) + SECOND),
        when=called("two initrds")),
    Row(["initrd", "boot_params: ramdisk_size"], "The config table array still names the "
        "initrd of the first boot, which is gone; a kernel that gets none takes that one.",
        lambda side: side.value in (None, 0), initrd(EMPTY),
        when=lambda case: case.machine.is_efi()),
    Row("standard error", "Soft Reserved is a known type of memory.", SAYS, SILENT,
        when=lambda case: case.machine.name == "ovmf, more kinds of memory"),
    *seen(["-p --elf32-core-headers"], "Not possible with memory above 4 GiB.",
          calls=([LOADS], []), exit_status=(0, 1), standard_error=(SILENT, SAYS)),
    *seen(["-u -p"], "The order of options makes no difference: this is -p -u.",
          exit_status=(255, 0), standard_output=(usage, ""),
          standard_error=(SAYS, SILENT)),
    *seen(["-u -p KERNEL"], "The order of options makes no difference: this is -p -u.",
          calls=([UNLOADS, LOADS], [UNLOADS])),
    *seen(["-S --append", "-u --noefi", "-e --append"],
          "-S, -u and -e accept what a load accepts, as callers repeat their options.",
          standard_output=(usage, "")),
    *seen(["-S --append", "-u --noefi"], "As above.", exit_status=(1, 0)),
    *seen(["-u --noefi"], "As above.", calls=([], [UNLOADS])),
    *seen(["-e --append"], "As above; that nothing is loaded is an error.",
          standard_error=(SILENT, SAYS)),
    *seen(["cut off"], "A file that is shorter than its header says is not a kernel.",
          **NOT_LOADED),
    *seen(["two kernels"], "A second file is mostly a text for --append that lacks "
          "its quotes.",
          **NOT_LOADED),
    *seen(["command line too long"], "boot.rst: cmdline_size does not count the zero at "
          "the end, so 2047 characters are allowed where the header says 2047.",
          **BIGGER),
    *seen(["--serial=ttyS2"], "Four serial ports are known, not two.", **BIGGER,
          standard_output=(usage, "")),
    *seen(["--serial-baud=0"], "An error instead of a division by zero.",
          exit_status=(-8, 255), standard_error=(SILENT, SAYS)),
    *seen(["--serial-baud=12345", "--mem-max that is not a number"],
          "One message about the value, not the whole usage text.",
          standard_output=(usage, "")),
    *seen(["--help", "nothing"], "Our own text.", standard_output=(usage, our_usage)),
    *seen(["unknown option", "no argument"],
          "The message and a hint, not the whole usage text.",
          standard_output=(usage, "")),
    *seen(["--version"], "Our own name.",
          standard_output=(lambda side: side.value.startswith("kexec-tools "),
                           lambda side: "(compatible with kexec-tools 2" in side.value)),
]
