# SPDX-License-Identifier: GPL-2.0-only
"""All differences between Debian's kexec-tools and ours, each with its reason.

A row names fields of reading.py (shell patterns), the value of each program, and the
cases it applies to, if not all. A value may be a function of a Side. A difference without
a row fails the test, and so does a row without a difference, so the list stays current.
`run --list` prints it."""

import textwrap

from cases import APPEND
from differences_seen import CALLER
from reading import joined
from rows import (RECORD, Row, anything, as_machine, called, capture_map, capture_only,
                  carried, descriptors, each_alone, entries, exact_memory, firmware_map,
                  lasting_words, more_words, no_virtual_addresses, of_file, of_running,
                  on_firmware_32, one_kib_less, our_capture_map, parameters_together,
                  params, root_pointer, starts_with_reused, whole_map, words)

HEADER = [
    params(name, value, of_file(name), reason)
    for name, value, reason in [
        ("root_flags", 0xffff, "What the kernel was built with stays: it decides whether "
         "the root is mounted read-only when the command line does not."),
        ("root_dev", 0x300, "What the kernel was built with stays, instead of a disk "
         "/dev/hda that there is not."),
        ("boot_flag", 0x55, "boot.rst calls 0xaa55 a magic number; kexec-tools writes an "
         "old field of another layout over its second byte."),
        ("loadflags", 0, "boot.rst: LOADED_HIGH tells where the kernel is, and it is at "
         "or above 0x100000."),
    ]]

CARRIED = [
    params("screen_info.cl_magic", 0xa33f, of_running("screen_info.cl_magic"),
           "The command line's address in protocols before 2.02 lies inside of "
           "screen_info; no kernel with a 64-bit entry reads it, and screen_info is "
           "passed on as it is."),
    params("screen_info.cl_offset", 0x1000, of_running("screen_info.cl_offset"),
           "As cl_magic."),
    params("secure_boot", 0, of_running("secure_boot"),
           "Passed on: the next kernel locks itself down by it."),
    params("edid_info", 0, of_running("edid_info"),
           "Passed on: what the monitor can do does not change."),
    params("hardware_subarch_data", 0, of_running("hardware_subarch_data"),
           "Passed on together with hardware_subarch."),
    Row(["boot_params: edd*"],
        "From the running kernel's boot_params. kexec-tools puts it together from "
        "/sys/firmware/edd, a module's view of the same bytes.", 0,
        lambda side: side.value in (side.running(name) for name in (
            "eddbuf", "eddbuf_entries", "edd_mbr_sig_buffer",
            "edd_mbr_sig_buf_entries"))),
]

EFI = [
    params("efi_info.memdesc_size", 40, of_running("efi_info.memdesc_size"),
           "The descriptors keep the firmware's size: from it, kernels decide whether the "
           "memory attributes table is valid."),
    params("efi_info.memmap_size", descriptors(lambda side: 40),
           descriptors(lambda side: side.running("efi_info.memdesc_size")),
           "Follows from memdesc_size."),
    Row("EFI memory map: order", "By address, as firmware and kernel do; kexec-tools "
        "keeps the order in which the directory is read.",
        lambda side: sorted(side.value) == side.other,
        lambda side: side.value == [d.physical for d in side.machine.runtime_map()]),
    Row("SETUP_EFI: runtime", "Zero, as in the running kernel's own loader: kernels take "
        "the runtime services from the system table.",
        lambda side: side.value == side.machine.firmware("runtime"), 0),
    Row("setup_data: types", "Random seed and record are the last nodes; a kernel finds a "
        "node by its type. What the running kernel got is handed on.",
        lambda side: side.value == [9, *(kind for kind in side.other[:-2]
                                         if kind not in carried(side))],
        lambda side: side.value[-2:] == [9, RECORD]
        and [kind for kind in side.value if kind in carried(side)] == carried(side)),
    Row("setup_data 3", "An option ROM that the firmware passed is handed on.", None,
        lambda side: (3, bytes.fromhex(side.value)) in side.machine.setup_data()),
    Row("setup_data %d" % RECORD, "Zeros, where purgatory will write its record for the "
        "next kernel.", None, bytes(640).hex()),
]

