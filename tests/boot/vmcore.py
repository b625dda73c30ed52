# SPDX-License-Identifier: GPL-2.0-only
"""Evaluates the dump that a crash case left on its disk (see guest/init).

Two independent readers check it: Debian's makedumpfile must be able to read the dump,
and the reader of ELF headers in this file compares /proc/vmcore with the memory that
the crashed kernel had reported before.
"""

import os
import re
import shutil
import struct
import subprocess
from pathlib import Path

from vm import CannotPrepare

MIB, GIB = 1 << 20, 1 << 30
DISK_BYTES = 4 * GIB
HEADER_BYTES = 65536
# Where on the disk guest/init writes the headers and the dump of all memory.
HEADER_OFFSET = GIB - MIB
FULL_DUMP_OFFSET = GIB
# The number of pages that guest/init marks before the crash.
HELD_MARKS = 64

PT_LOAD, PT_NOTE, ET_CORE, EM_X86_64 = 1, 4, 4, 62
NT_PRSTATUS = 1
# The crashed kernel's own image is mapped from here on.
KERNEL_IMAGE_MAPPING = 0xffffffff80000000


def disk(path):
    """QEMU's arguments for an empty disk that takes the dump."""
    with open(path, "wb") as stream:
        stream.truncate(DISK_BYTES)
    return ["-drive", f"if=none,id=vmcore,format=raw,file={path}",
            "-device", "nvme,drive=vmcore,serial=vmcore"]


def tool(name):
    path = shutil.which(name)
    if not path:
        raise CannotPrepare(f"{name} is not installed")
    return path


def makedumpfile():
    return tool("makedumpfile")


# ------------------------------------------------------------ the headers

def program_headers(data):
    """(type, offset, virtual, physical, bytes in file, in memory) of each."""
    if data[:7] != b"\x7fELF\x02\x01\x01":
        raise ValueError("it does not begin like a 64-bit ELF file")
    kind, machine = struct.unpack_from("<HH", data, 16)
    table, = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    if (kind, machine, size) != (ET_CORE, EM_X86_64, 56):
        raise ValueError(f"ELF type {kind}, machine {machine}, "
                         f"program headers of {size} bytes")
    headers = []
    for number in range(count):
        word, _, *rest = struct.unpack_from("<IIQQQQQ", data, table + number * size)
        headers.append((word, *rest[:5]))
    return headers


def notes(data, headers):
    """(name, type, content) of each note."""
    found = []
    for kind, offset, _, _, size, _ in headers:
        end = offset + size if kind == PT_NOTE else offset
        while offset + 12 <= min(end, len(data)):
            name_size, size, note = struct.unpack_from("<III", data, offset)
            name = data[offset + 12:offset + 12 + name_size].rstrip(b"\0").decode()
            offset += 12 + (name_size + 3 & ~3)
            found.append((name, note, data[offset:offset + size]))
            offset += size + 3 & ~3
    return found


def iomem(lines, name):
    """The ranges [start, end) with that name in lines of /proc/iomem."""
    found = []
    for line in lines:
        match = re.fullmatch(r"\s*([0-9a-f]+)-([0-9a-f]+) : (.*)", line)
        if match and match[3] == name:
            found.append((int(match[1], 16), int(match[2], 16) + 1))
    return found


def without(ranges, holes):
    for hole_start, hole_end in holes:
        left = []
        for start, end in ranges:
            left += [(start, min(end, hole_start)), (max(start, hole_end), end)]
        ranges = [(start, end) for start, end in left if start < end]
    return ranges


def joined(ranges):
    """The ranges sorted, widened to whole pages, with adjacent ones merged."""
    result = []
    for start, end in sorted(ranges):
        start, end = start & ~4095, end + 4095 & ~4095
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def shown(ranges):
    return " ".join(f"{start:#x}-{end:#x}" for start, end in ranges)


