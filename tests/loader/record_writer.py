# SPDX-License-Identifier: GPL-2.0-only
"""Makes the record that purgatory leaves for the next kernel. The layout is written a
second time here, after purgatory/record.h."""

import struct

TYPE = 0x4b585243
MAGIC, VERSION, BYTES = b"KEXECREC", 1, 640
CRASH, JUMP, STAMPS = 1, 2, 4
NOT_COMPARED, EQUAL = 1, 2
AREAS = ("the EFI system table", "the EFI config table array", "the CC blob",
         "the CC secrets page", "the CC CPUID page")
STEPS = (*AREAS, "mapping the EFI tables", "the address of SMBIOS",
         "mapping the other kernel", "kexec_jump_back_entry=")
# The ends of purgatory's messages, by number.
REASONS = (None, "impossible limits", "without purgatory", "contradicting memory encryption",
           "a page table outside memory", "is empty or wraps around",
           "beyond the CPU's address space", "more page tables", "has no address",
           "has a wrong signature", "an impossible number of entries",
           "an impossible length", "array was not mapped", "outside memory",
           "not the one that SETUP_EFI had", "does not fit behind the command line",
           "not for the end of a command line", "failed")


class Record:
    """The fields of a record, with values of an ordinary kexec."""

    def __init__(self, boot_params):
        def number(offset, size):
            return int.from_bytes(boot_params[offset:offset + size], "little")

        self.magic, self.record_version, self.size = MAGIC, VERSION, BYTES
        self.identity, self.time = 0xfedcba9876543210, 1795932000
        self.tsc, self.tsc_hertz, self.verified_bytes = 1000, 2_000_000_000, 64 << 20
        self.command_line = number(0x228, 4) | number(0xc8, 4) << 32
        self.initrd = number(0x218, 4) | number(0xc0, 4) << 32
        self.setup_data = number(0x250, 8)
        self.flags, self.entry_mode = STAMPS, 0
        self.version, self.kernel = "0.1.0", "6.1.0-56-cloud-amd64"
        self.boot_id = "00000000-1111-2222-3333-444444444444"
        self.stamps = [2_000_000, 42_000_000, 42_500_000, 43_000_000]
        self.digests, self.config_tables, self.pages_added = EQUAL, 11, 2
        self.areas = [(0x3f5eb018, 0x3f5eb090, 1, 1), (0x3f5ebc98, 0x3f5ebda0, 1, 1)]
        self.skips = []
        self.skip_count = None

    def bytes(self):
        data = struct.pack("<8sII", self.magic, self.record_version, self.size)
        data += struct.pack("<8QII", self.identity, self.time, self.tsc, self.tsc_hertz,
                            self.verified_bytes, self.command_line, self.initrd,
                            self.setup_data, self.flags, self.entry_mode)
        for text in (self.version, self.kernel, self.boot_id):
            data += struct.pack("64s", text if isinstance(text, bytes) else text.encode())
        count = len(self.skips) if self.skip_count is None else self.skip_count
        data += struct.pack("<4QIIII", *self.stamps, self.digests, self.config_tables,
                            self.pages_added, count)
        for i in range(5):
            area = self.areas[i] if i < len(self.areas) else (0, 0, 0, 0)
            data += struct.pack("<QQII", *area)
        for i in range(12):
            data += struct.pack("<IIQ", *(self.skips[i] if i < len(self.skips)
                                          else (0, 0, 0)))
        return data
