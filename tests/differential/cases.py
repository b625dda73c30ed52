# SPDX-License-Identifier: GPL-2.0-only
"""The command lines and machines that both programs are compared on."""

import re
import struct

import fakes
import layout
import recorded
import test_image

INITRD = b"070701" + bytes(range(251)) * 401
SECOND = b"070701" + b"second" * 999
APPEND = "--append=root=/dev/vda1 \"a=b  c\" quiet"
LOAD = ["-c", "-l", "KERNEL", "--initrd=INITRD", APPEND]
CRASH = ["-c", "-p", "KERNEL", "--initrd=INITRD", APPEND]


class Kernel:
    """A minimal bzImage with a distinct value in every field of its header, and marks in
    its setup sectors outside of the header."""

    initrd_addr_max, alignment, pref_address = 0x7fffffff, 0x200000, 0x1000000

    def __init__(self, **header):
        image = bytearray(fakes.bzimage(size=96 << 10, init_size=(5 << 20) + 1,
                                        cmdline_size=2047, **header))
        self.payload = bytes(image[0xa00:])
        # boot.rst: root_flags, vid_mode, root_dev, kernel_version, setup_move_size,
        # code32_start, heap_end_ptr, payload_offset, payload_length, params_offset,
        # kernel_info_offset
        for form, offset, value in [
                ("<H", 0x1f2, 1), ("<H", 0x1fa, 0xffff), ("<H", 0x1fc, 0x0801),
                ("<H", 0x20e, 0x600), ("<H", 0x212, 0x8000), ("<I", 0x214, 0x100000),
                ("<H", 0x224, 0x5320), ("<I", 0x248, 0x3ac), ("<I", 0x24c, 0x12345),
                ("<I", 0x264, 0x190), ("<I", 0x268, 0x54321)]:
            struct.pack_into(form, image, offset, value)
        image[:0x1f1] = b"\xcc" * 0x1f1
        image[0x26c:0xa00] = b"\xcc" * (0xa00 - 0x26c)
        self.image = bytes(image)

    def field(self, name):
        """The values that boot_params would have if they came from the file."""
        return layout.read(self.image[:4096])[name]


class Machine(recorded.Machine):
    """Adds files that only kexec-tools reads."""

    def __init__(self, name, root):
        super().__init__(root)
        self.name = name
        self.add_kallsyms()

    def tables(self):
        """Makes kexec read the tables as on a live machine, where /proc/kcore has no
        contents after its headers. So it does not know the tables, as kexec-tools never
        does."""
        return []

    def cpus(self):
        text = (self.root / "sys/devices/system/cpu/possible").read_text()
        return int(text.strip().split("-")[-1]) + 1

    def crash_regions(self):
        return sorted((start, end) for start, end, name in self.iomem()
                      if name == "Crash kernel")

    def core_loads(self):
        """(virtual, physical, size) of the program headers of /proc/kcore."""
        data = (self.root / "proc/kcore").read_bytes()
        table, = struct.unpack_from("<Q", data, 32)
        count, = struct.unpack_from("<H", data, 56)
        found = []
        for number in range(count):
            word, _, _, virtual, physical, _, size, _ = struct.unpack_from(
                "<IIQQQQQQ", data, table + 56 * number)
            if word == 1:
                found.append((virtual, physical, size))
        return found

    def add_kallsyms(self):
        """/proc/kallsyms of the machine was not recorded. kexec-tools looks for one
        symbol in it, the start of the kernel's text, which /proc/kcore has as well."""
        if (self.root / "proc/kcore").exists():
            code = next(start for start, _, name in self.iomem() if name == "Kernel code")
            virtual = next(virtual for virtual, physical, _ in self.core_loads()
                           if physical == code)
            fakes.write(self.root / "proc/kallsyms",
                        "%016x T _text\n%016x T _stext\n" % (virtual, virtual))


class Case:
    """One command line on one machine."""

    def __init__(self, machine, name, arguments, kernel=None, settings=None):
        self.machine, self.arguments = machine, arguments
        self.name = "%s: %s" % (machine.name, name)
        self.kernel = kernel or Kernel()
        self.settings = settings or {}
        self.crash = "-p" in arguments
        self.options_min = self.option("--mem-min", 0)
        # The last byte, in the form that both programs accept.
        self.options_max = self.option("--mem-max", (1 << 64) - 2) + 1

    def option(self, name, default):
        found = [re.fullmatch(name + "=(0x.*)", word) for word in self.arguments]
        return next((int(match.group(1), 0) for match in found if match), default)

    def has(self, option):
        return option in self.arguments

    def is_called(self, *names):
        """Whether the case has one of these names, on any machine. Names of machines have
        no colon."""
        return self.name.partition(": ")[2] in names


