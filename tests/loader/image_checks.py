# SPDX-License-Identifier: GPL-2.0-only
"""Checks for every image of kexec, on any machine and with any options. Each compares
data of the image, read by boot_params.py, with data of the machine, read by recorded.py.
Environment: KEXEC, the program; PURGATORY_BIN, purgatory's flat file."""

import array
import os
import struct
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402
from boot_params import (RECORD_BYTES, SETUP_E820_EXT, SETUP_EFI,   # noqa: E402
                         SETUP_RECORD, SETUP_RNG_SEED, BootParams, Image,
                         PurgatoryParams)
from xxh64 import xxh64                                             # noqa: E402

MIB, GIB = 1 << 20, 1 << 30
# LINUX_EFI_INITRD_MEDIA_GUID (Linux, include/linux/efi.h).
INITRD_GUID = uuid.UUID("5568e427-68fc-4f3d-ac74-ca555231cc68")
# SMBIOS_TABLE_GUID (UEFI 2.10, 4.6), and where SETUP_EFI names the table.
SMBIOS_GUID = uuid.UUID("eb9d2d31-2d88-11d3-9a16-0090273fc14d")
SMBIOS = 24
KERNEL = {"size": 96 << 10, "init_size": (5 << 20) + 1, "cmdline_size": 2047}
INITRD = b"070701" + (bytes(range(251)) * 401)[6:]
# Zero to three bytes less than a multiple of four, and one larger than a page.
INITRDS = [b"070701" + b"first--" * 2, b"070702", INITRD * 3, b"BZhx1"]
# Of several regions, enough for more than one thread, with a rest.
LONG_INITRD = b"070701" + array.array("I", range(2200001)).tobytes()[6:]
APPEND = "root=/dev/vda1 \"a=b  c\" quiet"

# Fields of the setup header that the loader writes (boot.rst). All others keep the file's
# values.
LOADERS_OWN = [(0x210, 1), (0x218, 8), (0x226, 2), (0x228, 4), (0x23c, 4), (0x240, 8),
               (0x250, 8)]


class Run:
    """A run of kexec with --dump-image, and its results."""

    def __init__(self, place, machine, *options, pack=bytes, initrds=(INITRD,), **header):
        self.machine, self.options = machine, options
        self.kernel = fakes.bzimage(**{**KERNEL, **header})
        # Only the header may be copied: mark the other bytes, and the last two fields of
        # the header.
        self.kernel = b"\xcc" * 0x1f1 + self.kernel[0x1f1:0x264] + b"\xdd" * 8 \
            + b"\xcc" * (0xa00 - 0x26c) + self.kernel[0xa00:]
        self.directory = Path(tempfile.mkdtemp(dir=place))
        (self.directory / "kernel").write_bytes(pack(self.kernel))
        self.initrd, names = b"", []
        for i, content in enumerate(initrds):
            self.initrd += bytes(-len(self.initrd) % 4) + content
            names.append("--initrd=initrd-%d" % i)
            (self.directory / ("initrd-%d" % i)).write_bytes(content)
        self.dump = self.directory / "dump"
        done = subprocess.run(
            [os.environ["KEXEC"], "-l", "kernel", *names,
             "--append=" + APPEND, "--sysroot=%s" % machine.root.resolve(),
             "--dump-image=dump", "--dry-run=json", *options], cwd=self.directory,
            capture_output=True, text=True,
            errors="replace", timeout=60, check=False)
        self.rc, self.out, self.err = done.returncode, done.stdout, done.stderr
        if not self.rc:
            self.image = Image(self.dump)
            self.plan = self.image.plan
            self.boot_params = BootParams(self.image,
                                          int(self.plan["kernel"]["boot_params"], 16))
            self.purgatory = self.image.find("purgatory")
            self.params = PurgatoryParams(self.purgatory.data[:4096])

    def header(self, offset, form):
        return struct.unpack_from("<" + form, self.kernel, offset)[0]


def check_placement(check, run, memory=None, kept=None):
    """memory and kept: facts about the machine, if the run's own machine was changed."""
    memory = run.machine.memory() if memory is None else memory
    kept = run.machine.in_use() if kept is None else kept
    ram = [r for r in memory if r.type == 1]
    used = kept + [r for r in memory if r.type != 1]
    for i, segment in enumerate(run.image.segments):
        size = segment.end - segment.start
        check("%s: whole pages" % segment.name,
              segment.start % 4096 == 0 and segment.end % 4096 == 0 and size > 0)
        check("%s: data fits" % segment.name, len(segment.data) <= size)
        check("%s: not below 1 MiB" % segment.name, segment.start >= MIB)
        check("%s: in RAM" % segment.name,
              any(r.start <= segment.start and segment.end <= r.end for r in ram))
        check("%s: on nothing that is in use" % segment.name,
              not any(segment.start < r.end and r.start < segment.end for r in used))
        check("%s: on no other segment" % segment.name,
              not any(segment.start < other.end and other.start < segment.end
                      for other in run.image.segments[:i]))
    check("at most 16 segments", len(run.image.segments) <= 16)


