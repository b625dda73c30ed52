#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The 32-bit and the real-mode entry of a bzImage, and --dtb: the images for every
recorded machine, read back by the kernel's documents (boot.rst, zero-page.rst).

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines.
"""

import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import image_checks as ic                                           # noqa: E402
import recorded                                                     # noqa: E402
from boot_params import (SETUP_EFI, SETUP_RNG_SEED, BootParams,     # noqa: E402
                         PurgatoryParams, Image)

MIB, FOUR_GIB = 1 << 20, 1 << 32
SETUP_DTB = 2
MODE_32BIT, MODE_REAL = 1, 2
MARK = b"\xcc"


def kernel(pokes=(), **header):
    """A bzImage whose real-mode part is marked outside of the header."""
    image = bytearray(fakes.bzimage(**{**ic.KERNEL, **header}))
    image[:0x1f1] = MARK * 0x1f1
    image[0x26c:0xa00] = MARK * (0xa00 - 0x26c)
    image[0x214:0x218] = (MIB).to_bytes(4, "little")            # code32_start
    for offset, form, value in pokes:
        struct.pack_into("<" + form, image, offset, value)
    return bytes(image)


def dtb(size, said=None):
    return struct.pack(">II", 0xd00dfeed, size if said is None else said) \
        + bytes(i % 251 for i in range(size - 8))


class Load(ic.Run):
    """A run of kexec with --dump-image, like ic.Run but also for images without
    boot_params."""

    def __init__(self, place, machine, *options, image=None, action="-l", files=None):
        # pylint: disable=super-init-not-called
        self.machine, self.options = machine, options
        self.kernel = kernel() if image is None else image
        self.initrd = ic.INITRD
        self.directory = Path(tempfile.mkdtemp(dir=place))
        for name, content in {"kernel": self.kernel, "initrd": self.initrd,
                              **(files or {})}.items():
            (self.directory / name).write_bytes(content)
        done = subprocess.run(
            [os.environ["KEXEC"], action, "kernel", "--initrd=initrd",
             "--append=" + ic.APPEND, "--sysroot=%s" % machine.root.resolve(),
             "--dump-image=dump", "--dry-run=json", *options], cwd=self.directory,
            capture_output=True, text=True, errors="replace", timeout=60, check=False)
        self.rc, self.out, self.err = done.returncode, done.stdout, done.stderr
        if self.rc:
            return
        self.image = Image(self.directory / "dump")
        self.plan = self.image.plan
        address = int(self.plan["kernel"]["boot_params"], 16)
        self.boot_params = BootParams(self.image, address) if address else None
        self.purgatory = self.image.find("purgatory")
        self.params = PurgatoryParams(self.purgatory.data[:4096])


def high_tables(machine):
    """Table addresses that a kernel cannot read if it maps 0 to 4 GiB."""
    if not machine.is_efi():
        return []
    low, high = (struct.unpack_from("<I", machine.boot_params(), offset)[0]
                 for offset in (0x1c4, 0x1d8))
    return [address for address in (low | high << 32, machine.firmware("config_table"))
            if address >= FOUR_GIB]


def check_32bit_entry(check, run):
    image, params = run.image, run.params
    code = image.find("kernel")
    check("entered at its first byte, in 32-bit mode",
          params.mode == MODE_32BIT and params.rip == code.start)
    check("boot_params in ESI, all other registers zero",
          params.rsi == int(run.plan["kernel"]["boot_params"], 16)
          and not (params.rsp or params.rax or params.rbx)
          and not (params.code_segment or params.data_segment))
    check("the plan tells the mode", run.plan["kernel"]["entry_mode"] == "32-bit"
          and int(run.plan["kernel"]["entry"], 16) == code.start)
    check("everything below 4 GiB", all(s.end <= FOUR_GIB for s in image.segments),
          str([(s.name, hex(s.end)) for s in image.segments]))
    check("code and nothing else", code.data == run.kernel[0xa00:])
    initrd = image.find("initrd")
    check("initrd", initrd.data == run.initrd
          and run.boot_params.ramdisk() == (initrd.start, len(run.initrd)))
    check("no high halves", not any(run.boot_params.raw[0xc0:0xcc])
          and not run.boot_params.efi_memmap_hi)


def entry_32bit(check, place, machine):
    for options in (["--entry-32bit"], ["-t", "bzImage"],
                    ["-t", "bzImage64", "--entry-32bit", "--reuse-cmdline"],
                    ["--entry-32bit", "--no-efi-map-config"],
                    ["--entry-32bit", "--noefi"]):
        here = ic.Named(check, " ".join(options))
        run = Load(place, machine, *options)
        here("rc 0", run.rc == 0, run.err)
        if run.rc:
            continue
        ic.check_placement(here, run)
        check_32bit_entry(here, run)
        ic.check_header(here, run)
        ic.check_carried(here, run)
        ic.check_command_line(here, run)
        ic.check_setup_data(here, run)
        ic.check_efi(here, run)
        ic.check_digests(here, run, False)
        given = machine.is_efi() and "--noefi" not in options
        here("EFI", run.plan["efi"]["handed_over"] == given)
        here("nothing is added to a map", not run.params.flags & PurgatoryParams.MAP_EFI
             and not run.image.find("identity map")
             and run.plan["identity_map"]["mode"] == ("own" if given else "none"))
        high = high_tables(machine) if given else []
        here("a warning if the kernel cannot read the tables, with their addresses",
             bool(run.err) == bool(high) and all(hex(a) in run.err for a in high),
             run.err)


def asked_for_a_map(check, place, machine):
    run = Load(place, machine, "--entry-32bit", "--efi-map-config")
    high = high_tables(machine)
    if high:
        check("--efi-map-config refused", run.rc == 1 and not run.out
              and all(hex(address) in run.err for address in high)
              and len(run.err.splitlines()) == 1, run.err)
    else:
        check("--efi-map-config: the kernel's own map will do",
              run.rc == 0 and not run.err, run.err)


def kernel_32bit(check, place, machine):
    """A kernel without XLF_KERNEL_64 has only this entry and takes no EFI data."""
    run = Load(place, machine, "--efi-map-config", image=kernel(xloadflags=0x04))
    check("rc 0", run.rc == 0, run.err)
    if run.rc:
        return
    check("silent", not run.err, run.err)
    check("type", run.plan["kernel"]["type"] == "bzImage")
    check_32bit_entry(check, run)
    check("no EFI", not run.plan["efi"]["handed_over"]
          and not any(run.boot_params.raw[0x1c0:0x1e0])
          and not run.boot_params.node(SETUP_EFI))
    run = Load(place, machine, "-t", "bzImage64", image=kernel(xloadflags=0x04))
    check("is not a bzImage64", run.rc != 0 and "--type=bzImage64" in run.err, run.err)


# boot.rst: protocol, header fields, expected address and size of the kernel.
CODE = ic.KERNEL["size"]
OLD = [
    (0x202, [(0x1f4, "I", 0xdead0001)], MIB, 8 * CODE),
    (0x203, [(0x1f4, "I", 0xdead0001)], MIB, 8 * CODE),
    (0x204, [], MIB, 8 * CODE),
    (0x205, [], 2 * MIB, 8 * CODE),
    (0x209, [], 2 * MIB, 8 * CODE),
    (0x20a, [], 16 * MIB, ic.KERNEL["init_size"]),
]


def old_protocols(check, place, machine):
    for version, pokes, start, room in OLD:
        here = ic.Named(check, "protocol %#x" % version)
        run = Load(place, machine, image=kernel([*pokes, (0x206, "H", version)]))
        here("rc 0", run.rc == 0, run.err)
        if run.rc:
            continue
        code = run.image.find("kernel")
        here("where the kernel wants to be", code.start == start, hex(code.start))
        here("room", code.end == start + -(-room // 4096) * 4096, hex(code.end))
        here("all of the code", code.data == run.kernel[0xa00:])
        here("32-bit entry", run.params.mode == MODE_32BIT)
        limit = 0x37ffffff if version < 0x203 else 0x7fffffff
        here("initrd", run.image.find("initrd").end - 1 <= limit)
    run = Load(place, machine, "--append=" + "y" * 256,
               image=kernel([(0x206, "H", 0x205)]))
    check("255 characters before 2.06", run.rc == 1 and "256 characters" in run.err,
          run.err)
    for version, flag, word in ((0x201, 1, "2.01"), (0x20f, 0, "zImage")):
        run = Load(place, machine, image=kernel([(0x206, "H", version),
                                                 (0x211, "B", flag)]))
        check("%s refused" % word, run.rc == 1 and word in run.err, run.err)


def check_real_mode(check, run):
    image, params = run.image, run.params
    code, part = image.find("kernel"), image.find("real-mode part")
    initrd, low = image.find("initrd"), (part, run.purgatory)
    check("real mode", params.mode == MODE_REAL
          and run.plan["kernel"]["entry_mode"] == "real")
    check("the plan tells the entry as a physical address",
          int(run.plan["kernel"]["entry"], 16) == part.start + 0x200)
    check("purgatory and real-mode part below 640 KiB, on whole pages of their own",
          all(0x1000 <= s.start and s.end <= 0xa0000 and s.start % 4096 == 0
              for s in low) and (low[0].end <= low[1].start
                                 or low[1].end <= low[0].start))
    ram = [r for r in run.machine.memory() if r.type == 1]
    check("in RAM", all(any(r.start <= s.start and s.end <= r.end for r in ram)
                        for s in image.segments))
    check("the rest above", all(s.start >= MIB for s in image.segments if s not in low))
    segment = part.start >> 4
    check("CS:IP behind the boot sector, all other segments at its start",
          (params.code_segment, params.rip) == (segment + 0x20, 0)
          and params.data_segment == segment)
    data = part.data.ljust(part.end - part.start, b"\0")
    field = {name: struct.unpack_from("<" + form, data, offset)[0]
             for name, offset, form in (
                 ("loader", 0x210, "B"), ("flags", 0x211, "B"), ("code32", 0x214, "I"),
                 ("ramdisk", 0x218, "I"), ("size", 0x21c, "I"), ("heap", 0x224, "H"),
                 ("line", 0x228, "I"), ("setup_data", 0x250, "Q"))}
    check("loader and flags", field["loader"] == 0xd0 and field["flags"] == 0x81)
    check("heap behind the code, stack at its end, within 64 KiB",
          0xa00 < params.rsp == field["heap"] + 0x200 <= 0xfffc
          and params.rsp % 4 == 0)
    check("code32_start", field["code32"] == code.start
          and code.data == run.kernel[0xa00:] and code.end <= FOUR_GIB)
    check("ramdisk", (field["ramdisk"], field["size"]) == (initrd.start, len(run.initrd))
          and initrd.data == run.initrd)
    line = field["line"] - part.start
    check("command line behind the heap", params.rsp <= line
          and field["line"] + len(ic.APPEND) < 0xa0000)
    text = data[line:data.index(b"\0", line)].decode()
    check("command line", text.endswith(ic.APPEND)
          and ("--reuse-cmdline" in run.options) == (text != ic.APPEND), text)
    own = [(0x210, 0x212), (0x214, 0x220), (0x224, 0x22c)]
    kept = [i for i in range(0xa00) if not any(a <= i < b for a, b in own)]
    check("all other bytes are the file's", all(data[i] == run.kernel[i] for i in kept))
    check("stack and heap are zero", not any(data[0xa00:params.rsp]))
    ic.check_digests(Lenient(check), run, False)


class Lenient:
    """Leaves out the one check of ic.check_digests that needs boot_params."""

    def __init__(self, check):
        self.check = check

    def __call__(self, name, good, detail=""):
        if "parameters" not in name:
            self.check(name, good, detail)


def real_mode(check, place, machine):
    if machine.is_efi() or machine.is_efi32():
        for options in ([], ["--noefi"], ["--efi-map-config"]):
            run = Load(place, machine, "--real-mode", *options)
            check("refused without a BIOS", run.rc == 1 and "no BIOS services" in run.err
                  and not run.out, run.err)
        return
    for options, image in ((["--real-mode"], None),
                           (["--real-mode", "--efi-map-config"], None),
                           (["--real-mode", "-t", "bzImage"], None),
                           (["--real-mode", "--reuse-cmdline"], None),
                           (["--real-mode"], kernel(xloadflags=0)),
                           (["--real-mode"], kernel([(0x206, "H", 0x202)])),
                           (["--real-mode"], kernel(relocatable_kernel=0))):
        here = ic.Named(check, " ".join(options))
        run = Load(place, machine, *options, image=image)
        here("rc 0, silent", run.rc == 0 and not run.err, run.err)
        if run.rc == 0:
            check_real_mode(here, run)
    # One sector more than the heap leaves room for (boot.rst: 32 KiB).
    long = kernel(setup_sects=64) + bytes(65 * 512)
    run = Load(place, machine, "--real-mode", image=long)
    check("long real-mode part", run.rc == 1 and "33280" in run.err, run.err)
    run = Load(place, machine, "--real-mode", "--dtb=tree", files={"tree": dtb(99)})
    check("--dtb is not for it", run.rc == 0 and "--dtb" in run.err, run.err)


def device_tree(check, place, machine):
    for options, tree, size in (([], dtb(4099), 4099), (["--entry-32bit"], dtb(99), 99),
                                ([], dtb(3 << 20), 3 << 20),
                                ([], dtb(512, 100), 100)):
        run = Load(place, machine, "--dtb=tree", *options, files={"tree": tree})
        check("rc 0", run.rc == 0, run.err)
        if run.rc:
            continue
        node = run.boot_params.node(SETUP_DTB)
        check("SETUP_DTB holds the tree", node and node.data == tree[:size])
        check("the tree is aligned", node and (node.address + 16) % 8 == 0)
        check("and the others are there", run.boot_params.node(SETUP_RNG_SEED))
    for tree, word in ((dtb(99, 100), "cut off"), (b"/dts-v1/;", "not a flattened"),
                       (b"\0" * 64, "not a flattened"), (dtb(99, 0), "0 bytes")):
        run = Load(place, machine, "--dtb=tree", files={"tree": tree})
        check("%s refused" % word, run.rc == 1 and word in run.err and not run.out,
              run.err)
    run = Load(place, machine, "--dtb=nothing")
    check("no such file", run.rc == 1 and "nothing" in run.err, run.err)


def crash(check, place, machines):
    run = Load(place, machines["ovmf-crashkernel"], "--entry-32bit", action="-p")
    check("rc 0", run.rc == 0, run.err)
    if not run.rc:
        check_32bit_entry(check, run)
        region = next(r for r in machines["ovmf-crashkernel"].iomem()
                      if r[2] == "Crash kernel")
        check("in the region", all(region[0] <= s.start and s.end <= region[1]
                                   for s in run.image.segments))
        check("elfcorehdr", "elfcorehdr=" in run.boot_params.command_line())
    run = Load(place, machines["ovmf-crashkernel-high"], "--entry-32bit", action="-p")
    check("region above 4 GiB", run.rc == 1 and "above 4 GiB" in run.err, run.err)
    run = Load(place, machines["ovmf-crashkernel"], "--entry-32bit", action="-p",
               image=kernel(relocatable_kernel=0))
    check("not relocatable", run.rc == 1 and "not relocatable" in run.err, run.err)
    run = Load(place, machines["ovmf-crashkernel"], "--real-mode", action="-p")
    check("real mode", run.rc == 1 and "--real-mode: a crash kernel" in run.err, run.err)


def main():
    checks = fakes.Checks()
    with tempfile.TemporaryDirectory(prefix="kexec-entries-") as directory:
        place = Path(directory)
        machines = {archive.name[:-len(".tar.xz")]: recorded.unpack(
            archive, place / archive.name) for archive in
            recorded.archives(os.environ["MACHINES"], dom0=False)}
        for name, machine in machines.items():
            for what in (entry_32bit, asked_for_a_map, kernel_32bit, real_mode):
                what(ic.Named(checks, "%s, %s" % (name, what.__name__)), place, machine)
        for name in ("seabios", "ovmf"):
            device_tree(ic.Named(checks, "%s, --dtb" % name), place, machines[name])
        old_protocols(checks, place, machines["seabios"])
        crash(ic.Named(checks, "-p"), place, machines)
        checks("a machine with tables above 4 GiB was among them",
               any(high_tables(machine) for machine in machines.values()))
    return checks.close()


if __name__ == "__main__":
    sys.exit(main())
