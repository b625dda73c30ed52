# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios about the record that purgatory leaves for the next kernel. The layout is
that of purgatory/record.h."""

import struct

from efi_machine import ARRAY, BLOB, SECRETS, SYSTEM_TABLE, efi_machine
from machine import SKIP_VERIFY
from scenario import expect, found, scenario

PLACE, BYTES = 0x6000010, 640
STAMPS = 4
NOT_COMPARED, EQUAL = 1, 2
COMMAND_LINE = 0x5800000
RETURN_ADDRESS = 0x1234567

# record_step
TABLE, TABLES, CC_BLOB, CC_SECRETS, MAPPING, SMBIOS, JUMP_BACK = 0, 1, 2, 3, 5, 6, 8


class Record:
    """The bytes that next finds at the record's place."""

    def __init__(self, output):
        data = struct.pack("<80Q", *found(output, "probe"))
        self.magic, self.version, self.size = struct.unpack_from("<8sII", data)
        self.load = data[16:280]
        self.stamps = struct.unpack_from("<4Q", data, 280)
        (self.digests, self.config_tables, self.pages_added,
         self.skip_count) = struct.unpack_from("<IIII", data, 312)
        self.areas = list(struct.iter_unpack("<QQII", data[328:448]))
        self.skips = list(struct.iter_unpack("<IIQ", data[448:640]))


def recording_machine(tools, **arguments):
    machine = efi_machine(tools, **arguments)
    machine.put(PLACE, b"\xee" * BYTES)
    machine.record, machine.record_flags = PLACE, STAMPS
    machine.probes = range(PLACE, PLACE + BYTES, 8)
    return machine


def run(machine, directory):
    output, ended = machine.run(directory)
    expect(ended, "next to end the run")
    return output, Record(output)


@scenario
def leaves_a_record(tools, directory):
    for levels, flags, digests in ((4, 0, EQUAL), (5, SKIP_VERIFY, NOT_COMPARED)):
        machine = recording_machine(tools, blob=True, levels=levels)
        machine.flags |= flags
        machine.region("kernel", 0x4000000, b"kernel" * 5000)
        _, record = run(machine, directory)
        expect((record.magic, record.version, record.size) == (b"KEXECREC", 1, BYTES),
               "the head")
        expect(record.load == machine.record_load(), "the loader's part as it was")
        entry, verified, mapped, jump = record.stamps
        expect(0 < entry < verified < mapped < jump, f"ascending {record.stamps}")
        expect(record.digests == digests, f"digests {digests}, not {record.digests}")
        expect(record.config_tables == 10 and record.skip_count == 0, "ten tables")
        expect([area[3] for area in record.areas] == [1] * 5
               and record.areas[0][:2] == (SYSTEM_TABLE, SYSTEM_TABLE + 120)
               and record.areas[1][:2] == (ARRAY, ARRAY + 240), f"{record.areas}")
        expect(sum(area[2] for area in record.areas) == record.pages_added == 6,
               f"6 pages, not {record.pages_added}")
        expect(record.skips == [(0, 0, 0)] * 12, "no skips")


@scenario
def reads_the_counter_only_if_allowed(tools, directory):
    machine = recording_machine(tools)
    machine.record_flags = 0
    _, record = run(machine, directory)
    expect(record.magic == b"KEXECREC" and record.stamps == (0, 0, 0, 0), "no stamps")


@scenario
def leaves_no_record_unless_asked(tools, directory):
    machine = recording_machine(tools)
    machine.record = 0
    output, ended = machine.run(directory)
    expect(ended and found(output, "probe") == [0xEEEEEEEEEEEEEEEE] * 80, "no byte written")


def put_blob(offset, change):
    def apply(machine):
        blob = machine.memory[BLOB]
        machine.put(BLOB, blob[:offset] + change + blob[offset + len(change):])
    return apply


def jump_back(room, text):
    def apply(machine):
        machine.put(COMMAND_LINE, text)
        machine.jump_back, machine.return_address = (COMMAND_LINE, room), RETURN_ADDRESS
    return apply


def smbios(machine):
    machine.put(0x5900000, struct.pack("<Q", 1))
    machine.smbios = (0x3F5E9000, 0x5900000)


# A change, then the step that is skipped, its reason and its value, and the message.
SKIPS = [
    (lambda m: m.put(SYSTEM_TABLE, b"IBI SYSX" + bytes(112)), TABLE, 9, SYSTEM_TABLE,
     "has a wrong signature"),
    (lambda m: m.put(SYSTEM_TABLE, b"IBI SYST" + bytes(112)), TABLE, 10, SYSTEM_TABLE,
     "an impossible number of entries"),
    (lambda m: m.put(SYSTEM_TABLE, b"IBI SYST" + bytes(96) + struct.pack("<Q", 65537)),
     TABLE, 10, SYSTEM_TABLE, "an impossible number of entries"),
    (lambda m: setattr(m, "system_table", 0), TABLE, 8, 0, "has no address"),
    (lambda m: setattr(m, "pool_pages", 0), TABLE, 7, SYSTEM_TABLE,
     "needs more page tables"),
    (lambda m: setattr(m, "array", 1 << 40), TABLES, 6, 1 << 40, "beyond the CPU's"),
    (lambda m: setattr(m, "array", 2 ** 64 - 16), TABLES, 5, 2 ** 64 - 16, "wraps around"),
    (put_blob(0, bytes(4)), CC_BLOB, 9, BLOB, "has a wrong signature"),
    (put_blob(8, struct.pack("<Q", 2 ** 64 - 16)), CC_SECRETS, 5, 2 ** 64 - 16,
     "wraps around"),
    (put_blob(16, bytes(4)), CC_SECRETS, 11, SECRETS, "an impossible length"),
    (lambda m: setattr(m, "physical_limit", 0), MAPPING, 1, 0, "with impossible limits"),
    (smbios, SMBIOS, 14, 0x3F5E9000, "is not the one that SETUP_EFI has"),
    (jump_back(5, bytes(64)), JUMP_BACK, 15, RETURN_ADDRESS, "does not fit"),
    (jump_back(64, b"x" * 64), JUMP_BACK, 16, RETURN_ADDRESS, "end of a command line"),
]


@scenario
def records_what_it_skips(tools, directory):
    for change, step, reason, value, message in SKIPS:
        machine = recording_machine(tools, blob=True)
        change(machine)
        output, record = run(machine, directory)
        expect(message in output, message)
        expect(record.skip_count == 1 and record.skips[0] == (step, reason, value)
               and record.skips[1:] == [(0, 0, 0)] * 11,
               f"{(step, reason, value)}, not {record.skips[:record.skip_count]}")
        entry, verified, mapped, jump = record.stamps
        expect(0 < entry < verified < mapped < jump, f"ascending {record.stamps}")


@scenario
def records_all_that_it_skips(tools, directory):
    """Without a sound system table the array is not reached, so SMBIOS stays, too."""
    machine = recording_machine(tools)
    machine.put(SYSTEM_TABLE, bytes(120))
    smbios(machine)
    jump_back(5, bytes(64))(machine)
    _, record = run(machine, directory)
    expect(record.skips[:record.skip_count] == [
        (JUMP_BACK, 15, RETURN_ADDRESS), (TABLE, 9, SYSTEM_TABLE),
        (SMBIOS, 12, 0x3F5E9000)], f"all three, not {record.skips}")
