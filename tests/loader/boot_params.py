# SPDX-License-Identifier: GPL-2.0-only
"""Reads an image of kexec as the next kernel and purgatory do: by the kernel's documents
(zero-page.rst, boot.rst) and the UEFI specification, not by kexec's headers. Purgatory's
parameters have no document, so their layout is written a second time here, after
purgatory/purgatory_params.h."""

import struct
from collections import namedtuple

import json_output

Segment = namedtuple("Segment", "name start end data verified")
Range = namedtuple("Range", "start end type")
Node = namedtuple("Node", "address type data")
Descriptor = namedtuple("Descriptor", "type physical virtual pages attribute rest")
Region = namedtuple("Region", "start end digest name")

# zero-page.rst and, from 0x1f1 on, boot.rst: name, offset, struct format.
FIELDS = [
    ("acpi_rsdp_addr", 0x070, "Q"), ("ext_ramdisk_image", 0x0c0, "I"),
    ("ext_ramdisk_size", 0x0c4, "I"), ("ext_cmd_line_ptr", 0x0c8, "I"),
    ("efi_signature", 0x1c0, "4s"), ("efi_systab", 0x1c4, "I"),
    ("efi_memdesc_size", 0x1c8, "I"), ("efi_memdesc_version", 0x1cc, "I"),
    ("efi_memmap", 0x1d0, "I"), ("efi_memmap_size", 0x1d4, "I"),
    ("efi_systab_hi", 0x1d8, "I"), ("efi_memmap_hi", 0x1dc, "I"),
    ("alt_mem_k", 0x1e0, "I"), ("e820_entries", 0x1e8, "B"),
    ("secure_boot", 0x1ec, "B"), ("sentinel", 0x1ef, "B"),
    ("type_of_loader", 0x210, "B"), ("loadflags", 0x211, "B"),
    ("ramdisk_image", 0x218, "I"), ("ramdisk_size", 0x21c, "I"),
    ("cmd_line_ptr", 0x228, "I"), ("setup_data", 0x250, "Q"),
]
E820_TABLE, E820_ENTRY, E820_MOST = 0x2d0, "<QQI", 128
SETUP_E820_EXT, SETUP_EFI, SETUP_RNG_SEED, SETUP_RECORD = 1, 4, 9, 0x4b585243
RECORD_BYTES = 640


class Broken(Exception):
    """The image cannot be read the way a kernel would."""


class Image:
    """An image written by --dump-image."""

    def __init__(self, directory):
        self.plan = json_output.read((directory / "plan.json").read_text())
        self.segments = []
        for i, entry in enumerate(self.plan["segments"]):
            name = "%02d-%s.bin" % (i, entry["name"].replace(" ", "-"))
            data = (directory / name).read_bytes()
            if len(data) != entry["data_size"]:
                raise Broken("%s: %d bytes instead of data_size %d" % (
                    entry["name"], len(data), entry["data_size"]))
            self.segments.append(Segment(entry["name"], int(entry["start"], 16),
                                         int(entry["end"], 16), data,
                                         entry["verified"]))

    def find(self, name):
        return next((s for s in self.segments if s.name == name), None)

    def at(self, address, size):
        """The segment that holds the whole of [address, address + size)."""
        for segment in self.segments:
            if segment.start <= address and address + size <= segment.end:
                return segment
        raise Broken("%#x, %d bytes: in no segment" % (address, size))

    def read(self, address, size):
        """Physical memory as kexec_load would fill it."""
        segment = self.at(address, size)
        offset = address - segment.start
        return segment.data[offset:offset + size].ljust(size, b"\0")