def check_overwritten(check, run):
    """A starting kernel clears the 16 bytes of the first boot's INITRD table."""
    stale = (run.machine.config_tables() or {}).get(INITRD_GUID)
    check("no segment where the next kernel writes", stale is None or not any(
        segment.start < stale + 16 and stale < segment.end
        for segment in run.image.segments))


def check_kernel(check, run):
    kernel, initrd = run.image.find("kernel"), run.image.find("initrd")
    check("kernel: its code and nothing else", kernel.data == run.kernel[0xa00:])
    check("kernel: room for init_size",
          kernel.end - kernel.start == -(-run.header(0x260, "I") // 4096) * 4096)
    check("kernel: aligned", kernel.start % run.header(0x230, "I") == 0)
    check("kernel: not below pref_address", kernel.start >= run.header(0x258, "Q"))
    check("kernel: entered at its 64-bit entry", run.params.rip == kernel.start + 0x200)
    check("initrd: as it is", initrd.data == run.initrd)
    check("initrd: where boot_params says",
          run.boot_params.ramdisk() == (initrd.start, len(run.initrd)))
    check("initrd: below its limit if it fits",
          initrd.end - 1 <= run.header(0x22c, "I")
          or not any(r.type == 1 and r.start < 2 * GIB and r.end - max(r.start, 16 * MIB)
                     > 8 * MIB for r in run.machine.memory()))


def check_header_only(check, run):
    params = run.boot_params
    end = 0x202 + run.kernel[0x201]
    expected = bytearray(run.kernel[0x1f1:end].ljust(0x26c - 0x1f1, b"\0"))
    found = bytearray(params.raw[0x1f1:0x26c])
    for offset, size in LOADERS_OWN:
        for text in expected, found:
            text[offset - 0x1f1:offset - 0x1f1 + size] = bytes(size)
    check("header: that of the kernel, as long as declared", expected == found,
          "%s\n%s" % (expected.hex(), found.hex()))
    check("header: kexec as the loader", params.type_of_loader == 0xd0
          and params.raw[0x226:0x228] == b"\0\0")
    check("sentinel", params.sentinel == 0)


def check_header(check, run):
    params, running = run.boot_params, run.machine.boot_params()
    check_header_only(check, run)
    check("header: hardware_subarch carried over",
          params.raw[0x23c:0x248] == running[0x23c:0x248])
    check("no byte of the file's other sectors", b"\xcc\xcc\xcc" not in params.raw)
    # Fields without a meaning for a 64-bit kexec (zero-page.rst) stay zero.
    for start, stop in [(0x40, 0x70), (0x78, 0xc0), (0xcc, 0x140), (0x1ed, 0x1f1),
                        (0x26c, 0x290), (0xcd0, 0xd00), (0xeec, 0x1000)]:
        check("nothing in boot_params from %#x" % start, not any(params.raw[start:stop]))


def check_carried(check, run, memory=None):
    """memory: that of the next kernel, if it is not the machine's."""
    memory = run.machine.memory() if memory is None else memory
    params, running = run.boot_params, run.machine.boot_params()
    check("screen_info", params.raw[:2] + params.raw[4:0x40]
          == running[:2] + running[4:0x40])
    check("edid_info", params.raw[0x140:0x1c0] == running[0x140:0x1c0])
    check("EDD", params.raw[0xd00:0xeec] == running[0xd00:0xeec]
          and params.raw[0x1e9:0x1eb] == running[0x1e9:0x1eb]
          and params.raw[0x290:0x2d0] == running[0x290:0x2d0])
    check("secure_boot", params.secure_boot == running[0x1ec])
    expected = struct.unpack_from("<Q", running, 0x70)[0]
    if not expected and run.machine.has_systab():
        systab = run.machine.systab()
        expected = systab.get("ACPI20") or systab.get("ACPI")
    check("acpi_rsdp_addr", params.acpi_rsdp_addr == expected)
    base = next((r for r in memory if r.start <= MIB < r.end), None)
    kib = (base.end - MIB) // 1024 if base and base.type == 1 else 0
    check("alt_mem_k", params.alt_mem_k == min(kib, 0xffffffff))
    check("ext_mem_k", struct.unpack_from("<H", params.raw, 2)[0] == min(kib, 0xfc00))


def check_command_line(check, run):
    words = []
    if "--reuse-cmdline" in run.options:
        words = [word for word in run.machine.command_line().split()
                 if not word.startswith(("BOOT_IMAGE=", "initrd="))]
    check("command line", run.boot_params.command_line() == " ".join([*words, APPEND]),
          run.boot_params.command_line())


def check_record(check, run):
    """The node for purgatory's record, outside all digests, and the loader's part."""
    node, load = run.boot_params.node(SETUP_RECORD), run.params.record_load
    check("record: a node of 640 bytes, all zeros",
          node and node.data == bytes(RECORD_BYTES))
    if not node:
        return
    place = node.address + 16
    check("record: purgatory writes there", run.params.record == place)
    check("record: no digest covers it", not any(
        region.start < place + RECORD_BYTES and place < region.end
        for region in run.params.regions))
    check("record: boot_params", (load.command_line, load.initrd, load.setup_data) == (
        run.boot_params.cmd_line_ptr | run.boot_params.ext_cmd_line_ptr << 32,
        run.boot_params.ramdisk()[0], run.boot_params.setup_data))
    check("record: running kernel", load.kernel == run.machine.release(), load.kernel)
    check("record: bytes verified", load.verified_bytes == sum(
        region.end - region.start for region in run.params.regions))
    check("record: made now", abs(load.time - time.time()) < 60)
    check("record: identity", load.identity == int(run.plan["record"]["identity"], 16)
          and int(run.plan["record"]["address"], 16) == place)
    check("record: stamps", load.flags & load.STAMPS and load.tsc and not load.flags
          & (load.CRASH | load.JUMP))


def check_setup_data(check, run):
    nodes = run.boot_params.nodes()
    kinds = [node.type for node in nodes]
    ranges = len(run.machine.memory())
    made = ([SETUP_E820_EXT] if ranges > 128 else []) \
        + ([SETUP_EFI] if run.plan["efi"]["handed_over"] else []) \
        + [SETUP_RNG_SEED, SETUP_RECORD]
    # The recorded machines got only ROMs in their setup_data.
    carried = run.machine.setup_data()
    check("setup_data: types", sorted(kinds)
          == sorted(made + [kind for kind, _ in carried]), str(kinds))
    check("setup_data: what is not made anew is as it was, in its order",
          [(node.type, node.data) for node in nodes if node.type not in made] == carried)
    where = run.image.at(run.plan and int(run.plan["kernel"]["boot_params"], 16), 1)
    for node in nodes:
        # Only the data of the record lie behind the segment's, where purgatory writes.
        data = 0 if node.type == SETUP_RECORD else len(node.data)
        check("setup_data %d: with boot_params" % node.type,
              where.start <= node.address and node.address % 8 == 0
              and node.address + 16 + data <= where.start + len(where.data)
              and node.address + 16 + len(node.data) <= where.end)
    check_record(check, run)
    seed = run.boot_params.node(SETUP_RNG_SEED)
    check("random seed: 32 bytes of no pattern",
          seed and len(seed.data) == 32 and len(set(seed.data)) > 8)
    found, memory = run.boot_params.e820(), run.machine.memory()
    check("e820", found == memory, "%s\ninstead of\n%s" % tuple(
        [tuple(map(hex, r)) for r in one if r not in other]
        for one, other in ((found, memory), (memory, found))))
    check("e820: as many inside as fit",
          run.boot_params.e820_entries == min(len(memory), 128))


def smbios_to_put_back(machine):
    """The address of SMBIOS if the array may have another one, else 0."""
    tables, address = machine.config_tables(), machine.systab().get("SMBIOS", 0)
    return 0 if tables and tables.get(SMBIOS_GUID) in (None, address) else address


def check_smbios(check, run):
    """Purgatory is told where SMBIOS is, and where SETUP_EFI says so."""
    node = run.boot_params.node(SETUP_EFI)
    address = struct.unpack_from("<Q", node.data, SMBIOS)[0] if node else 0
    asked = address and run.params.flags & PurgatoryParams.MAP_EFI
    check("params: SMBIOS", (run.params.smbios, run.params.setup_efi_smbios)
          == ((address, node.address + 16 + SMBIOS) if asked else (0, 0)))


def check_efi(check, run):
    params, machine, running = run.boot_params, run.machine, run.machine.boot_params()
    if not run.plan["efi"]["handed_over"]:
        check("efi_info: empty", not any(params.raw[0x1c0:0x1e0]))
        return
    check("efi_info: signature and system table",
          params.raw[0x1c0:0x1c8] == running[0x1c0:0x1c8]
          and params.raw[0x1d8:0x1dc] == running[0x1d8:0x1dc])
    check("efi_info: descriptor size and version",
          params.raw[0x1c8:0x1d0] == running[0x1c8:0x1d0])
    node = params.node(SETUP_EFI)
    check("SETUP_EFI", struct.unpack("<12Q", node.data)
          == (machine.firmware("fw_vendor"), 0, machine.firmware("config_table"),
              smbios_to_put_back(machine), *[0] * 8))
    descriptors = params.efi_memory_map()
    check("EFI memory map", [d._replace(rest=b"") for d in descriptors]
          == machine.runtime_map())
    check("EFI memory map: nothing behind a descriptor's fields",
          not any(any(d.rest) for d in descriptors))
    addresses = [d.physical for d in descriptors]
    check("EFI memory map: sorted", addresses == sorted(addresses))


def require_sound_params(check, run, skip_verify=False, mapped=None):
    params, purgatory, machine = run.params, run.purgatory, run.machine
    bits, _ = machine.cpu()
    mapped = machine.is_efi() if mapped is None else mapped
    check("params: magic, version", params.magic == PurgatoryParams.MAGIC
          and params.version == PurgatoryParams.VERSION and params.reserved == 0)
    check("params: boot_params in RSI, purgatory's own stack",
          params.rsi == int(run.plan["kernel"]["boot_params"], 16)
          and params.rsp == 0)
    check("params: no flag without a meaning", params.flags < 16)
    check("params: nothing behind", not any(params.rest))
    check("purgatory: entered behind the parameters",
          int(run.plan["entry"], 16) == purgatory.start + 0x1000)
    check("purgatory: a flat file, not verified by itself",
          len(purgatory.data) == purgatory.end - purgatory.start
          and not purgatory.verified)
    if "PURGATORY_BIN" in os.environ:
        blob = Path(os.environ["PURGATORY_BIN"]).read_bytes()
        check("purgatory: the one that was built", purgatory.data[4096:] == blob[4096:])
    check("params: verification",
          bool(params.flags & PurgatoryParams.SKIP_VERIFY) == skip_verify)
    check("params: mapping", bool(params.flags & PurgatoryParams.MAP_EFI) == mapped)
    if mapped:
        pool = run.image.find("identity map")
        check("identity map: system table and array",
              params.system_table == run.boot_params.system_table()
              and params.config_table_array == machine.firmware("config_table"))
        check("identity map: a pool of zeroed pages",
              (params.pool_start, params.pool_end) == (pool.start, pool.end)
              and not pool.data and not pool.verified)
        check("identity map: end of RAM and of physical addresses",
              params.ram_end == machine.ram_end()
              and params.physical_limit == 1 << bits)
    else:
        check("identity map: nothing to map", not run.image.find("identity map")
              and not (params.system_table or params.config_table_array
                       or params.pool_start or params.pool_end))
    check_smbios(check, run)
    check_digests(check, run, skip_verify)


def covered(regions):
    """The ranges of the regions; adjacent ones of one name are joined."""
    found = []
    for region in regions:
        if found and found[-1][0] == region.name and found[-1][2] == region.start:
            found[-1] = (region.name, found[-1][1], region.end)
        else:
            found.append((region.name, region.start, region.end))
    return found


def check_digests(check, run, skip_verify):
    params = run.params
    regions = params.regions[:params.region_count]
    check("digests: unused entries are empty",
          all(not any(r[:3]) for r in params.regions[len(regions):]))
    expected = [] if skip_verify else [s for s in run.image.segments if s.verified]
    check("digests: of each verified segment, names and places",
          covered(regions)
          == [(s.name, s.start, s.start + len(s.data)) for s in expected])
    check("digests: XXH64 of what is loaded",
          all(r.digest == xxh64(run.image.read(r.start, r.end - r.start),
                                params.digest_seed) for r in regions))
    named = run.plan["digest"]
    check("digests: the plan names algorithm, seed, size and speed", named == (
        None if skip_verify else {
            "algorithm": "xxh64", "seed": "%#x" % params.digest_seed,
            "bytes": sum(r.end - r.start for r in regions),
            "bytes_per_second": named and named["bytes_per_second"]})
          and (skip_verify or named["bytes_per_second"] > 1 << 20))
    if not skip_verify:
        check("digests: kernel, initrd and parameters are among them",
              {"kernel", "initrd", "parameters"} <= {r.name for r in regions})


def check_all(check, run, warnings=False, **what):
    """All checks above, for a run that should have succeeded."""
    check("rc 0", run.rc == 0, run.err)
    if run.rc:
        return
    check("silent", warnings or not run.err, run.err)
    check("stdout is plan.json", json_output.read(run.out) == run.plan)
    check_placement(check, run)
    check_overwritten(check, run)
    check_kernel(check, run)
    check_header(check, run)
    check_carried(check, run)
    check_command_line(check, run)
    check_setup_data(check, run)
    check_efi(check, run)
    require_sound_params(check, run, **what)


class Named:
    """Puts the name of the run in front of the names of its checks."""

    def __init__(self, check, name):
        self.check, self.name = check, name

    def __call__(self, name, good, detail=""):
        self.check("%s: %s" % (self.name, name), good, detail)