# Command lines that load a kernel.
LOADS = [
    ("-l", ["-c", "-l", "KERNEL"]),
    ("-l with initrd and command line", LOAD),
    ("--reuse-cmdline", [*LOAD, "--reuse-cmdline"]),
    ("--reuse-cmdline alone", ["-c", "-l", "KERNEL", "--reuse-cmdline"]),
    ("--noefi", ["--noefi", *LOAD]),
    ("--noefi behind --append", [*LOAD, "--noefi"]),
    ("--reuse-video-type", ["--reuse-video-type", *LOAD]),
    ("--mem-max", [*LOAD, "--mem-max=0x30000000"]),
    ("--mem-min", [*LOAD, "--mem-min=0x20000000"]),
    ("-i", [*LOAD, "-i"]),
    ("two initrds", [*LOAD, "--initrd=SECOND"]),
    ("--append twice", [*LOAD, "--append=the=second"]),
    ("consoles", [*LOAD, "--console-serial", "--serial=ttyS1", "--serial-baud=9600",
                  "--console-vga", "--reset-vga"]),
    ("-d", [*LOAD, "-d"]),
    ("-x -y", [*LOAD, "-x", "-y"]),
    ("-t bzImage64", [*LOAD, "-t", "bzImage64"]),
]
CRASHES = [
    ("-p", ["-c", "-p", "KERNEL"]),
    ("-p with initrd and command line", CRASH),
    ("-p, arguments for init", ["-c", "-p", "KERNEL", "--append=quiet -- emergency"]),
    ("-p --reuse-cmdline", [*CRASH, "--reuse-cmdline"]),
    ("-p --pass-memmap-cmdline", ["--pass-memmap-cmdline", *CRASH]),
    ("-p --elf64-core-headers", [*CRASH, "--elf64-core-headers"]),
    ("-p --elf32-core-headers", [*CRASH, "--elf32-core-headers"]),
    ("-p --noefi", ["--noefi", *CRASH]),
    ("-p -i", [*CRASH, "-i"]),
    ("-l -p", ["-l", *CRASH]),
]
# Command lines that both programs refuse.
OTHERS = [
    ("--help", ["--help"]), ("--version", ["--version"]), ("nothing", []),
    ("-u", ["-c", "-u"]), ("-p -u", ["-c", "-p", "-u"]), ("-u -p", ["-c", "-u", "-p"]),
    ("-u -p KERNEL", ["-c", "-u", "-p", "KERNEL"]),
    ("-S", ["-S"]), ("-l -S", ["-l", "-S"]), ("-p -S", ["-p", "-S"]),
    ("-d -S", ["-d", "-S"]), ("-S --append", ["-S", "--append=x"]),
    ("-u --noefi", ["-c", "-u", "--noefi"]),
    ("-e", ["-e"]), ("-e -i", ["-e", "-i"]), ("-e -x", ["-e", "-x"]),
    ("-e -y", ["-e", "-x", "-y"]), ("-e --append", ["-e", "--append=x"]),
    ("--print-ckr-size", ["--print-ckr-size"]),
    ("unknown option", ["--no-such-option"]),
    ("no argument", ["-l", "KERNEL", "--append"]),
    ("kernel that is not there", ["-c", "-l", "MISSING"]),
    ("initrd that is not there", ["-c", "-l", "KERNEL", "--initrd=MISSING"]),
    ("no kernel", ["-c", "-l", "INITRD"]),
    ("cut off", ["-c", "-l", "SHORT"]),
    ("-t of another type", ["-c", "-l", "KERNEL", "-t", "elf-x86_64"]),
    ("-t of no type", ["-c", "-l", "KERNEL", "-t", "nosuch"]),
    ("--mem-max that is not a number", ["-c", "-l", "KERNEL", "--mem-max=1G"]),
    ("--mem-max too low", ["-c", "-l", "KERNEL", "--mem-max=0x200000"]),
    ("longest command line", ["-c", "-l", "KERNEL", "--append=" + "x" * 2046]),
    ("command line too long", ["-c", "-l", "KERNEL", "--append=" + "x" * 2047]),
    ("--serial=ttyS2", ["-c", "-l", "KERNEL", "--serial=ttyS2"]),
    ("--serial-baud=0", ["-c", "-l", "KERNEL", "--serial-baud=0"]),
    ("--serial-baud=12345", ["-c", "-l", "KERNEL", "--serial-baud=12345"]),
    ("two kernels", ["-c", "-l", "KERNEL", "SECOND"]),
    ("--reuseinitrd", ["-c", "-l", "KERNEL", "--reuseinitrd"]),
    ("-l refused", ["-c", "-l", "KERNEL"], {"LOAD": "EBUSY"}),
    ("-u refused", ["-c", "-u"], {"UNLOAD": "EPERM"}),
]