FIRMWARE_32 = [
    Row(["boot_params: efi_info.*", "SETUP_EFI: *", "EFI memory map: *",
         "place: setup_data 4", "place: EFI memory map",
         "on memory that is in use: setup_data 4",
         "on memory that is in use: EFI memory map"],
        "Nothing of 32-bit firmware is handed over but the ACPI root pointer: a kernel that "
        "kexec starts cannot call its services, and kexec_file_load refuses such machines.",
        anything, lambda side: not side.value, when=on_firmware_32),
    Row("setup_data: types", "As above: no SETUP_EFI. What the running kernel got is "
        "handed on.", [9, 4], lambda side: side.value == [*carried(side), 9, RECORD],
        when=on_firmware_32),
    Row("command line", "A crash kernel without EFI data is told of the ACPI root pointer "
        "here, too, which kernels before 5.0 do not find in boot_params.",
        lambda side: "acpi_rsdp=" not in side.value,
        lambda side: "acpi_rsdp=%#x" % root_pointer(side)
        in words(side.value.partition(" -- ")[0])
        and lasting_words(side.value) == lasting_words(side.other),
        when=lambda case: on_firmware_32(case) and case.crash),
]

MEMORY = [
    Row(["e820: entries", "e820: map"],
        "What firmware or running kernel still use is reserved: the ranges of "
        "/sys/firmware/efi/runtime-map and all that /proc/iomem calls Reserved. Each "
        "type is kept, overlaps are resolved, and page 0 belongs to the map, as in the "
        "firmware's map: every kernel avoids it anyway.",
        lambda side: side.value in (firmware_map(side), joined(firmware_map(side))),
        as_machine, when=whole_map),
    Row(["e820: entries", "e820: map"],
        "Low memory begins at 0, what the firmware and the crashed kernel keep is "
        "reserved as it is for any other kernel, and the ELF core header is reserved "
        "instead of missing.",
        lambda side: side.value in (capture_map(side), joined(capture_map(side))),
        lambda side: side.value == our_capture_map(side), when=capture_only),
    params("e820_entries", entries, entries, "Follows from the map."),
    Row(["boot_params: screen_info.ext_mem_k", "boot_params: alt_mem_k"],
        "kexec-tools loses a KiB by rounding down a last byte.", one_kib_less, anything,
        when=whole_map),
]

PLACES = [
    Row("segments", "All parameters are one segment, and setup_data nodes never lie one "
        "on the other's page; kernels see no difference. On EFI machines there is a pool "
        "of zeroed pages for the identity map.",
        each_alone, parameters_together),
    Row("place: kernel", "As low as the kernel likes to be (pref_address), away from the "
        "firmware's data at the top of memory.", "highest", "lowest"),
    Row("place: setup_data 3", "Part of the parameters.", None, "highest"),
    Row("on memory that is in use: setup_data 3", "Part of the parameters.", None, False),
    Row("place: setup_data %d" % RECORD, "Part of the parameters.", None, "highest"),
    Row("on memory that is in use: setup_data %d" % RECORD, "Part of the parameters.", None,
        False),
    Row(["place: setup_data *", "place: EFI memory map"],
        "Part of the parameters, which lie at the top.", "lowest", "highest"),
    Row("place: nothing but zeros", "The pool for the identity map.", None, "highest"),
    Row("on memory that is in use: nothing but zeros", "The pool for the identity map.",
        None, False),
    Row("place: initrd", "The empty one lies where others lie.", None,
        lambda side: side.value in ("highest", "highest below initrd_addr_max")),
    Row("on memory that is in use: initrd", "Nor does the empty one.", None, False),
    Row("place: initrd", "Not above what the kernel says it can reach, as long as there "
        "is room.", "highest", "highest below initrd_addr_max"),
    Row("initrd: below initrd_addr_max", "boot.rst: the highest address that an initrd "
        "may take. kexec-tools does not ask for it at a 64-bit entry.", False, True),
    Row("on memory that is in use: *", "Nothing lies on what runtime services, firmware "
        "tables or the running kernel keep.", True, False),
]