def check_headers(data, first, cpus):
    """Returns a list of errors in the headers of /proc/vmcore. first: the facts that the
    crashed kernel had reported; cpus: the number of its online CPUs."""
    try:
        headers = program_headers(data)
    except (ValueError, struct.error) as error:
        return [f"/proc/vmcore: {error}"]
    wrong = []
    loads = [header[2:] for header in headers if header[0] == PT_LOAD]
    image = [(physical, physical + size) for virtual, physical, _, size in loads
             if virtual >= KERNEL_IMAGE_MAPPING]
    memory = [(physical, physical + size) for virtual, physical, _, size in loads
              if virtual < KERNEL_IMAGE_MAPPING]
    # The capture kernel runs in the crash region, in the memory lent by crashkernel=,cma,
    # and in the first MiB, which the crashed kernel keeps free (Linux 5.5 and later).
    left_out = [(0, MIB), *iomem(first["iomem"], "Crash kernel")]
    left_out += [(int(start, 16), int(end, 16) + 1) for start, end in
                 (line.split("-") for line in first["cma_range"])]
    expected = joined(without(iomem(first["iomem"], "System RAM"), left_out))
    if joined(memory) != expected:
        wrong.append(f"/proc/vmcore holds {shown(joined(memory))}, the crashed "
                     f"kernel had {shown(expected)}")
    if sum(end - start for start, end in memory) > sum(
            end - start for start, end in joined(memory)):
        wrong.append(f"/proc/vmcore holds memory twice: {shown(memory)}")
    bases = {virtual - physical for virtual, physical, *_ in loads
             if virtual < KERNEL_IMAGE_MAPPING}
    if len(bases) != 1 or bases.pop() % GIB:
        wrong.append("/proc/vmcore: no single base of the direct map")
    code = iomem(first["iomem"], "Kernel code")
    if not any(start <= code[0][0] and code[0][1] <= end for start, end in image):
        wrong.append(f"/proc/vmcore maps {shown(image)}, the kernel's code is at "
                     f"{shown(code)}")
    found = notes(data, headers)
    states = [name for name, note, _ in found if (name, note) == ("CORE", NT_PRSTATUS)]
    if len(states) != cpus:
        wrong.append(f"/proc/vmcore has notes of {len(states)} CPUs, not of {cpus}")
    info = [content.decode(errors="replace") for name, _, content in found
            if name == "VMCOREINFO"]
    release = f"OSRELEASE={first['kernel'][0]}"
    if len(info) != 1 or release not in info[0].splitlines():
        wrong.append(f"/proc/vmcore: {len(info)} VMCOREINFO notes, or none that "
                     f"says {release}")
    return wrong


def check_reading(last):
    """Returns a list of errors that occurred when the capture kernel read
    /proc/vmcore."""
    wrong = [f"reading /proc/vmcore: {error}" for error in last["vmcore_error"]]
    ends = {(last[key] or ["nothing"])[0] for key in ("vmcore_size", "vmcore_read")}
    end = (last["vmcore_end"] or ["nothing"])[0]
    if ends != {end}:
        wrong.append(f"/proc/vmcore: {last['vmcore_read']} bytes can be read and its size is "
                     f"{last['vmcore_size']}, but its headers describe {end}")
    if last["vmcore_marks"] != [str(HELD_MARKS)]:
        wrong.append(f"/proc/vmcore holds {last['vmcore_marks']} of the {HELD_MARKS} pages "
                     "that were marked before the crash")
    return wrong


# ------------------------------------------------------------ the dump

def run_tool(what, command, **options):
    done = subprocess.run([str(word) for word in command], text=True, capture_output=True,
                          **options)
    if done.returncode:
        raise ValueError(f"{what}: exit status {done.returncode}: "
                         f"{(done.stderr or done.stdout).strip()[-300:]}")


def copy_from_disk(disk_path, offset, size, path):
    """Copies so many bytes at that offset of the disk to a file, without the pages of
    zeros, which become holes."""
    with open(disk_path, "rb") as source, open(path, "wb") as target:
        source.seek(offset)
        target.truncate(size)
        while size > 0:
            piece = source.read(min(size, MIB))
            if piece.strip(b"\0"):
                target.write(piece)
            else:
                target.seek(len(piece), os.SEEK_CUR)
            size -= len(piece) or size


