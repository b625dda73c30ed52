# SPDX-License-Identifier: GPL-2.0-only
"""A machine with EFI tables that the first kernel has not mapped."""

import struct

from machine import MIB, Machine

SYSTEM_TABLE = 0x50000018
ARRAY = 0x70200098
BLOB, SECRETS, CPUID = 0x71000FF0, 0x72000000, 0x73000000
CC_GUID = bytes.fromhex("5f1f7b0626cfc544855493d777912d42")


def efi_machine(tools, blob=False, named=True, **arguments):
    """A kernel's map of low memory, and EFI tables outside of the map. named: the array
    names a blob."""
    machine = Machine(tools, **arguments)
    machine.map.map(0, 0x40000000, 2 * MIB)
    array = b"".join(bytes([i]) * 16 + struct.pack("<Q", 0x1000 * i)
                     for i in range(1, 10))
    if blob and named:
        array += CC_GUID + struct.pack("<Q", BLOB)
    if blob:
        machine.put(BLOB, struct.pack("<IHHQIIQII", 0x45444D41, 1, 0, SECRETS, 4096, 0,
                                      CPUID, 4096, 0))
        machine.put(SECRETS, b"secrets!")
        machine.put(CPUID, b"cpuid!!!")
    machine.put(SYSTEM_TABLE, b"IBI SYST" + bytes(96) +
                struct.pack("<QQ", len(array) // 24, 0xFFFFFFFF12345678))
    machine.put(ARRAY, array)
    machine.system_table, machine.array = SYSTEM_TABLE, ARRAY
    machine.probes = [SYSTEM_TABLE, ARRAY, ARRAY + 8 * 24 + 16]
    return machine
