# SPDX-License-Identifier: GPL-2.0-only
"""The boot test cases, as a table; case.py explains the fields of a row."""

import zlib
from dataclasses import replace

import firmware_cases
import matrix_cases
import memory_cases
import survival
import watchdogs
import xen_cases
from case import (CRASH_HIGH, HIGH, LOW, Case, crash_case, crash_group, crash_pair,
                  mapping_group, place)

# Kexec jump: a second kernel runs in a window of 256 MiB and returns. The first kernel
# fills its memory from the bottom up, so much of its data lies in the window.
JUMP = {"memory": "1024M", "kexecs": 2, "script": "jump", "expect": "script",
        "load": "--load-preserve-context --mem-min=0x10000000 --mem-max=0x1fffffff",
        "timeout": 300}

# The script runs twice: before the kexec and after it.
CHECK = {"kexecs": 2, "script": "check", "expect": "script", "timeout": 180}

# A whole GiB without RAM: the map lacks not only entries but whole page tables.
WHOLE_GIB = place(0x140200098, 0x140000000, 0x180000000)

# Machines whose first kernel must report 5-level paging, or 1 GiB pages.
LA57 = {"cpu": "max", "first_has": (("cpu_flag", "la57"),)}
GBPAGES = {"cpu": "max,la57=off", "first_has": (("cpu_flag", "pdpe1gb"),)}

# programs/report.c as the next kernel, and the values that it reports in every mode.
REPORT = {"expect": "script", "userland": "inside", "timeout": 90}
WHOLE = (("data", "^initialised$"), ("bss", "^0x0$"), ("loader", "^kexec$"))
OUT_OF_PAGING = (*WHOLE, ("paging", "^0x0$"))


def module(content, name):
    """The result that report.c must report for a module of guest/multiboot."""
    return "module", f"^{len(content):#x} {zlib.adler32(content):#x} 0x0 {name}$"


MODULES = (module(b"the first module\n", "/tmp/first"),
           module(5000 * b"the second one\n", "/tmp/second.gz with two words"),
           ("cmdline", "^/case/kernel.1 of the test$"))
MULTIBOOT = {**REPORT, "before": "multiboot", "message": ""}
# Xen gets as far as reading the kernel of its first domain. Debian's cloud kernels do not
# support that role, and Xen reports it.
XEN_SPEAKS = (r"Xen version 4\.17[\s\S]*Bootloader: kexec[\s\S]*"
              r"Command line: com1=115200,8n1 console=com1 dom0_mem=512M[\s\S]*")
XEN_READS = r"Dom0 kernel: 64-bit[\s\S]*does not support Dom0"
XEN = {"image": "xen", "before": "start-xen", "next": ("debian-6.12",), "memory": "2G",
       "timeout": 300, "expect": "stops", "message": "",
       "console": XEN_SPEAKS + XEN_READS}



def dom0(version):
    """The facts that the kernel of the first domain must report."""
    return (("hypervisor", "^xen$"), ("xen", "^" + version), ("acpi_tables", "^[1-9]"),
            ("root_pointer", "^RSDP 0x"))


XEN_DOM0 = {"image": "xen", "before": "start-xen", "first": "debian-6.1-pc",
            "next": ("debian-6.1-pc",), "memory": "2G", "timeout": 300, "message": "",
            "survey": "dom0", "expect": "script", "last_has": dom0(r"4\.17$")}

EFI32 = {"firmware": "ovmf-ia32",
         "first_has": (("efi_bits", "^32$"), ("acpi_tables", "^[1-9]"))}

# Debian's kernels have a driver for the firmware's framebuffer, with a console on it.
DISPLAY = {"devices": ("VGA",), "first": "debian-6.1",
           "first_has": (("framebuffer", "^0 EFI VGA$"),
                         ("screen", "^framebuffer at 0x[1-9a-f]"), ("screen", "^mode is [1-9]"),
                         ("screen", "^frame buffer device [1-9]"))}

# Purgatory's messages in the framebuffer. A bit of the kernel changes after the load, or
# one of the address that purgatory jumps to, where nothing is mapped then.
SCREEN = {**DISPLAY, "next": ("debian-6.1",), "expect": "stops", "console": "",
          "load": "-c --console-framebuffer",
          "environment": {"KEXEC_TEST_FLIP": "largest:4096"},
          "screen": "has changed since it was loaded, resetting the machine in 5 seconds"}
