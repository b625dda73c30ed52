# SPDX-License-Identifier: GPL-2.0-only
"""The Debian systems that the cases run on: packages, configuration, boot loader."""

from dataclasses import dataclass, field

# no_timer_check: on a busy host, an emulated timer may be too late for the kernel's
# check.
COMMAND_LINE = "root=UUID=ROOT_UUID ro console=ttyS0,115200 no_timer_check"
FSTAB = "UUID=ROOT_UUID / ext4 errors=remount-ro 0 1\n"
LIBRARIES = ("liblzma5", "libzstd1", "zlib1g", "libjson-c5")


@dataclass(frozen=True)
class System:
    name: str
    suite: str
    packages: tuple
    # The packages whose versions name the disk in the cache: a new version makes a new
    # disk.
    versioned: tuple
    # The place of kexec in the suite's kexec-tools. dpkg loses a file that a package
    # takes over under its other name (/sbin is a link to /usr/sbin).
    sbin: str
    # Files of the root, shell commands that run there before the first boot, and shell
    # scripts that run in the system during its first boot.
    files: dict = field(default_factory=dict)
    commands: tuple = ()
    first_boot: tuple = ()
    # Files of the EFI system partition: text, or a file of the root if it begins with
    # "/".
    esp: dict = field(default_factory=dict)


BOOKWORM = System(
    "bookworm", "bookworm",
    packages=("systemd-sysv", "udev", "dbus", "kmod", "procps", "linux-image-amd64",
              "initramfs-tools", "zstd", "grub-efi-amd64-bin", "grub-efi-amd64-signed",
              "grub2-common", "shim-signed", "mokutil", "kexec-tools", "kdump-tools",
              "makedumpfile", "libelf1", "libefivar1", *LIBRARIES),
    versioned=("linux-image-amd64", "systemd", "kdump-tools", "grub-efi-amd64-signed"),
    sbin="sbin",
    files={
        "etc/fstab": FSTAB,
        "etc/hostname": "bookworm\n",
        "etc/default/grub": 'GRUB_DEFAULT=0\nGRUB_TIMEOUT=0\nGRUB_DISTRIBUTOR=Debian\n'
                            'GRUB_TERMINAL=console\nGRUB_DISABLE_OS_PROBER=true\n'
                            'GRUB_CMDLINE_LINUX_DEFAULT=""\n'
                            'GRUB_CMDLINE_LINUX="console=ttyS0,115200 no_timer_check"\n',
        "etc/default/grub.d/kdump-tools.cfg":
            'GRUB_CMDLINE_LINUX_DEFAULT="$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=320M"\n',
        "etc/default/kdump-tools": "USE_KDUMP=1\nKDUMP_COREDIR=/var/crash\n",
        # Used once: update-grub replaces it during the first boot.
        "boot/grub/grub.cfg":
            "search --no-floppy --fs-uuid --set=root ROOT_UUID\n"
            f"linux /vmlinuz {COMMAND_LINE}\ninitrd /initrd.img\nboot\n",
    },
    # kdump-tools would make an initrd of its own, which takes an hour in the emulator.
    commands=("v=$(ls /lib/modules) && cp /boot/initrd.img-$v /var/lib/kdump && "
              "cp /etc/kdump/sysctl.conf /var/lib/kdump/latest_sysctls-$v",),
    first_boot=("update-grub",),
    # As grub-install --removable would do it, with shim.
    esp={
        "EFI/BOOT/BOOTX64.EFI": "/usr/lib/shim/shimx64.efi.signed",
        "EFI/BOOT/mmx64.efi": "/usr/lib/shim/mmx64.efi.signed",
        "EFI/BOOT/grubx64.efi": "/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed",
        "EFI/debian/grub.cfg": "search.fs_uuid ROOT_UUID root\n"
                               "set prefix=($root)'/boot/grub'\n"
                               "configfile $prefix/grub.cfg\n",
    })

# A Unified Kernel Image, started by systemd-boot, and an entry of the first type with the
# same kernel. systemd's generator mounts the EFI system partition at /efi.
SID = System(
    "sid", "sid",
    packages=("systemd-sysv", "udev", "dbus", "kmod", "procps", "linux-image-cloud-amd64",
              "dracut", "zstd", "systemd-boot", "systemd-boot-efi", "systemd-ukify",
              "kexec-tools", "libelf1t64", "libefivar1t64", *LIBRARIES),
    versioned=("linux-image-cloud-amd64", "systemd"),
    sbin="usr/sbin",
    files={"etc/fstab": FSTAB, "etc/hostname": "sid\n", "etc/kernel/cmdline": COMMAND_LINE},
    commands=(
        "mkdir -p /efi",
        "ukify build --linux=/vmlinuz --initrd=/initrd.img --cmdline=@/etc/kernel/cmdline "
        '--uname="$(ls /lib/modules)" --output=/boot/debian.efi',
    ),
    esp={
        "EFI/BOOT/BOOTX64.EFI": "/usr/lib/systemd/boot/efi/systemd-bootx64.efi",
        "EFI/systemd/systemd-bootx64.efi": "/usr/lib/systemd/boot/efi/systemd-bootx64.efi",
        "EFI/Linux/debian.efi": "/boot/debian.efi",
        "loader/loader.conf": "timeout 0\n",
        "second/linux": "/vmlinuz",
        "second/initrd": "/initrd.img",
        "loader/entries/second.conf":
            "title Second\nlinux /second/linux\ninitrd /second/initrd\n"
            f"options {COMMAND_LINE}\noptions entry=second\n",
    })

SYSTEMS = {system.name: system for system in (BOOKWORM, SID)}
