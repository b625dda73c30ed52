# SPDX-License-Identifier: GPL-2.0-only
"""Private things that the machines private-* have, so that the tests see that a record
lacks them: serial numbers, a UUID, a licence key, passwords, hardware addresses."""

import uuid

UUID = uuid.UUID("5ec2e7aa-bbcc-4ddd-8eee-ff0123456789")
LICENCE = b"KEPT-PRIVATE-LICENCE-KEY-29"
WORD = "kept-private"
ADDRESS = "52-54-00-c0-ff-ee"
COMMAND_LINE = (f"test.password={WORD}-1 rd.luks.key=/{WORD}-2:UUID=1 "
                f"BOOTIF=01-{ADDRESS} ifname=net0:{ADDRESS.replace('-', ':')}")

# As bytes that a file of a record must not hold, in either case of the letters.
SECRETS = (WORD.encode(), b"kept-private-licence", UUID.bytes, UUID.bytes_le,
           ADDRESS.encode(), ADDRESS.replace("-", ":").encode(),
           bytes.fromhex(ADDRESS.replace("-", "")))


def arguments(directory):
    """QEMU's arguments for them."""
    (directory / "licence").write_bytes(LICENCE)
    fields = {1: f"serial={WORD}-11,uuid={UUID}", 2: f"serial={WORD}-12,asset={WORD}-13",
              3: f"serial={WORD}-14,asset={WORD}-15", 4: f"serial={WORD}-16,asset={WORD}-17",
              11: f"value={WORD}-18", 17: f"serial={WORD}-19,asset={WORD}-20"}
    smbios = [word for number, text in fields.items()
              for word in ("-smbios", f"type={number},{text}")]
    return [*smbios, "-acpitable", f"sig=MSDM,data={directory / 'licence'}"]
