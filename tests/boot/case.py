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
    blob: int = 0           # plant a CC blob here,
    blob_cpuid: int = 0     # with its CPUID page there

    def text(self):
        """The EFI application's \\place.txt."""
        keys = {"array": self.array, "region_start": self.start,
                "region_end": self.end, "spare": 32, "blob": self.blob,
                "blob_cpuid": self.blob_cpuid}
        return "".join(f"{key}=0x{value:x}\n" for key, value in keys.items())


def place(array, start=None, end=None, **more):
    """By default the region is what isolates the array at all: the large pages
    that it touches."""
    if start is None:
        start = array // LARGE_PAGE * LARGE_PAGE
    if end is None:
        end = -(-(array + ARRAY_ROOM) // LARGE_PAGE) * LARGE_PAGE
    return Place(array, start, end, **more)


@dataclass(frozen=True)
class Case:
    name: str
    # The machine. qemu64 has neither 1 GiB pages nor 5-level paging, "max" both.
    memory: str = "1024M"
    cpus: int = 1
    cpu: str = "qemu64"
    firmware: str = "ovmf"
    place: Place = None
    # Kernels by name, see kernels/prepare. next: one for each kexec; the last
    # one named serves all further kexecs.
    first: str = "unfixed"
    next: tuple = ("unfixed",)
    # What image_kinds.py makes of the next kernels before they are loaded, and
    # how what they are to get is handed to kexec:
    #   options  --initrd and --append
    #   inside   not at all: it is in the image (for one kexec)
    image: str = ""
    handover: str = "options"
    first_append: str = ""
    next_append: str = ""
    # What kexec is asked. crash: -p, and then the first kernel is made to panic
    # on that CPU.
    load: str = ""
    execute: str = ""
    kexecs: int = 1
    crash: bool = False
    crash_cpu: int = 0
    # The dump is read with crash(8) too, which needs the first kernel's debug symbols.
    symbols: bool = False
    # Environment of kexec, for preload.c. Scripts from guest/: to run instead of
    # all that, before the kexec that loads, and after it.
    environment: dict = field(default_factory=dict)
    script: str = ""
    before: str = ""
    after: str = ""
    # The set of packages.py that is to be there, below /debian.
    debian: str = ""
    timeout: int = 120
    # What has to happen:
    #   boots    the last stage reports, and what it reports is in order
    #   resets   kexec -l succeeds, the next kernel dies without a word of a
    #            page fault inside the array (or `fault`: first and last address)
    #   refused  kexec -l exits with one of `status` and the machine goes on
    #   halts    the next kernel gets past the tables and then halts for good
    #   stops    the machine ends by itself after the console showed `console`
    #   shows    the console shows `console`; the next kernel reports nothing
    #   script   the guest script reports "verdict=pass"
    expect: str = "boots"
    status: tuple = (0,)
    fault: tuple = ()
    # Regular expressions: on kexec -l's output ("" means there is none, None
    # that it does not matter), on the console, and on single results: pairs of
    # result key and expression, for the first and for the last stage.
    message: str = None
    console: str = ""
    first_has: tuple = ()
    last_has: tuple = ()

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