def read_dump(disk_path, offset, size, dump):
    """Returns the crashed kernel's log from makedumpfile's output, which is at that
    offset of the disk, and writes the dump itself to the path dump."""
    flat, log = dump.with_suffix(".flat"), dump.with_suffix(".dmesg")
    copy_from_disk(disk_path, offset, size, flat)
    with open(flat, "rb") as stream:
        run_tool("makedumpfile -R", [makedumpfile(), "-R", dump], stdin=stream)
    flat.unlink()
    run_tool("makedumpfile --dump-dmesg", [makedumpfile(), "--dump-dmesg", dump, log])
    return log.read_text(errors="replace")


CRASH_COMMANDS = "sys\nset\nbt\nlog\nquit\n"


def read_with_symbols(case, symbols, dump):
    """Returns a list of errors in the output of crash(8) for the dump. crash(8) finds the
    kernel's text and data, the tasks and the registers of the CPU that panicked only if
    the ELF core header had the right virtual addresses, notes and memory."""
    done = subprocess.run(
        [tool("crash"), symbols, dump], input=CRASH_COMMANDS,
        env={"HOME": str(dump.parent), "PATH": "/usr/bin:/bin", "TERM": "dumb"},
        text=True, errors="replace", capture_output=True, timeout=120, check=False)
    said = done.stdout + done.stderr
    return [f"crash does not show {pattern!r}; exit status {done.returncode}, "
            f"{said.strip()[-300:]!r}" for pattern in (
                rf"CPUS: {case.cpus}\n", r"PANIC: .*sysrq triggered crash",
                r"STATE: TASK_RUNNING \(PANIC\)", rf"  CPU: {case.crash_cpu}\n",
                r"#\d+ \[\w+\] sysrq_handle_crash at ", r"#\d+ \[\w+\] vfs_write at ",
                r"Command line: .*\bstage=1\b") if not re.search(pattern, said)]


def check_log(case, log, dump):
    patterns = [r"Command line: .*\bstage=1\b"]
    # Where the hypervisor crashes, the kernel's log does not say so.
    if case.before != "xen-crash":
        patterns += [r"sysrq: Trigger a crash",
                     r"Kernel panic - not syncing: sysrq triggered crash",
                     rf"CPU: {case.crash_cpu} (UID: \d+ )?PID: "]
    return [f"the kernel log in the {dump.name} does not show {pattern!r}"
            for pattern in patterns if not re.search(pattern, log)]


def check_dump(case, results, key, disk_path, offset, dump, symbols):
    """Returns a list of errors in one dump on the disk and sets results.dumped_log to its
    kernel log. key: the prefix of its result keys."""
    last = results.facts[results.last_stage()]
    if last[f"{key}_rc"] != ["0"]:
        return [f"makedumpfile failed, {key}: {last[f'{key}_stderr']}"]
    try:
        results.dumped_log = read_dump(disk_path, offset, int(last[f"{key}_bytes"][0]),
                                       dump)
    except ValueError as error:
        return [f"{key}: {error}"]
    wrong = check_log(case, results.dumped_log, dump)
    return wrong + (read_with_symbols(case, symbols, dump) if case.symbols else [])


def examine(case, results, disk_path, directory, symbols):
    """Returns a list of errors in the dumps. symbols: the first kernel's vmlinux for
    cases that use it, else None."""
    last = results.facts[results.last_stage()]
    if not last["vmcore_size"]:
        return ["the capture kernel has no /proc/vmcore"]
    wrong = check_reading(last)
    if last["vmcore_disk"] in ([], [""]):
        return wrong + ["the capture kernel does not see the disk for the dump"]
    with open(disk_path, "rb") as stream:
        stream.seek(HEADER_OFFSET)
        head = stream.read(HEADER_BYTES)
    cpus = int(results.value(1, "cpus_left") or case.cpus)
    wrong += check_headers(head, results.facts[1], cpus)
    if last["vmcore_dmesg_rc"] and not (last["vmcore_dmesg_rc"] == ["0"] and any(
            "sysrq triggered crash" in line for line in last["vmcore_dmesg"])):
        wrong.append(f"vmcore-dmesg: status {last['vmcore_dmesg_rc'][0]}, "
                     f"{last['vmcore_dmesg']}")
    dumps = [("dump", 0)] + [("full_dump", FULL_DUMP_OFFSET)] * case.full_dump
    for key, offset in dumps:
        wrong += check_dump(case, results, key, disk_path, offset, Path(directory) / key,
                            symbols)
    return wrong
