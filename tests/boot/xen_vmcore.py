# SPDX-License-Identifier: GPL-2.0-only
"""Evaluates the dump of a machine whose first system was Xen. The capture kernel has
copied /proc/vmcore to its disk as it is, and makedumpfile reads it here.

/proc/vmcore is about machine memory: what Xen calls RAM. Xen has written a note for each
physical processor, and one about itself. makedumpfile -X finds Xen's tables by Xen's own
vmcoreinfo and the memory of the first domain by them, and the kernel log by the
vmcoreinfo of that domain's kernel.
"""

import struct
from pathlib import Path

import hypervisor
from vmcore import (FULL_DUMP_OFFSET, HEADER_BYTES, NT_PRSTATUS, PT_LOAD, check_log,
                    check_reading, copy_from_disk, joined, makedumpfile, notes,
                    program_headers, run_tool, shown, without)

# xen/include/public/elfnote.h
CRASH_INFO, CRASH_REGISTERS = 0x1000001, 0x1000002


def check_memory(headers, first):
    """Compares the headers with the memory that Xen has reported. The capture kernel runs
    in the crash region, and in the first MiB, which purgatory has copied before: Xen and
    its domains use it."""
    ranges = [(physical, physical + size)
              for kind, _, _, physical, _, size in headers if kind == PT_LOAD]
    expected = joined(without(hypervisor.memory(first), [hypervisor.crash_region(first)]))
    wrong = []
    if joined(ranges) != expected:
        wrong.append(f"/proc/vmcore holds {shown(joined(ranges))}, the machine has "
                     f"{shown(expected)}")
    if sum(end - start for start, end in ranges) > sum(
            end - start for start, end in joined(ranges)):
        wrong.append(f"/proc/vmcore holds memory twice: {shown(ranges)}")
    return wrong


def check_notes(found, first, cpus):
    counts = {
        "of processors": (("CORE", NT_PRSTATUS), cpus),
        "of Xen's registers": (("Xen", CRASH_REGISTERS), cpus),
        "of Xen": (("Xen", CRASH_INFO), 1),
        "of Xen's vmcoreinfo": (("VMCOREINFO_XEN", 0), 1),
        "of Linux' vmcoreinfo": (("VMCOREINFO", 0), 1),
    }
    kinds = [(name, kind) for name, kind, _ in found]
    wrong = [f"/proc/vmcore has {kinds.count(kind)} notes {what}, not {count}"
             for what, (kind, count) in counts.items() if kinds.count(kind) != count]
    release = f"OSRELEASE={first['kernel'][0]}"
    text = "".join(content.decode(errors="replace") for name, _, content in found
                   if name == "VMCOREINFO")
    if release not in text.splitlines():
        wrong.append(f"/proc/vmcore: the note VMCOREINFO does not say {release}")
    return wrong


def check_headers(data, first, cpus):
    try:
        headers = program_headers(data)
    except (ValueError, struct.error) as error:
        return [f"/proc/vmcore: {error}"]
    return check_memory(headers, first) + check_notes(notes(data, headers), first, cpus)


def dump_log(vmcore, directory):
    """Makes a dump without the memory of user domains and without superfluous pages of
    the first domain. Returns the kernel log that makedumpfile finds in /proc/vmcore; in a
    compressed dump it does not find the log of a domain."""
    dump, log = directory / "dump", directory / "dmesg"
    run_tool("makedumpfile -X", [makedumpfile(), "-X", "-l", "-d", "31", vmcore, dump])
    size = vmcore.stat().st_size
    if dump.stat().st_size > size / 2:
        raise ValueError(f"makedumpfile -X left nothing out of {size} bytes")
    run_tool("makedumpfile --dump-dmesg", [makedumpfile(), "--dump-dmesg", vmcore, log])
    return log.read_text(errors="replace")


def examine(case, results, disk_path, directory):
    """Returns a list of errors in the dump; sets results.dumped_log."""
    last, directory = results.facts[results.last_stage()], Path(directory)
    if last["vmcore_saved"] != ["0"]:
        return [f"/proc/vmcore was not copied to the disk: {last['vmcore_saved']}"]
    vmcore = directory / "vmcore"
    copy_from_disk(disk_path, FULL_DUMP_OFFSET, int(last["vmcore_size"][0]), vmcore)
    with open(vmcore, "rb") as stream:
        head = stream.read(HEADER_BYTES)
    wrong = check_reading(last) + check_headers(head, results.facts[1], case.cpus)
    try:
        results.dumped_log = dump_log(vmcore, directory)
    except ValueError as error:
        return wrong + [str(error)]
    return wrong + check_log(case, results.dumped_log, vmcore)
