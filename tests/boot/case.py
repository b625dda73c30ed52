# SPDX-License-Identifier: GPL-2.0-only
"""A boot test case: the machine, what kexec is asked to do in it, and what must happen
then. cases.py has the table, `run` runs the cases, verdict.py evaluates the results.

Each case that depends on the identity map comes as a group of three made by
mapping_group(): with --efi-map-config, with the plain default, and with
--no-efi-map-config. The last one is the negative control: it passes only if
the machine died while the next kernel read the config table array. Without it,
a test of the mapping would also pass if no mapping was missing.
"""

from dataclasses import dataclass, field, replace

MIB = 1 << 20
LARGE_PAGE = 2 * MIB
# The size of the moved array at most, in bytes: 48 entries and room for 32 more.
ARRAY_ROOM = 2048


@dataclass(frozen=True)
class Place:
    """The address at which the EFI application puts the config table array, and the
    memory around it that the kernels must not see as RAM."""
    array: int
    start: int
    end: int

    def text(self):
        """The text of \\place.txt for the EFI application."""
        return place_text({"array": self.array, "region_start": self.start,
                           "region_end": self.end, "spare": 32})


def place_text(keys):
    """Lines of \\place.txt."""
    return "".join(f"{key}=0x{value:x}\n" for key, value in keys.items())