def above_first_mib(pieces):
    """The pieces of memory, as tuples that begin with start and end, from 1 MiB on."""
    return [piece for piece in pieces if piece[0] >= 1 << 20]


CRASH = [
    Row("initrd: below initrd_addr_max", "The empty one lies in the crash kernel region, "
        "which may be above; kexec-tools has none there.", True, False),
    Row("ELF core header: bits", "--elf32-core-headers is obeyed. kexec-tools accepts "
        "and ignores it on x86_64.", 64, 32, when=called("-p --elf32-core-headers")),
    Row(["ELF core header: kernel", "ELF core header: direct map"],
        "A 32-bit header has no room for the virtual addresses of a 64-bit kernel.",
        anything, no_virtual_addresses, when=called("-p --elf32-core-headers")),
    Row("ELF core header: pieces of memory", "Neighbouring pieces of RAM become one "
        "program header.", lambda side: len(side.value) > len(side.other),
        lambda side: side.value == [m[:2] for m in
                                    side.fields["ELF core header: memory"]]),
    Row("ELF core header: memory", "The first MiB is memory of the capture kernel, which "
        "the crashed kernel has left alone since 5.5; reading it as memory of the crashed "
        "kernel fails on some kernels. kexec_file_load leaves it out as well.",
        lambda side: above_first_mib(side.value) == list(side.other)
        and len(side.value) > len(side.other),
        lambda side: list(side.value) == above_first_mib(side.other)),
    Row("ELF core header: copied", "Kernels since 5.5 keep the first 640 KiB free for "
        "the crash kernel, so nothing has to be copied away.",
        lambda side: len(side.value) == 1 and side.value[0][1] <= 0xa0000, []),
    Row(["place: copy of low memory", "on memory that is in use: copy of low memory"],
        "As above: we make no copy.", anything, None),
    Row("elfcorehdr=: unit", "The address is not rounded to KiB.", "K", ""),
]

COMMAND_LINE = [
    Row("command line", "memmap= tells the same as e820 does without "
        "--pass-memmap-cmdline: low memory from 0 on, and all of the crash region that "
        "is free.",
        exact_memory(lambda side: side.fields["ELF core header: copied"][0],
                     lambda side, header: min(header,
                                              side.fields["@copy of low memory"][0])),
        exact_memory(lambda side: (0, 0xa0000), lambda side, header: header),
        when=lambda case: case.has("--pass-memmap-cmdline")),
    Row("command line", "--noefi behind --append does not empty it.", "",
        APPEND.partition("=")[2],
        when=called("--noefi behind --append", "--reuse-video-type behind --append")),
    Row("command line", "Of a reused command line, initrd= goes as well, which was meant "
        "for the running kernel's boot loader; with -p every crashkernel=, not only the "
        "first; and no blanks are left.",
        more_words, starts_with_reused, when=lambda case: case.has("--reuse-cmdline")),
    Row("command line", "No blank before the first word.",
        lambda side: side.value == " " + side.other,
        lambda side: side.value == "elfcorehdr=X", when=called("-p")),
    Row("command line", "elfcorehdr= stands before --, so that it is the kernel's and "
        "not init's.", "quiet -- emergency elfcorehdr=X",
        "quiet elfcorehdr=X -- emergency",
        when=called("-p, arguments for init")),
    Row("command line", "acpi_rsdp= comes last.",
        lambda side: sorted(words(side.value)) == sorted(words(side.other)),
        lambda side: words(side.value)[-1].startswith("acpi_rsdp="),
        when=called("-p --noefi")),
]

ROWS = HEADER + CARRIED + EFI + FIRMWARE_32 + MEMORY + PLACES + CRASH + COMMAND_LINE + CALLER


def text():
    """The list for a reader, one paragraph a row."""
    found = []
    for row in ROWS:
        found.append("%s\n%s" % (", ".join(row.fields()),
                                 textwrap.indent(textwrap.fill(row.reason, 86), "    ")))
    return "\n".join(found)