class BootParams:
    """boot_params at a physical address of an image, and the data it points at."""

    def __init__(self, image, address):
        self.image = image
        self.raw = image.read(address, 4096)
        for name, offset, form in FIELDS:
            setattr(self, name, struct.unpack_from("<" + form, self.raw, offset)[0])

    def ramdisk(self):
        return (self.ramdisk_image | self.ext_ramdisk_image << 32,
                self.ramdisk_size | self.ext_ramdisk_size << 32)

    def command_line(self):
        address = self.cmd_line_ptr | self.ext_cmd_line_ptr << 32
        segment = self.image.at(address, 1)
        text = self.image.read(address, segment.end - address)
        return text[:text.index(b"\0")].decode()

    def nodes(self):
        """The setup_data list. A kernel accepts at least as many nodes."""
        address, found = self.setup_data, []
        while address:
            following, kind, size = struct.unpack("<QII", self.image.read(address, 16))
            found.append(Node(address, kind, self.image.read(address + 16, size)))
            if len(found) > 32:
                raise Broken("setup_data is endless")
            address = following
        return found

    def node(self, kind):
        found = [node for node in self.nodes() if node.type == kind]
        if len(found) > 1:
            raise Broken("%d setup_data nodes of type %d" % (len(found), kind))
        return found[0] if found else None

    def e820(self):
        table = self.raw[E820_TABLE:E820_TABLE + 20 * E820_MOST]
        if any(table[20 * self.e820_entries:]):
            raise Broken("e820_table goes on behind e820_entries")
        table = table[:20 * self.e820_entries]
        extension = self.node(SETUP_E820_EXT)
        if extension:
            table += extension.data
        return [Range(start, start + size, kind)
                for start, size, kind in struct.iter_unpack(E820_ENTRY, table)]

    def system_table(self):
        return self.efi_systab | self.efi_systab_hi << 32

    def efi_memory_map(self):
        """UEFI specification 7.2, EFI_MEMORY_DESCRIPTOR; the map gives the distance
        between them."""
        raw = self.image.read(self.efi_memmap | self.efi_memmap_hi << 32,
                              self.efi_memmap_size)
        size = self.efi_memdesc_size
        if size < 40 or len(raw) % size:
            raise Broken("%d bytes of descriptors of %d bytes" % (len(raw), size))
        found = []
        for offset in range(0, len(raw), size):
            kind, padding, *rest = struct.unpack_from("<IIQQQQ", raw, offset)
            found.append(Descriptor(kind, *rest,
                                    bytes([padding]) + raw[offset + 40:offset + size]))
        return found


class RecordLoad:
    """The loader's part of the record: struct record_load of purgatory/record.h."""

    CRASH, JUMP, STAMPS = 1, 2, 4

    def __init__(self, data):
        (self.identity, self.time, self.tsc, self.tsc_hertz, self.verified_bytes,
         self.command_line, self.initrd, self.setup_data, self.flags, self.entry_mode,
         *texts) = struct.unpack("<8QII64s64s64s", data)
        self.version, self.kernel, self.boot_id = (
            text.rstrip(b"\0").decode() for text in texts)


class PurgatoryParams:
    """The first page of the purgatory segment."""

    MAGIC, VERSION = b"PURGPARM", 9
    SKIP_VERIFY, MAP_EFI, JUMP_BACK = 1, 2, 4
    REGIONS_MAX = 64
    SERIAL, VGA, RESET_VGA, FRAMEBUFFER = 1, 2, 4, 8

    def __init__(self, page):
        form = "<8sII QQQQQQIHH IHH QQQQQQQ QQQ QQ QQ QQQ Q264s 32s56s QII QII"
        (self.magic, self.version, self.flags, self.rip, self.rsp, self.rax, self.rbx,
         self.rsi, self.rdi, self.mode, self.code_segment, self.data_segment,
         self.console, self.serial_port, self.serial_divisor,
         self.system_table, self.config_table_array, self.pool_start, self.pool_end,
         self.ram_end, self.physical_limit, self.cc_blob,
         self.low_start, self.low_end, self.low_copy,
         self.jump_back_text, self.jump_back_room,
         self.smbios, self.setup_efi_smbios,
         self.rsdp, self.rsdp_tags, self.rsdp_bios_memory,
         self.record, record_load,
         framebuffer, framebuffer_map, self.wait_ticks, self.wait_seconds, _,
         self.digest_seed, self.region_count, self.reserved,
         ) = struct.unpack_from(form, page)
        self.framebuffer = struct.unpack("<Q6I", framebuffer)
        self.framebuffer_map = struct.unpack("<7Q", framebuffer_map)
        at = struct.calcsize(form)
        self.regions = []
        for i in range(self.REGIONS_MAX):
            start, end, digest, name = struct.unpack_from("<QQQ16s", page, at + 40 * i)
            self.regions.append(Region(start, end, digest,
                                       name.rstrip(b"\0").decode()))
        self.record_load = RecordLoad(record_load)
        self.rest = page[at + 40 * self.REGIONS_MAX:]