def place(array, start=None, end=None):
    """By default the region is the large pages that the array touches, which is
    the least that isolates it."""
    if start is None:
        start = array // LARGE_PAGE * LARGE_PAGE
    if end is None:
        end = -(-(array + ARRAY_ROOM) // LARGE_PAGE) * LARGE_PAGE
    return Place(array, start, end)


# 770 MiB: inside the first GiB, far from the memory that OVMF uses in a 1 GiB machine.
LOW = place(0x30200098)
# With 6 GiB, q35 has 2 GiB below 4 GiB and the rest above.
HIGH = place(0x180200098)
# With 3 GiB, the last one is above 4 GiB. A crash case has to read all of the memory.
CRASH_HIGH = place(0x120200098)


@dataclass(frozen=True)
class Case:
    name: str
    # The machine. qemu64 has neither 1 GiB pages nor 5-level paging, "max" has both.
    memory: str = "1024M"
    cpus: int = 1
    cpu: str = "qemu64"
    # A firmware of ../lib/firmware.py, or "seabios". "ovmf-ia32" is 32-bit firmware.
    firmware: str = "ovmf"
    place: Place = None
    # The first kernel runs as the first domain of Debian's Xen; these are Xen's options
    # ("": without Xen).
    hypervisor: str = ""
    # Config tables that the EFI application adds: keys of efi/plant.h.
    plant: dict = field(default_factory=dict)
    # Arguments of QEMU's -device.
    devices: tuple = ()
    # Arguments of QEMU's -global.
    properties: tuple = ()
    # Arguments of QEMU's -object, for the memory of devices.
    backends: tuple = ()
    tpm: bool = False
    # Kernels by name, see kernels/prepare. next: one for each kexec; the last
    # one is used for all further kexecs.
    first: str = "unfixed"
    next: tuple = ("unfixed",)
    # The kind of image that image_kinds.py makes from a next kernel (empty: none).
    # userland says how kexec gets initrd and command line:
    #   options  from --initrd and --append
    #   inside   from the image itself (for one kexec)
    #   disk     --append only: the next kernel's root is a disk that holds /init
    image: str = ""
    userland: str = "options"
    first_append: str = ""
    next_append: str = ""
    # Options for loading and for kexec -e, and the number of kexecs.
    load: str = ""
    execute: str = ""
    kexecs: int = 1
    # The program: "kexec" is the one under test, "kexec-tools" is Debian's.
    program: str = "kexec"
    # Program and options of the second kexec and those after it, if they differ; the
    # last one is used for all further kexecs.
    later: tuple = ()
    # Load with -p, then make the first kernel panic on the CPU crash_cpu.
    crash: bool = False
    crash_cpu: int = 0
    # Read the dump also with crash(8), which needs the first kernel's debug symbols.
    symbols: bool = False
    # Write also a dump of all memory (makedumpfile -d 0), which takes longer.
    full_dump: bool = False
    # Pages of physical memory that must keep their content and that the first kernel
    # does not use as RAM: start, step and count. They are marked before the load.
    marks: tuple = ()
    # Environment of kexec, for preload.c.
    environment: dict = field(default_factory=dict)
    # Scripts from guest/. script runs instead of load and execution; before and after
    # run before and after the load.
    script: str = ""
    before: str = ""
    after: str = ""
    # A script from guest/ for every stage, including the last one.
    survey: str = ""
    # The stages that report something; empty: all.
    surveyed: tuple = ()
    # The state of purgatory's record in the kernel after each kexec, as --check=after
    # says ("ours", "missing"); the last one is for all further kernels. Empty: not looked
    # at.
    record: tuple = ()
    # The set of packages.py that is unpacked below /debian.
    debian: str = ""
    # Before the first two loads by the program under test, they are also planned from a
    # record of the machine, and the plan must be that of the machine itself.
    replay: bool = False
    timeout: int = 120
    # Run the case only with --all or by its full name: there are many similar ones.
    with_all_only: bool = False
    # The outcome that passes:
    #   boots    the last stage reports, and its report shows no problem
    #   resets   kexec -l succeeds, the last kernel dies silently of a page fault
    #            inside the array (or inside `fault`: first and last address)
    #   refused  kexec -l exits with one of `status` and the machine goes on
    #   halts    the next kernel gets past the tables and then halts
    #   stops    the machine ends by itself after the console showed `console`
    #   shows    the console shows `console`; the next kernel reports nothing
    #   forgets  as "boots", but marked pages (`marks`) have lost their content, or the
    #            last stage does not report what `last_has` says
    #   misplaces   guest/plan, as the script, reports a segment outside of the running
    #            kernel's RAM
    #   unreadable  the capture kernel comes up and cannot read all of /proc/vmcore, or
    #            makedumpfile fails with `dump_error`
    #   watchdog, hangs   see watchdogs.py
    #   script   the guest script reports "verdict=pass"
    #   survives, loses   see survival.py
    expect: str = "boots"
    status: tuple = (0,)
    fault: tuple = ()
    # A regular expression for the output of kexec -l; "": no output, None: any output.
    message: str = None
    # Regular expressions for the console after the first kernel's end: one that must
    # match, one that must not.
    console: str = ""
    console_lacks: str = ""
    # For "stops": the text that purgatory has written on the screen, without regard to
    # line breaks; the screen's size; and a word that it must not have written.
    screen: str = ""
    screen_size: tuple = ()
    screen_lacks: str = ""
    # Pairs of a result's key and a regular expression for one of its values, in the
    # first and in the last stage.
    first_has: tuple = ()
    last_has: tuple = ()
    # For "unreadable": what makedumpfile says, if it is the one that fails.
    dump_error: str = ""
    # EFI tables that a control loses, by the kernel's names for them.
    lost_tables: tuple = ()

    @property
    def kernels(self):
        return dict.fromkeys((self.first, *self.next))


# Without an option the image is the same as with --efi-map-config, so that only a few of
# these cases are always run.
DEFAULTS_ALWAYS_RUN = ("below-4g", "above-4g", "la57", "uki", "crash")


def mapping_group(name, **settings):
    """Three cases: mapping on request, mapping by default, and no mapping."""
    case = Case(name, **settings)
    extra = case.load
    # The last case ends with the first kexec.
    return (replace(case, name=name + "-explicit",
                    load=f"--efi-map-config {extra}".strip()),
            replace(case, name=name + "-default", load=extra,
                    with_all_only=name not in DEFAULTS_ALWAYS_RUN),
            replace(case, name=name + "-unmapped", kexecs=1, expect="resets",
                    timeout=min(case.timeout, 120), last_has=(),
                    load=f"--no-efi-map-config {extra}".strip()))


# Settings of crash cases, which a case can override. nr_cpus=1: a capture kernel that
# runs on another CPU than the first must not start the first CPU, because INIT would
# reset it.
CRASH = {"crash": True, "first_append": "crashkernel=256M",
         "next_append": "nr_cpus=1", "timeout": 180}


def crash_case(name, **settings):
    return Case(name, **{**CRASH, **settings})


def crash_group(name, **settings):
    return mapping_group(name, **{**CRASH, **settings})


def crash_pair(name, **settings):
    """The group without the default case, for machines where the default adds nothing."""
    return crash_group(name, **settings)[::2]
