# SPDX-License-Identifier: GPL-2.0-only
"""Boot test cases about what the firmware's array leads to: CC blobs, entries that lead
nowhere, the stale initrd table, copied tables; a table of rows like cases.py."""

from dataclasses import replace

from case import HIGH, LOW, Case, crash_case, mapping_group, place

# Array, CC blob, CPUID page and secrets page in a large page each.
CC_PLACE = place(0x30200098, 0x30200000, 0x30a00000)
CC_BLOB = {"blob": 0x30400000, "blob_cpuid": 0x30600000, "blob_secrets": 0x30800000}
COPY = "--efi-map-config=copy"
# A root that is not an initramfs, and kernels that have built in what it takes.
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


def blob_case(name, says, **defects):
    """Debian's kernel as the next one asks the CPU first, so it boots whatever the blob is."""
    return Case("cc-blob-" + name, first="debian-6.1", next=("debian-6.1",),
                place=CC_PLACE, plant={**CC_BLOB, **defects}, console=says,
                load="--efi-map-config " + SPEAK)


def followed_by(name, command):
    """A copy outlives what knows nothing of it: the second kexec has no purgatory of ours,
    and the kernel that loads it maps no array. The control: the same after a kexec that
    left the array where it is."""
    case = Case("copy-then-" + name, place=LOW, kexecs=2, load=COPY, later=(command,))
    return case, replace(case, name="in-place-then-" + name, load="--efi-map-config",
                         expect="resets")


CASES = (
    # Debian's kernel maps the array but not the CC blob that it names. The next
    # kernel follows it, finds no SEV in the CPU and halts, which is as far as
    # it can get here.
    *mapping_group("cc-blob", first="debian-6.1", place=CC_PLACE, plant=CC_BLOB,
                   expect="halts", fault=(CC_BLOB["blob"], CC_BLOB["blob"] + 4095)),
    # Nothing of the kernel reads the secrets page before it can take a fault: that this
    # is mapped too, purgatory has to say.
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

    # A guest without EFI; memmap= keeps what the node names out of the first kernel's maps.
    *mapping_group("cc-blob-setup-data", firmware="seabios", first="debian-6.1",
                   first_append="memmap=6M$0x30400000", before="setup-data-blob", load="-c",
                   expect="halts", fault=(CC_BLOB["blob"], CC_BLOB["blob"] + 4095))[1:],

    *mapping_group("hostile-array", place=LOW, plant={"hostile": 1}),

    # ------------------------------------------------ the stale initrd table
    # The array still names the initrd that the boot loader handed over, whose memory
    # holds something else by now, and a kernel that gets none uses that.
    # What lies on the table by then may be harmless by chance, so the next kernel has to
    # say that it was given an archive.
    Case("stale-initrd", message="", last_has=(("ramdisk_size", "^0x7c$"),),
         **NO_INITRD),
    Case("stale-initrd-kexec-tools", program="kexec-tools", load="-c", expect="shows",
         console="Cannot find place for new RAMDISK", **NO_INITRD),

    # ------------------------------------------ SMBIOS by a virtual address
    # Kernels from 6.14 on drop the memory attributes table if SETUP_EFI names SMBIOS, and no
    # later kernel has it then.
    SMBIOS_CASE,
    replace(SMBIOS_CASE, name="smbios-virtual-kexec-tools", program="kexec-tools", load="-c",
            kexecs=1, expect="forgets", lost_tables=("MEMATTR",)),
    replace(SMBIOS_CASE, name="smbios-virtual-copy", load=COPY, kexecs=1,
            # read-tables does not reach memory at the end of RAM.
            last_has=(("systab", "^SMBIOS=0x[0-9a-f]{1,12}$"),
                      ("efi_tables", "MEMATTR=0x[0-9a-f]{1,12} "), ("check_rc", "^0$"))),

    # ------------------------------------------------------- copied tables
    Case("copy", place=LOW, load=COPY),
    Case("copy-above-4g", place=HIGH, memory="6G", load=COPY),
    Case("copy-chain", place=LOW, kexecs=3, load=COPY),
    crash_case("crash-copy", place=LOW, load=COPY),
    *followed_by("kexec-tools", "kexec-tools -c"),
    *followed_by("file-load", "kexec -s"),
)
