# SPDX-License-Identifier: GPL-2.0-only
"""A made-up machine and kernel, and kexec with preload.c, which catches every call that
would act on the real machine."""

import os
import shlex
import struct
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCES = [HERE / name for name in ("preload.c", "preload_files.c", "preload_watchdog.c",
                                    "preload_xen.c", "preload_xen_load.c")]

SYSTEM_TABLE = 0x3f5eb018
CONFIG_TABLE_ARRAY = 0x3ff6df98
CONFIG_TABLES = 3

# start, last byte, type: as in /sys/firmware/memmap
MEMORY = [
    (0x0, 0x9ffff, "System RAM"),
    (0x100000, 0x3f5dffff, "System RAM"),
    (0x3f5e0000, 0x3f5fffff, "Reserved"),
    (0x3f600000, 0x3fefffff, "System RAM"),
    (0x3ff00000, 0x3fffffff, "Reserved"),
]


def bzimage(size=1 << 20, init_size=4 << 20, cmdline_size=255, **wrong):
    """A file that the boot protocol (boot.rst) accepts as a kernel. `wrong` replaces
    fields of its header."""
    setup_sectors = 4
    image = bytearray((setup_sectors + 1) * 512)
    fields = {
        "setup_sects": (0x1f1, "<B", setup_sectors),
        "syssize": (0x1f4, "<I", size // 16),
        "boot_flag": (0x1fe, "<H", 0xaa55),
        "jump": (0x200, "<H", 0x6aeb),
        "header": (0x202, "<I", 0x53726448),
        "version": (0x206, "<H", 0x020f),
        "loadflags": (0x211, "<B", 1),
        "initrd_addr_max": (0x22c, "<I", 0x7fffffff),
        "kernel_alignment": (0x230, "<I", 0x200000),
        "relocatable_kernel": (0x234, "<B", 1),
        "xloadflags": (0x236, "<H", 0x7f),
        "cmdline_size": (0x238, "<I", cmdline_size),
        "pref_address": (0x258, "<Q", 0x1000000),
        "init_size": (0x260, "<I", init_size),
    }
    for name, (offset, form, value) in fields.items():
        struct.pack_into(form, image, offset, wrong.get(name, value))
    return bytes(image) + bytes(range(256)) * (size // 256)


def zstd(data):
    """A frame of uncompressed blocks with a window of 128 MiB (RFC 8878)."""
    most = 128 << 10
    blocks = [data[at:at + most] for at in range(0, len(data), most)]
    frame = b"\x28\xb5\x2f\xfd\x00\x88"
    for i, block in enumerate(blocks):
        last = i == len(blocks) - 1
        frame += (len(block) << 3 | last).to_bytes(3, "little") + block
    return frame


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def physical_memory():
    """The page of the system table, and the two pages of the array."""
    page = bytearray(4096)
    at = SYSTEM_TABLE % 4096
    struct.pack_into("<8s", page, at, b"IBI SYST")
    struct.pack_into("<Q", page, at + 104, CONFIG_TABLES)
    pages = bytearray(8192)
    for i in range(CONFIG_TABLES):
        struct.pack_into("<16sQ", pages, CONFIG_TABLE_ARRAY % 4096 + 24 * i,
                         bytes([i]) * 16, 0x3ff70000 + i)
    return {SYSTEM_TABLE & ~4095: page, CONFIG_TABLE_ARRAY & ~4095: pages}


def write_dev_mem(root):
    """Memory for physical_memory/, at the addresses of a live machine."""
    memory = root / "dev/mem"
    memory.parent.mkdir(parents=True, exist_ok=True)
    with open(memory, "wb") as stream:
        for path in (root / "physical_memory").iterdir():
            stream.seek(int(path.name, 16))
            stream.write(path.read_bytes())


def machine(root, efi=True):
    """Makes a machine of 1 GiB below root, in the form that --sysroot reads."""
    boot_params = bytearray(4096)
    if efi:
        struct.pack_into("<4sIIIIIII", boot_params, 0x1c0, b"EL64",
                         SYSTEM_TABLE, 48, 1, 0x1000, 480, 0, 0)
        firmware = root / "sys/firmware/efi"
        write(firmware / "systab", "ACPI20=0x3ff7e014\nSMBIOS=0x3f5cc000\n")
        write(firmware / "fw_platform_size", "64\n")
        write(firmware / "config_table", "%#x\n" % CONFIG_TABLE_ARRAY)
        write(firmware / "fw_vendor", "0x3f5ea018\n")
        write(firmware / "runtime", "0x3f5ebb98\n")
        entry = {"type": "0x6", "phys_addr": "0x3f5e0000", "virt_addr": "0xfffffffeff400000",
                 "num_pages": "0x20", "attribute": "0x800000000000000f"}
        for name, value in entry.items():
            write(firmware / "runtime-map/0" / name, value + "\n")
        for address, content in physical_memory().items():
            write(root / "physical_memory" / ("%016x" % address), bytes(content))
        write_dev_mem(root)
    for i, (start, last, kind) in enumerate(MEMORY):
        entry = root / "sys/firmware/memmap" / str(i)
        write(entry / "start", "%#x\n" % start)
        write(entry / "end", "%#x\n" % last)
        write(entry / "type", kind + "\n")
    write(root / "proc/iomem",
          "".join("%08x-%08x : %s\n" % entry for entry in MEMORY))
    write(root / "proc/cmdline", "BOOT_IMAGE=/vmlinuz root=/dev/vda1 quiet\n")
    write(root / "proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu la\n"
          "address sizes\t: 40 bits physical, 48 bits virtual\n\n")
    write(root / "sys/kernel/boot_params/data", bytes(boot_params))
    write(root / "sys/kernel/kexec_loaded", "1\n")
    write(root / "sys/kernel/kexec_crash_loaded", "0\n")
    return root


class Checks:
    """Counts checks, and prints those that fail."""

    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print("FAIL %s\n%s" % (name, detail))

    def close(self):
        """Prints the closing line and returns the exit status."""
        print("%d passed, %d failed" % (self.passed, self.failed))
        return 1 if self.failed or not self.passed else 0


class Result:
    """The result of a run of kexec: exit status, output, and the calls it made."""

    def __init__(self, process, log):
        self.rc = process.returncode
        self.out = process.stdout.decode(errors="replace")
        self.err = process.stderr.decode(errors="replace")
        self.log = log

    def loads(self):
        return [line for line in self.log if line.startswith("kexec_load ")
                and "segments=0 " not in line]

    def unloads(self):
        return [line for line in self.log if line.startswith("kexec_load ")
                and "segments=0 " in line]

    def silent(self):
        return not self.out and not self.err

    def one_message(self, *fragments):
        """One message on stderr holds all fragments, and every other line belongs to it.
        """
        lines = self.err.splitlines()
        return (len(lines) > 0 and lines[0].startswith("kexec: ")
                and all(line.startswith("  ") for line in lines[1:])
                and all(fragment in self.err for fragment in fragments))

    def __str__(self):
        return "rc %d\n--- stdout\n%s--- stderr\n%s--- calls\n%s" % (
            self.rc, self.out[:2000], self.err[:2000], "\n".join(self.log))


class Kexec:
    """kexec on a fake machine. None of its calls reaches the real one."""

    def __init__(self, directory, program):
        self.program = os.path.abspath(program)
        self.directory = directory
        self.log = directory / "log"
        self.preload = directory / "preload.so"
        self.root = machine(directory / "live")
        compiler = shlex.split(os.environ.get("CC") or "cc")
        subprocess.run([*compiler, "-shared", "-fPIC", "-O1", "-o", self.preload,
                        *SOURCES, "-ldl"], check=True)

    def environment(self, settings):
        environment = dict(os.environ, LC_ALL="C", LD_PRELOAD=str(self.preload),
                           KEXEC_TEST_LOG=str(self.log),
                           KEXEC_TEST_ROOT=str(self.root))
        # ASan wants to be loaded first, but also works after preload.so.
        environment["ASAN_OPTIONS"] = ":".join(
            filter(None, [environment.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
        for name, value in settings.items():
            environment["KEXEC_TEST_" + name] = str(value)
        return environment

    def __call__(self, *arguments, stdout=subprocess.PIPE, **settings):
        self.log.unlink(missing_ok=True)
        process = subprocess.run([self.program, *map(str, arguments)],
                                 stdin=subprocess.DEVNULL, stdout=stdout,
                                 stderr=subprocess.PIPE, timeout=60, cwd=self.directory,
                                 env=self.environment(settings), check=False)
        if process.stdout is None:
            process.stdout = b""
        log = self.log.read_text().splitlines() if self.log.exists() else []
        return Result(process, log)