# On a machine where a kernel and a crash kernel are already loaded.
LOADED = [
    ("-S", ["-S"]), ("-l -S", ["-l", "-S"]), ("-p -S", ["-p", "-S"]),
    ("-e", ["-e"]), ("-e -x", ["-e", "-x"]), ("-e -y", ["-e", "-y"]),
    ("-e -i", ["-e", "-i"]), ("-e refused", ["-e"], {"REBOOT": "EPERM"}),
    ("-f", ["-c", "-f", "KERNEL"]), ("-l -f", ["-c", "-l", "-f", "KERNEL"]),
    ("-f -l", ["-c", "-f", "-l", "KERNEL"]), ("-e -l", ["-c", "-e", "-l", "KERNEL"]),
    ("-l -e", ["-c", "-l", "-e", "KERNEL"]),
    ("-f -x -y", ["-c", "-f", "-x", "-y", "KERNEL"]),
    ("shutdown", ["-c", "KERNEL"]), ("shutdown -x", ["-c", "-x", "KERNEL"]),
    ("-u -e", ["-c", "-u", "-e"]), ("-e -u", ["-c", "-e", "-u"]),
]


def made_machines(machines, place):
    """Machines with values that the recorded ones do not have."""
    full = machines["ovmf"].copy(place / "full")
    test_image.odd_boot_params(full)
    yield Machine("ovmf, boot_params full of values", full.root)
    kept = machines["ovmf"].copy(place / "kept")
    test_image.kernel_reservations(kept)
    for number, start, kind in ((900, 0x22000000, "Soft Reserved"),
                                (901, 0x24000000, "Unusable memory"),
                                (902, 0x26000000, "Persistent Memory (legacy)")):
        test_image.add_range(kept, number, start, start + 0xffff, kind)
    yield Machine("ovmf, more kinds of memory", kept.root)
    loaded = machines["ovmf-crashkernel"].copy(place / "loaded")
    for name in ("kexec_loaded", "kexec_crash_loaded"):
        fakes.write(loaded.root / "sys/kernel" / name, "1\n")
    yield Machine("loaded", loaded.root)
    many = machines["ovmf"].copy(place / "many")
    test_image.many_ranges(400)(many)
    yield Machine("ovmf, 400 ranges more", many.root)


def machines(archives, place):
    """The recorded machines and those derived from them, by name."""
    found = {}
    for archive in recorded.archives(archives, dom0=False):
        name = archive.name[:-len(".tar.xz")]
        found[name] = Machine(name, recorded.unpack(archive, place / name).root)
    for made in made_machines(dict(found), place):
        found[made.name] = made
    return found


def loads(machine):
    for name, arguments in LOADS:
        yield Case(machine, name, arguments)
    # Without /proc/kcore, which some recordings lack, -p has to fail. A record of kexec
    # --record has only what kexec-efi reads, and kexec-tools reads more for -p.
    if not machine.crash_regions() or ((machine.root / "proc/kcore").exists() and
                                       not (machine.root / "record.txt").exists()):
        for name, arguments in CRASHES:
            yield Case(machine, name, arguments)
    yield Case(machine, "kernel without EFI_KEXEC", LOAD, Kernel(xloadflags=0x6f))
    yield Case(machine, "--print-ckr-size", ["--print-ckr-size"])


def cases(found):
    for machine in found.values():
        if machine.name != "loaded":
            yield from loads(machine)
    for machine, rows in ((found["ovmf-crashkernel"], OTHERS), (found["loaded"], LOADED)):
        for name, arguments, *settings in rows:
            yield Case(machine, name, arguments,
                       settings=settings[0] if settings else None)