SMALL = {"devices": ("VGA,xres=800,yres=600",), "screen_size": (800, 600)}

# The lowest place of a kernel whose preferred address is 16 MiB.
LOWEST = (("kernel_code", "^0x1000000$"),)

CASES = (
    # -------------------------------------------------- where the array lies
    *mapping_group("below-4g", place=LOW, record=("ours",)),
    *mapping_group("above-4g", place=HIGH, memory="6G"),
    *mapping_group("whole-gib", place=WHOLE_GIB, memory="6G"),
    # The system table stays near the end of RAM, here in the second GiB.
    *mapping_group("other-gib", place=LOW, memory="2G"),
    # The array's first four entries in one page, the rest in the next.
    *mapping_group("page-boundary", place=place(0x30200f98)),
    # Without --all the harder groups "-half" below stand for these two.
    *mapping_group("2m-boundary", place=place(0x303fff98), with_all_only=True),
    *mapping_group("1g-boundary", place=place(0x3fffff98), memory="2G",
                   with_all_only=True),

    # The beginning shares a large page with RAM and is mapped, the rest not.
    *mapping_group("2m-boundary-half", place=place(0x303fff98, start=0x303ff000)),
    *mapping_group("1g-boundary-half", memory="2G",
                   place=place(0x3fffff98, start=0x3ffff000)),

    # ------------------------------------------------------- paging modes
    *mapping_group("la57", place=LOW, **LA57),
    *mapping_group("la57-to-4level", place=LOW, next_append="no5lvl", **LA57),
    *mapping_group("la57-above-4g", place=HIGH, memory="6G", **LA57),
    *mapping_group("gbpages", place=HIGH, memory="6G", **GBPAGES),
    *mapping_group("nogbpages", place=HIGH, memory="6G",
                   first_append="nogbpages", **GBPAGES),

    # ------------------------------------------------------------- CPUs
    *mapping_group("amd", place=LOW, cpu="EPYC-Milan"),
    *mapping_group("2-cpus", place=LOW, cpus=2),
    *mapping_group("4-cpus", place=LOW, cpus=4),

    # --------------------------------------- Debian's kernels, as they are
    # These kernels map the array themselves: purgatory must add nothing and break
    # nothing.
    Case("debian-6.1-to-6.12", place=LOW, first="debian-6.1",
         next=("debian-6.12",), load="--efi-map-config", replay=True),
    Case("debian-6.12-to-6.1", place=LOW, first="debian-6.12",
         next=("debian-6.1",), load="--efi-map-config"),
    # kexec_load is the default here, although this kernel would map the array for
    # kexec_file_load too: case check-loss shows the reason.
    Case("debian-6.12-default", first="debian-6.12", next=("debian-6.12",), place=LOW,
         message=""),
    *mapping_group("debian-6.1-to-unfixed", first="debian-6.1", place=LOW)[:2],

    # ------------------------------------------------ unified kernel images
    *mapping_group("uki", place=LOW, image="uki", userland="inside"),
    Case("uki-replaced", place=LOW, image="uki-replaced", load="--efi-map-config"),
    Case("uki-profile", place=LOW, image="uki-profiles", userland="inside",
         load="--efi-map-config --uki-profile=next"),
    Case("uki-file", first="debian-6.12", next=("debian-6.12",), image="uki",
         userland="inside", load="-s", replay=True,
         message="^kexec: warning: with kexec_file_load EFI tables in RAM may get lost: .*$"),
    crash_case("uki-crash", place=LOW, image="uki", userland="inside",
               load="--efi-map-config"),

    # -------------------------------------------------------- crash kernels
    *crash_group("crash", place=LOW, record=("ours",)),
    # The second pair does what the first does, on another CPU.
    *crash_pair("crash-4-cpus", place=LOW, cpus=4, with_all_only=True),
    *crash_pair("crash-4-cpus-on-2", place=LOW, cpus=4, crash_cpu=2),
    *crash_pair("crash-above-4g", place=CRASH_HIGH, memory="3G", timeout=300),
    # The kernel adds 256 MiB below 4 GiB by itself.
    *crash_group("crash-high", place=CRASH_HIGH, memory="3G", timeout=300,
                 first_append="crashkernel=256M,high", first_has=(
                     ("iomem", r"1[0-9a-f]{8}-.* : Crash kernel"),
                     ("iomem", r"^ *[0-9a-f]{8}-.* : Crash kernel"))),
    *crash_group("crash-la57", place=LOW, **LA57),
    # The same machine as that of "crash", so crash-unmapped is the control of these too.
    *(crash_case(f"{name}-explicit", place=LOW, load="--efi-map-config", **{step: name})
      for name, step in (("crash-reload", "before"), ("crash-normal-too", "after"),
                         ("crash-replace", "after"))),
    *crash_group("crash-kdump-tools", place=LOW, before="kdump-tools",
                 debian="kdump-tools", timeout=300),
    # Other crashes of Debian's kernels are in matrix_cases.py. This control: a capture
    # kernel cannot read memory that it uses itself.
    crash_case("crash-debian-5.10-low-memory", first="debian-5.10", next=("debian-5.10",),
               load="-c -i", environment={"KEXEC_TEST_LOW_MEMORY": "1"},
               expect="unreadable"),
    crash_case("crash-symbols", first="debian-6.1", next=("debian-6.1",), cpus=2,
               crash_cpu=1, symbols=True, full_dump=True, timeout=300, replay=True),
    crash_case("crash-debian-6.12", first="debian-6.12", next=("debian-6.12",),
               place=LOW, cpus=2, crash_cpu=1),
    crash_case("crash-hotplug", first="debian-6.12", next=("debian-6.12",),
               cpus=4, load="--hotplug", after="crash-cpu-offline"),
    crash_case("crash-offline-cpu", cpus=4, crash_cpu=3,
               before="crash-cpu-offline"),
    crash_case("crash-seabios", firmware="seabios", load="-c"),
    Case("crash-states", first_append="crashkernel=256M", memory="2G",
         script="crash-states", expect="script"),
    crash_case("crash-no-reservation", first_append="", expect="refused",
               status=(1, 254), message=r"crashkernel="),
    crash_case("crash-damaged-image", expect="stops", timeout=60,
               load="--console-serial --serial=ttyS0 --serial-baud=115200",
               environment={"KEXEC_TEST_FLIP": "largest:4096"},
               console=r"purgatory: .*has changed since it was loaded"),

    # -------------------------------------------------------- other firmware
    Case("seabios", firmware="seabios", load="-c", message="", replay=True),
    Case("seabios-default", firmware="seabios", message=""),
    Case("seabios-option", firmware="seabios", load="--efi-map-config",
         message=""),

    # A kernel that kexec starts can use neither the services nor the tables of 32-bit
    # EFI. It still needs the ACPI root pointer, which leads to all ACPI tables. The
    # second kexec starts from a kernel without EFI.
    Case("efi32", **EFI32, first="debian-6.12", cpus=2, kexecs=2,
         next=("debian-6.1", "debian-6.12"), message="", replay=True),
    Case("efi32-option", **EFI32, first="debian-6.1", cpus=2, next=("debian-6.12",),
         load="-d --efi-map-config",
         message="no EFI data for the next kernel: the firmware is 32-bit"),
    # Without the pointer the ACPI tables are lost, because this firmware lacks the BIOS
    # area where Linux would search for it.
    Case("efi32-no-pointer", **EFI32, first="debian-6.1", load="-i", next=("debian-6.1",),
         environment={"KEXEC_TEST_CLEAR": "boot_params:0x70:8"},
         last_has=(("acpi_tables", "^0$"),)),

    # Starts that cannot succeed, on a machine whose network is up; with their control.
    Case("start-fails", first="debian-6.12-pc", later=("kexec-tools -c",),
         script="start-fails", expect="script"),

    # A signal ends a load in the middle of kexec_load.
    Case("load-ended", first="debian-6.12", next=("debian-6.12",), memory="3072M",
         firmware="seabios", script="load-ended", expect="script", timeout=240),

    # ------------------------------------------------------------- display
    # The firmware's framebuffer: only boot_params says where it is.
    Case("framebuffer", **DISPLAY, kexecs=2, next=("debian-6.1", "debian-6.12"),
         load="-c", message=""),
    # The running kernel's DRM driver has set up the display again and owns fb0. The next
    # kernel must get the firmware's framebuffer, not the one of fb0.
    Case("framebuffer-drm", **{**DISPLAY, "first": "debian-6.12-pc"}, next=("debian-6.1",),
         before="display-driver", load="-c", message=""),
    Case("framebuffer-type-wrong", **DISPLAY, load="-c -i", next=("debian-6.1",),
         environment={"KEXEC_TEST_FLIP": "boot_params:0x0f"},
         last_has=(("framebuffer", "^none$"),)),

    # Messages between the kernels on the screen. The control writes to the serial port.
    Case("screen-changed", **SCREEN, screen_size=(1280, 800)),
    Case("screen-unasked", with_all_only=True, **{
        **SCREEN, "load": "-c --console-serial --serial=ttyS0", "screen": "",
        "console": "has changed since it was loaded", "screen_lacks": "purgatory"}),
    Case("screen-changed-800x600", with_all_only=True, **{**SCREEN, **SMALL}),
    Case("screen-exception", **{
        **SCREEN, "environment": {"KEXEC_TEST_FLIP": "purgatory:20"}, "cpu": "max",
        "first_has": (*DISPLAY["first_has"], *LA57["first_has"]),
        "screen": "purgatory: exception 14, error code 0x10, RIP 0x1"}),

    # ------------------------------------------------------------- chains
    Case("chain-10", place=LOW, kexecs=10, load="--efi-map-config", timeout=300,
         record=("ours",)),
    Case("chain-20", place=LOW, kexecs=20, load="--efi-map-config", with_all_only=True,
         timeout=600, record=("ours",)),
    Case("chain-debian", place=LOW, kexecs=4, first="debian-6.1",
         next=("debian-6.12", "unfixed", "debian-6.1", "unfixed"),
         load="--efi-map-config", timeout=240),
    # The controls of the chain's places.
    Case("placement-nokaslr", next_append="nokaslr", last_has=LOWEST, message=""),
    Case("placement-lowest", load="--no-random-placement", last_has=LOWEST, message=""),

    # ---------------------------------------------------- option spellings
    Case("option-with-execute", place=LOW, load="--efi-map-config",
         execute="--efi-map-config"),

    # -------------------------------------------------------- things refused
    Case("lockdown", first="debian-6.1", next=("debian-6.1",), load="-c",
         first_append="lockdown=integrity", expect="refused", status=(1, 255),
         message=r"(?i)lockdown"),
    # Without -c only kexec_file_load is tried. Without Secure Boot the kernel does not
    # trust Debian's key, and refuses that, too.
    Case("lockdown-default", first="debian-6.1", next=("debian-6.1",),
         first_append="lockdown=integrity", expect="refused", status=(255,),
         message=r"^kexec: kexec_file_load of .*must be signed"),
    # The one load that is left is not wasted on kexec_load: a second call would fail
    # because of the limit, and the message would name both calls.
    Case("lockdown-limit", first="debian-6.12", next=("debian-6.12",),
         first_append="lockdown=integrity sysctl.kernel.kexec_load_limit_reboot=1",
         expect="refused", status=(255,),
         message=r"^kexec: kexec_file_load of .*must be signed"),
    Case("lockdown-limit-none", first="debian-6.12", next=("debian-6.12",),
         first_append="lockdown=integrity sysctl.kernel.kexec_load_limit_reboot=0",
         expect="refused", status=(255,),
         message=r"^kexec: the sysctl kernel.kexec_load_limit_reboot is 0"),
    Case("kexec-load-busy", load="-c", expect="refused", status=(1, 255),
         environment={"KEXEC_TEST_FAIL": "kexec_load:EBUSY"},
         message=r"kexec_load"),
    Case("kexec-load-no-memory", load="-c", expect="refused", status=(1, 255),
         environment={"KEXEC_TEST_FAIL": "kexec_load:ENOMEM"},
         message=r"kexec_load"),
    Case("kexec-load-bad-address", load="-c", expect="refused",
         status=(1, 255),
         environment={"KEXEC_TEST_FAIL": "kexec_load:EADDRNOTAVAIL"},
         message=r"kexec_load"),
    Case("kexec-load-invalid", load="-c", expect="refused", status=(1, 255),
         environment={"KEXEC_TEST_FAIL": "kexec_load:EINVAL"},
         message=r"kexec_load"),

    # ------------------------------------------------------- damaged images
    Case("damaged-image", expect="stops",
         load="-c --console-serial --serial=ttyS0 --serial-baud=115200",
         environment={"KEXEC_TEST_FLIP": "largest:4096"},
         console=r"purgatory: .*has changed since it was loaded"),

    # ------------------------------------------- programs that call kexec
    # These programs do not pass options of kexec-efi, so the cases test the defaults.
    Case("init-scripts", place=LOW, debian="kexec-tools", before="init-scripts"),
    Case("init-scripts-unmapped", place=LOW, debian="kexec-tools",
         before="init-scripts", load="--no-efi-map-config", expect="resets"),
    Case("init-scripts-grub", place=LOW, debian="kexec-tools", before="init-scripts"),
    # kexec is installed after the system has made its initramfs.
    Case("dracut-shutdown", place=LOW, debian="dracut-core",
         before="dracut-shutdown", memory="2G", timeout=400),
    Case("kernel-selftests", first="debian-6.1", next=("debian-6.1",),
         debian="pesign", script="kernel-selftests", expect="script"),

    # ------------------------------------------------ --check, before and after
    Case("check", place=LOW, **CHECK),
    Case("check-debian", place=LOW, first="debian-6.1", next=("debian-6.12",), **CHECK),
    # kexec_file_load (-s) loses tables that the default keeps.
    Case("check-debian-6.12", place=LOW, first="debian-6.12", next=("debian-6.1",),
         **CHECK),
    Case("check-loss", place=LOW, first="debian-6.12", next=("debian-6.1",), load="-s",
         **CHECK),

    # ----------------------------------------------------------- kexec jump
    # The second kernel's map lacks the page where the first kernel waits, so the way back
    # depends on purgatory.
    Case("jump-seabios", firmware="seabios", **JUMP),
    Case("jump-ovmf-smp", place=LOW, cpus=2, cpu="max", **JUMP),
    Case("jump-unmapped", place=LOW,
         **{**JUMP, "script": "", "kexecs": 1, "expect": "resets",
            "first_append": "no_console_suspend",
            "load": "--no-efi-map-config " + JUMP["load"]}),

    # ------------------------------------- entries that leave long mode
    # The next kernel makes its own map of 0 to 4 GiB, which includes the array. So the
    # case without the mapping boots, too.
    *(replace(case, expect="boots") for case in mapping_group(
        "entry-32bit", place=LOW, load="--entry-32bit")),
    Case("entry-32bit-la57", place=LOW, load="--entry-32bit", **LA57),
    Case("entry-32bit-type", place=LOW, load="-t bzImage"),
    # That map ends at 4 GiB, so it cannot include this array; kexec must say so.
    Case("entry-32bit-above-4g", place=HIGH, memory="6G", load="--entry-32bit",
         expect="resets", message=f"warning: .*32-bit mode.*{HIGH.array:#x}"),
    Case("entry-32bit-above-4g-explicit", place=HIGH, memory="6G",
         load="--entry-32bit --efi-map-config", expect="refused", status=(1,),
         message=f"--efi-map-config: .*32-bit mode.*{HIGH.array:#x}"),
    Case("entry-32bit-seabios", firmware="seabios", load="--entry-32bit", message=""),
    Case("real-mode-seabios", firmware="seabios", load="--real-mode", message=""),
    Case("real-mode-seabios-4-cpus", firmware="seabios", cpus=4, memory="6G",
         load="--real-mode", message=""),
    Case("real-mode-ovmf", load="--real-mode", expect="refused", status=(1,),
         message="no BIOS services"),
    crash_case("crash-entry-32bit", place=LOW, load="--entry-32bit"),
    # A bzImage that is not Linux: its real-mode part does not call the BIOS, and it runs
    # at 1 MiB.
    *(Case(f"memtest-{name}", firmware="seabios", image=image, load=load, message="",
           expect="shows", console=r"Memtest86\+.*Memory +: 10")
      for name, image, load in (
          ("64", "memtest-64", ""), ("64-entry-32bit", "memtest-64", "--entry-32bit"),
          ("64-real-mode", "memtest-64", "--real-mode"), ("32", "memtest-32", ""),
          ("32-real-mode", "memtest-32", "--real-mode"))),

    # ------------------------------------------ ELF and multiboot kernels
    # A vmlinux has no decompressor, which would read the array through the inherited map.
    # The kernel proper maps the array itself, so a negative control is impossible.
    Case("vmlinux", place=LOW, image="vmlinux", load="--args-linux --efi-map-config"),
    Case("vmlinux-default", place=LOW, image="vmlinux", load="--args-linux",
         message=""),
    Case("vmlinux-unmapped", place=LOW, image="vmlinux",
         load="--args-linux --no-efi-map-config"),
    Case("vmlinux-seabios", firmware="seabios", image="vmlinux", load="--args-linux"),
    Case("elf-i386", firmware="seabios", image="elf-i386", load="--append=alone",
         message="", last_has=(*OUT_OF_PAGING, ("signature", "^0xe1fb007$"),
                               ("sum", "^0xffff$"), ("notes", "^0x3$"),
                               ("cmdline", "^alone$")), **REPORT),
    # A program that stays in long mode finds the array mapped, even if it is not Linux.
    *mapping_group("elf-x86_64", place=LOW, image="elf-x86_64",
                   load=f"--append=look-at={LOW.array:#x}", message="", last_has=(
                       *WHOLE, ("paging", "^0x1$"), ("seen", "^0x[1-9a-f]"),
                       ("signature", "^0xe1fb007$"), ("sum", "^0xffff$"),
                       ("notes", "^0x3$"),
                       ("cmdline", f"^look-at={LOW.array:#x}$")), **REPORT),
    # A vmlinux supports 4 or 5 levels of paging, depending on its configuration.
    Case("vmlinux-la57", place=LOW, image="vmlinux", load="--args-linux", **LA57),
    Case("multiboot1", firmware="seabios", image="multiboot1", last_has=(
        *OUT_OF_PAGING, *MODULES, ("magic", "^0x2badb002$"), ("flags", "^0x24d$"),
        ("lower", "^0x27f$"), ("upper", "^0xff[0-9a-f]{3}$"),
        ("range", "^0x0 0x9fc00 0x1$"), ("range", "^0x100000 0x3f[0-9a-f]{6} 0x1$"),
        ("range", "^0xfffc0000 0x100000000 0x2$")), **MULTIBOOT),
    Case("multiboot2", image="multiboot2", last_has=(
        *OUT_OF_PAGING, *MODULES, ("magic", "^0x36d76289$"), ("alignment", "^0x0$"),
        ("upper", "^0x1c18$"), ("range", "^0x100000 0x806000 0x1$"),
        ("range", "^0x806000 0x808000 0x4$"),
        ("load_base", "^0x2fff0000$"), ("acpi", "^yes$"), ("end", "^0x8$")),
         **MULTIBOOT),
    Case("xen", firmware="seabios", **XEN),
    # Xen must find the ACPI tables without a BIOS to tell it where they are.
    Case("xen-ovmf", **{**XEN, "console": XEN_SPEAKS +
                        r"ACPI: RSDP 000[\s\S]*ACPI: FACP[\s\S]*" + XEN_READS}),
    Case("xen-multiboot1", firmware="seabios", load="--type=multiboot-x86", **XEN),
    # From Debian's kernel, where programs cannot read the root pointer, up to /init in
    # Xen's first domain, whose kernel finds the ACPI tables, too.
    Case("xen-dom0", **XEN_DOM0),
    # The control: purgatory does not get the address.
    Case("xen-dom0-not-copied", **{**XEN_DOM0, "expect": "shows", "last_has": (),
                                   "environment": {"KEXEC_TEST_CLEAR": "purgatory:0xc0:8"},
                                   "console": r"\(XEN\) ACPI Error.*RSDP was not found"}),
    # The control of the first domain: its kernel does not get the address, and its
    # console gets the interrupt of the clock.
    Case("xen-dom0-no-parameter", with_all_only=True, **{
        **XEN_DOM0, "expect": "stops", "last_has": (),
        "console": "ACPI: Interpreter disabled"}),

    # Xen starts Xen, in the way of a host's fast reboot; purgatory cannot walk its map.
    Case("xen-running-xen", with_all_only=True, **{**XEN_DOM0, "hypervisor": "dom0_mem=768M"}),
    Case("xen-dom0-oldest", with_all_only=True, **{
        **XEN_DOM0, "image": "xen-bullseye", "first": "debian-5.10-pc",
        "next": ("debian-5.10-pc",), "last_has": dom0("4.14")}),
    Case("xen-dom0-newest", with_all_only=True, **{
        **XEN_DOM0, "image": "xen-sid", "first": "debian-sid-pc",
        "next": ("debian-sid-pc",), "last_has": dom0(r"4\.")}),

    *firmware_cases.CASES,
    *memory_cases.CASES,
    *matrix_cases.CASES,
    *survival.CASES,
    *watchdogs.CASES,
    *xen_cases.CASES,
)
