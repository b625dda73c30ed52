# SPDX-License-Identifier: GPL-2.0-only
"""A name for every byte of boot_params, from zero-page.rst, from 0x1f1 on boot.rst, and
the kernel's user-space headers for structures that these documents only name. Bytes
between two fields are "unnamed", and compared like a field."""

import struct

SCREEN_INFO = [
    ("orig_x", 0x00, "B"), ("orig_y", 0x01, "B"), ("ext_mem_k", 0x02, "H"),
    ("orig_video_page", 0x04, "H"), ("orig_video_mode", 0x06, "B"),
    ("orig_video_cols", 0x07, "B"), ("flags", 0x08, "B"),
    ("orig_video_ega_bx", 0x0a, "H"), ("orig_video_lines", 0x0e, "B"),
    ("orig_video_isVGA", 0x0f, "B"), ("orig_video_points", 0x10, "H"),
    ("lfb_width", 0x12, "H"), ("lfb_height", 0x14, "H"), ("lfb_depth", 0x16, "H"),
    ("lfb_base", 0x18, "I"), ("lfb_size", 0x1c, "I"), ("cl_magic", 0x20, "H"),
    ("cl_offset", 0x22, "H"), ("lfb_linelength", 0x24, "H"), ("colors", 0x26, "8s"),
    ("vesapm_seg", 0x2e, "H"), ("vesapm_off", 0x30, "H"), ("pages", 0x32, "H"),
    ("vesa_attributes", 0x34, "H"), ("capabilities", 0x36, "I"),
    ("ext_lfb_base", 0x3a, "I"),
]

FIELDS = [("screen_info." + name, offset, form) for name, offset, form in SCREEN_INFO] + [
    ("apm_bios_info", 0x040, "20s"), ("tboot_addr", 0x058, "Q"),
    ("ist_info", 0x060, "16s"), ("acpi_rsdp_addr", 0x070, "Q"),
    ("hd0_info", 0x080, "16s"), ("hd1_info", 0x090, "16s"),
    ("sys_desc_table", 0x0a0, "16s"), ("olpc_ofw_header", 0x0b0, "16s"),
    ("ext_ramdisk_image", 0x0c0, "I"), ("ext_ramdisk_size", 0x0c4, "I"),
    ("ext_cmd_line_ptr", 0x0c8, "I"), ("cc_blob_address", 0x13c, "I"),
    ("edid_info", 0x140, "128s"), ("efi_info.loader_signature", 0x1c0, "4s"),
    ("efi_info.systab", 0x1c4, "I"), ("efi_info.memdesc_size", 0x1c8, "I"),
    ("efi_info.memdesc_version", 0x1cc, "I"), ("efi_info.memmap", 0x1d0, "I"),
    ("efi_info.memmap_size", 0x1d4, "I"), ("efi_info.systab_hi", 0x1d8, "I"),
    ("efi_info.memmap_hi", 0x1dc, "I"), ("alt_mem_k", 0x1e0, "I"),
    ("scratch", 0x1e4, "I"), ("e820_entries", 0x1e8, "B"),
    ("eddbuf_entries", 0x1e9, "B"), ("edd_mbr_sig_buf_entries", 0x1ea, "B"),
    ("kbd_status", 0x1eb, "B"), ("secure_boot", 0x1ec, "B"), ("sentinel", 0x1ef, "B"),
    ("setup_sects", 0x1f1, "B"), ("root_flags", 0x1f2, "H"), ("syssize", 0x1f4, "I"),
    ("ram_size", 0x1f8, "H"), ("vid_mode", 0x1fa, "H"), ("root_dev", 0x1fc, "H"),
    ("boot_flag", 0x1fe, "H"), ("jump", 0x200, "H"), ("header", 0x202, "4s"),
    ("version", 0x206, "H"), ("realmode_swtch", 0x208, "I"),
    ("start_sys_seg", 0x20c, "H"), ("kernel_version", 0x20e, "H"),
    ("type_of_loader", 0x210, "B"), ("loadflags", 0x211, "B"),
    ("setup_move_size", 0x212, "H"), ("code32_start", 0x214, "I"),
    ("ramdisk_image", 0x218, "I"), ("ramdisk_size", 0x21c, "I"),
    ("bootsect_kludge", 0x220, "I"), ("heap_end_ptr", 0x224, "H"),
    ("ext_loader_ver", 0x226, "B"), ("ext_loader_type", 0x227, "B"),
    ("cmd_line_ptr", 0x228, "I"), ("initrd_addr_max", 0x22c, "I"),
    ("kernel_alignment", 0x230, "I"), ("relocatable_kernel", 0x234, "B"),
    ("min_alignment", 0x235, "B"), ("xloadflags", 0x236, "H"),
    ("cmdline_size", 0x238, "I"), ("hardware_subarch", 0x23c, "I"),
    ("hardware_subarch_data", 0x240, "Q"), ("payload_offset", 0x248, "I"),
    ("payload_length", 0x24c, "I"), ("setup_data", 0x250, "Q"),
    ("pref_address", 0x258, "Q"), ("init_size", 0x260, "I"),
    ("params_offset", 0x264, "I"), ("kernel_info_offset", 0x268, "I"),
    ("edd_mbr_sig_buffer", 0x290, "64s"), ("e820_table", 0x2d0, "2560s"),
    ("eddbuf", 0xd00, "492s"),
]


def everything():
    """FIELDS and the ranges between them, from 0 to 4096 without a gap."""
    found, at = [], 0
    for name, offset, form in FIELDS + [("", 4096, "0s")]:
        assert at <= offset, name
        if at < offset:
            found.append(("unnamed %#05x" % at, at, "%ds" % (offset - at)))
        if name:
            found.append((name, offset, form))
        at = offset + struct.calcsize("<" + form)
    return found


def read(raw):
    """Name to value; bytes as hexadecimal digits, or 0 if they are all zero."""
    values = {}
    for name, offset, form in everything():
        value, = struct.unpack_from("<" + form, raw, offset)
        if isinstance(value, bytes):
            value = value.hex() if any(value) else 0
        values[name] = value
    return values
