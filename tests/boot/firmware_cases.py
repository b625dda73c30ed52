# SPDX-License-Identifier: GPL-2.0-only
"""Boot test cases about the tables that the firmware's array names: CC blobs, invalid
addresses, the stale initrd table, copied tables; a table of rows like cases.py."""

from dataclasses import replace

from case import HIGH, LOW, Case, crash_case, mapping_group, place

# Array, CC blob, CPUID page and secrets page, each in its own 2 MiB page.
CC_PLACE = place(0x30200098, 0x30200000, 0x30a00000)
CC_BLOB = {"blob": 0x30400000, "blob_cpuid": 0x30600000, "blob_secrets": 0x30800000}
COPY = "--efi-map-config=copy"
# The next kernel gets no initrd and boots from a disk, with drivers that are built in.
NO_INITRD = {"first": "debian-6.1", "next": ("debian-6.1",), "userland": "disk",
             "before": "over-initrd-table",
             "next_append": "root=/dev/nvme0n1 rootwait rw init=/init",
             "first_has": (("efi_tables", "INITRD=0x"),)}
SPEAK = "--console-serial --serial=ttyS0 --serial-baud=115200"
SKIPPED = r"purgatory: .*, skipping it"


# read-tables, which is the tests' own, finds nothing at the virtual address.
SMBIOS_GUID = "eb9d2d31-2d88-11d3-9a16-0090273fc14d"
SMBIOS = {"first": "debian-6.1", "next": ("debian-experimental", "debian-6.1"),
          "first_append": "iomem=relaxed", "kexecs": 2, "plant": {"virtual_smbios": 1},
          "survey": "survey-tables", "timeout": 300,
          "first_has": (("not_kept", f"^SMBIOS {SMBIOS_GUID} 0xf"),
                        ("table", "^memory-attributes ")),
          "last_has": (("table", f"^SMBIOS {SMBIOS_GUID} 0x[0-9a-e]"),
                       ("table", "^SMBIOS-structures "), ("table", "^memory-attributes "),
                       ("check_rc", "^0$"))}
SMBIOS_CASE = Case("smbios-virtual", load="--efi-map-config", **SMBIOS)


# Two kexecs. Every table that read-tables finds in the first kernel has to be as it was.
KEEPS = {"first": "debian-6.1", "next": ("debian-6.1",), "kexecs": 2, "timeout": 400,
         "first_append": "iomem=relaxed", "next_append": "iomem=relaxed",
         "survey": "survey-tables", "last_has": (("check_rc", "^0$"),)}


# Linux cannot use U-Boot's MTRRs: without disable_mtrr_trim, it takes all RAM for
# uncached and does not use it. Linux does not use ACPI, because the FADT that U-Boot
# hands on lacks an address. So --check=after names that one problem, which the cold boot
# has, too.
U_BOOT_LINE = "iomem=relaxed disable_mtrr_trim"
U_BOOT = {"first_append": U_BOOT_LINE, "next_append": U_BOOT_LINE,
          "last_has": (("check", "has found no ACPI, which EFI names"),
                       ("check", "^1 problem found"))}


def keeps(name, **settings):
    return Case("firmware-" + name, firmware=name, **{**KEEPS, **settings})


def blob_case(name, says, **defects):
    """The next kernel is Debian's, which asks the CPU for SEV before it reads the blob.
    So it boots even if the blob is damaged."""
    return Case("cc-blob-" + name, first="debian-6.1", next=("debian-6.1",),
                place=CC_PLACE, plant={**CC_BLOB, **defects}, console=says,
                load="--efi-map-config " + SPEAK)


def followed_by(name, command):
    """Two cases in which another program does the second kexec, from a kernel that does
    not map the array. The machine survives if the first kexec copied the tables. In the
    control the first kexec left the array in place."""
    case = Case("copy-then-" + name, place=LOW, kexecs=2, load=COPY, later=(command,),
                record=("ours", "missing"))
    return case, replace(case, name="in-place-then-" + name, load="--efi-map-config",
                         expect="resets")


