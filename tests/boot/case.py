# SPDX-License-Identifier: GPL-2.0-only
"""What a boot test case is: the machine, what kexec is asked to do in it, and what
has to happen then. cases.py is the table, `run` carries it out, verdict.py decides.

Each case that depends on the identity map comes as a group of three made by
mapping_group(): with --efi-map-config, with the plain default, and with
--no-efi-map-config. The last one is the negative control: it passes only if
the machine really died while the next kernel read the config table array.
Without it a test of the mapping would also pass where nothing was ever missing.
"""

from dataclasses import dataclass, field, replace

MIB = 1 << 20
LARGE_PAGE = 2 * MIB
# What the moved array takes at most: 48 entries and room for 32 more.
ARRAY_ROOM = 2048


@dataclass(frozen=True)
class Place:
    """Where the EFI application puts the config table array, and the memory
    around it that the kernels must not see as RAM."""
    array: int
    start: int
    end: int

    def text(self):
        """The EFI application's \\place.txt."""
        return place_text({"array": self.array, "region_start": self.start,
                           "region_end": self.end, "spare": 32})


def place_text(keys):
    """Lines of \\place.txt."""
    return "".join(f"{key}=0x{value:x}\n" for key, value in keys.items())


def place(array, start=None, end=None):
    """By default the region is what isolates the array at all: the large pages
    that it touches."""
    if start is None:
        start = array // LARGE_PAGE * LARGE_PAGE
    if end is None:
        end = -(-(array + ARRAY_ROOM) // LARGE_PAGE) * LARGE_PAGE
    return Place(array, start, end)


# 770 MiB: inside the first GiB of a 1 GiB machine, far from what OVMF uses.
LOW = place(0x30200098)
# With 6 GiB, q35 has 2 GiB below 4 GiB and the rest above.
HIGH = place(0x180200098)


@dataclass(frozen=True)
class Case:
    name: str
    # The machine. qemu64 has neither 1 GiB pages nor 5-level paging, "max" both.
    memory: str = "1024M"
    cpus: int = 1
    cpu: str = "qemu64"
    firmware: str = "ovmf"      # or "seabios", or "ovmf-ia32", which is 32-bit firmware
    place: Place = None
    # Config tables that the EFI application adds: keys of efi/plant.h. More devices,
    # as QEMU names them, and a TPM.
    plant: dict = field(default_factory=dict)
    devices: tuple = ()
    # Memory that devices are made of, as QEMU names objects.
    backends: tuple = ()
    tpm: bool = False
    # Kernels by name, see kernels/prepare. next: one for each kexec; the last
    # one named serves all further kexecs.
    first: str = "unfixed"
    next: tuple = ("unfixed",)
    # What image_kinds.py makes of the next kernels before they are loaded, and
    # how kexec is told of their user space:
    #   options  --initrd and --append
    #   inside   not at all: it is in the image (for one kexec)
    #   disk     --append only: the next kernel's root is a disk that holds /init
    image: str = ""
    userland: str = "options"
    first_append: str = ""
    next_append: str = ""
    # What kexec is asked. crash: -p, and then the first kernel is made to panic
    # on that CPU.
    load: str = ""
    execute: str = ""
    kexecs: int = 1
    # What does the kexec: "kexec", the one under test, or "kexec-tools", Debian's. later:
    # program and options of the second kexec and those after it, if not the same
    # again; the last one named serves all further ones.
    program: str = "kexec"
    later: tuple = ()
    crash: bool = False
    crash_cpu: int = 0
    # The dump is read with crash(8) too, which needs the first kernel's debug symbols.
    symbols: bool = False
    # makedumpfile writes a dump of everything (-d 0) too, which takes longer.
    full_dump: bool = False
    # Physical memory that the first kernel does not use as RAM and that has to keep its
    # content: start, step and count of pages, which are marked before the load.
    marks: tuple = ()
    # Environment of kexec, for preload.c. Scripts from guest/: to run instead of
    # all that, before the kexec that loads, and after it.
    environment: dict = field(default_factory=dict)
    script: str = ""
    before: str = ""
    after: str = ""
    # A script from guest/ for every stage, the last one included; and the stages that
    # report anything at all (none named: all).
    survey: str = ""
    surveyed: tuple = ()
    # The set of packages.py that is to be there, below /debian.
    debian: str = ""
    timeout: int = 120
    # One of many of its kind: only by its full name, or with --all.
    with_all_only: bool = False
    # What has to happen:
    #   boots    the last stage reports, and what it reports is in order
    #   resets   kexec -l succeeds, the last kernel dies without a word of a
    #            page fault inside the array (or `fault`: first and last address)
    #   refused  kexec -l exits with one of `status` and the machine goes on
    #   halts    the next kernel gets past the tables and then halts for good
    #   stops    the machine ends by itself after the console showed `console`
    #   shows    the console shows `console`; the next kernel reports nothing
    #   forgets  as "boots", but marked pages (`marks`) have lost their content, or the last
    #            stage does not report what `last_has` says
    #   script   the guest script reports "verdict=pass"
    #   survives, loses   see survival.py
    expect: str = "boots"
    status: tuple = (0,)
    fault: tuple = ()
    # Regular expressions: on kexec -l's output ("" means there is none, None
    # that it does not matter), on the console after the first kernel's end, and on single results: pairs of
    # result key and expression, for the first and for the last stage.
    message: str = None
    console: str = ""
    console_lacks: str = ""
    first_has: tuple = ()
    last_has: tuple = ()
    # EFI tables that a control loses, as the kernel calls them.
    lost_tables: tuple = ()

    @property
    def kernels(self):
        return dict.fromkeys((self.first, *self.next))


def mapping_group(name, **settings):
    """Three cases: mapping asked for, mapping by default, and no mapping."""
    case = Case(name, **settings)
    extra = case.load
    # More kexecs prove nothing more once the first one has died.
    return (replace(case, name=name + "-explicit",
                    load=f"--efi-map-config {extra}".strip()),
            replace(case, name=name + "-default", load=extra),
            replace(case, name=name + "-unmapped", kexecs=1, expect="resets",
                    timeout=min(case.timeout, 120), last_has=(),
                    load=f"--no-efi-map-config {extra}".strip()))


# How a crash is tested unless the case says otherwise. A capture kernel that
# starts on another CPU than the first cannot start that one (INIT resets it).
CRASH = {"crash": True, "memory": "2G", "first_append": "crashkernel=256M",
         "next_append": "nr_cpus=1", "timeout": 180}


def crash_case(name, **settings):
    return Case(name, **{**CRASH, **settings})


def crash_group(name, **settings):
    return mapping_group(name, **{**CRASH, **settings})


def crash_pair(name, **settings):
    """Without the plain default, where that decides nothing new."""
    return crash_group(name, **settings)[::2]