CASES = (
    # Debian's kernel maps the array but not the CC blob that it names. The next
    # kernel reads the blob, finds that the CPU has no SEV, and halts; it cannot get
    # further on such a CPU.
    *mapping_group("cc-blob", first="debian-6.1", place=CC_PLACE, plant=CC_BLOB,
                   expect="halts", fault=(CC_BLOB["blob"], CC_BLOB["blob"] + 4095)),
    # The kernel reads the secrets page only after it can handle faults. So purgatory's
    # message is the proof that this page is mapped too.
    Case("cc-blob-all-pages", first="debian-6.1", next=("debian-6.1",), place=CC_PLACE,
         plant=CC_BLOB, load="--efi-map-config " + SPEAK, console_lacks=SKIPPED,
         console=r"purgatory: 3 pages of EFI tables were missing"),
    blob_case("bad-magic", "the CC blob .*has a wrong signature, skipping it",
              blob_magic=0x45444d42),
    blob_case("cpuid-wraps", "the CC CPUID page .*wraps around, skipping it",
              blob_cpuid_named=0xfffffffffffff800),
    blob_case("cpuid-huge", "the CC CPUID page .*impossible length, skipping it",
              blob_cpuid_length=0xffffffff),
    blob_case("secrets-empty", "the CC secrets page .*impossible length, skipping it",
              blob_secrets_length=0),
    blob_case("cpuid-beyond", "the CC CPUID page .*beyond the CPU's address space, skipping",
              blob_cpuid_named=0x7fffffffffff0000),

    # A guest without EFI. memmap= keeps the blob and its pages out of the first kernel's
    # maps.
    *mapping_group("cc-blob-setup-data", firmware="seabios", first="debian-6.1",
                   first_append="memmap=6M$0x30400000", before="setup-data-blob", load="-c",
                   expect="halts", fault=(CC_BLOB["blob"], CC_BLOB["blob"] + 4095))[1:],

    *mapping_group("hostile-array", place=LOW, plant={"hostile": 1}),

    # ------------------------------------------------------- other firmware
    keeps("ovmf-bullseye", tpm=True, devices=("virtio-rng-pci",)),
    keeps("ovmf-secboot", with_all_only=True),
    keeps("ovmf-trixie", with_all_only=True),
    keeps("ovmf-sid", tpm=True, devices=("virtio-rng-pci",)),
    keeps("u-boot", with_all_only=True, **U_BOOT),
    keeps("u-boot-sid", with_all_only=True, **U_BOOT),

    # ------------------------------------------------ the stale initrd table
    # The array still names the initrd of the boot loader, whose memory has been reused. A
    # kernel without an initrd of its own would use it. The stale table may be harmless by
    # chance, so the test requires that the next kernel got an initrd from kexec: the
    # smallest possible archive.
    Case("stale-initrd", message="", last_has=(("ramdisk_size", "^0x7c$"),),
         **NO_INITRD),
    Case("stale-initrd-kexec-tools", program="kexec-tools", load="-c", expect="shows",
         console="Cannot find place for new RAMDISK", **NO_INITRD),

    # ------------------------------------------ SMBIOS by a virtual address
    # Kernels from 6.14 on drop the memory attributes table if SETUP_EFI names SMBIOS, and
    # no later kernel has it then.
    SMBIOS_CASE,
    replace(SMBIOS_CASE, name="smbios-virtual-kexec-tools", program="kexec-tools", load="-c",
            kexecs=1, expect="forgets", lost_tables=("MEMATTR",)),
    replace(SMBIOS_CASE, name="smbios-virtual-copy", load=COPY, kexecs=1),

    # ------------------------------------------------------- copied tables
    Case("copy", place=LOW, load=COPY),
    Case("copy-above-4g", place=HIGH, memory="6G", load=COPY),
    Case("copy-chain", place=LOW, kexecs=3, load=COPY),
    crash_case("crash-copy", place=LOW, load=COPY),
    *followed_by("kexec-tools", "kexec-tools -c"),
    *followed_by("file-load", "kexec -s"),
)
