# SPDX-License-Identifier: GPL-2.0-only
"""Boot trees of distributions: the files that a boot loader reads.

The files of grub/ were made by each distribution's own grub-mkconfig, with a grub-probe
that names one disk: Debian 12 (grub 2.06-13+deb12u2), Debian 13 (2.12-9+deb13u4) and
Ubuntu 24.04 (2.12-1ubuntu7). The other trees are written from documents: the UAPI
Boot Loader Specification, systemd-boot(7), loader.conf(5), kernel-install(8); Fedora's
"GRUB 2" and "BootLoaderSpecByDefault"; Red Hat's "Managing, monitoring, and updating
the kernel"; openSUSE's sdbootutil(8) and "Systemd-boot"; the Arch and NixOS wikis on
systemd-boot; update-extlinux of Alpine, the Arch wiki on Syslinux, and Debian's
u-boot-update(8)."""

import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "loader"))

import fakes                                                        # noqa: E402
from uki_writer import SIGNATURE, image, section                    # noqa: E402

LINUX = fakes.bzimage(size=64 << 10, cmdline_size=2047)
MACHINE_ID = "6a9857a393724b7a981ebb5b8495b9ea"
UUID = "0b1e6f02-5f9c-4d0e-9d7a-7b4b6f8a2c11"
GUID = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
DEBIAN = f"gnulinux-advanced-{UUID}>gnulinux-%s-{{}}-{UUID}"


def mounts(*rows):
    """mountinfo: mount point, directory in the file system, device."""
    return "".join(f"{30 + i} 1 8:{i} {inside} {point} rw,relatime shared:1 - ext4 "
                   f"{device} rw\n" for i, (point, inside, device) in enumerate(rows))


def variable(name, text):
    """An EFI variable of the boot loader."""
    return {f"sys/firmware/efi/efivars/{name}-{GUID}":
            b"\6\0\0\0" + text.encode("utf-16le") + b"\0\0"}


def grubenv(**values):
    text = "# GRUB Environment Block\n"
    text += "".join(f"{name}={value}\n" for name, value in values.items())
    return text.ljust(1024, "#")


def kernels(place, *names):
    return {f"{place}/{name}": LINUX if "init" not in name else b"070701" + name.encode()
            for name in names}


def generated(name):
    return {"boot/grub/grub.cfg": (HERE / "grub" / f"{name}.cfg").read_text()}


def type1(place, name, **keys):
    """An entry; a list makes several lines of one key."""
    lines = [f"{key.replace('_', '-')} {value}" for key, values in keys.items()
             for value in (values if isinstance(values, list) else [values])]
    return {f"{place}/loader/entries/{name}.conf": "\n".join(lines) + "\n"}


def program(*sections):
    """An EFI program, with the fields that bootctl looks at: its subsystem, and the
    number of data directories."""
    made = bytearray(image(*sections))
    struct.pack_into("<H", made, SIGNATURE + 24 + 68, 10)
    struct.pack_into("<I", made, SIGNATURE + 24 + 108, 16)
    return bytes(made)


def debian_files(*versions, place="boot"):
    return kernels(place, *(f"{kind}-{version}" for version in versions
                            for kind in ("vmlinuz", "initrd.img")))


def debian12():
    return {**generated("debian12"), **debian_files("6.1.0-27-amd64", "6.1.0-28-amd64")}


def debian12_saved(**values):
    """/boot is a file system of its own. A kernel of the same name in / is not the one.
    """
    saved = DEBIAN % "6.1.0-27-amd64"
    return {**generated("debian12-saved"),
            **debian_files("6.1.0-27-amd64", "6.1.0-28-amd64"),
            **kernels("", "vmlinuz-6.1.0-27-amd64"),
            "proc/self/mountinfo": mounts(("/", "/", "/dev/vda2"),
                                          ("/boot", "/", "/dev/vda1")),
            "boot/grub/grubenv": grubenv(saved_entry=saved.format("advanced"), **values)}


def debian13():
    return {**generated("debian13"), "sys/firmware/efi/fw_platform_size": "64\n",
            **debian_files("6.12.57+deb13-amd64", "6.12.63+deb13-amd64")}


def ubuntu():
    return {**generated("ubuntu2404"), "sys/firmware/efi/fw_platform_size": "64\n",
            **debian_files("6.8.0-45-generic", "6.8.0-51-generic")}


BLS_GRUB = """\
if [ -f ${config_directory}/grubenv ]; then
  load_env -f ${config_directory}/grubenv
elif [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
   set next_entry=
   save_env next_entry
   set boot_once=true
else
   set default="${saved_entry}"
fi
function load_video {
  if [ x$feature_all_video_module = xy ]; then
    insmod all_video
  else
    insmod efi_gop
  fi
}
if loadfont unicode ; then
  set gfxmode=auto
  load_video
fi
if [ "${boot_success}" = "1" -o "${boot_indeterminate}" = "1" ]; then
  set last_boot_ok=1
else
  set last_boot_ok=0
fi
insmod increment
if [ -n "${boot_counter}" -a "${boot_success}" = "0" ]; then
  if  [ "${boot_counter}" = "0" -o "${boot_counter}" = "-1" ]; then
    set default=1
    set boot_counter=-1
  else
    decrement boot_counter
  fi
  save_env boot_counter
fi
insmod part_gpt
search --no-floppy --fs-uuid --set=root %s
if [ -z "${kernelopts}" ]; then
  set kernelopts="KERNELOPTS"
fi
insmod blscfg
blscfg
if [ "$grub_platform" = "efi" ]; then
\tmenuentry 'UEFI Firmware Settings' $menuentry_id_option 'uefi-firmware' {
\t\tfwsetup
\t}
fi
""" % UUID


def fedora():
    """The EFI system partition has a stub that reads /boot/grub2/grub.cfg."""
    files = {
        "boot/grub2/grub.cfg": BLS_GRUB.replace("KERNELOPTS", "root=/dev/vda3 ro"),
        "boot/grub2/grubenv": grubenv(
            saved_entry=f"{MACHINE_ID}-6.11.4-301.fc41.x86_64", boot_success="1",
            boot_indeterminate="0"),
        "boot/efi/EFI/fedora/grub.cfg": f"search --no-floppy --fs-uuid --set=dev {UUID}\n"
        "set prefix=($dev)/grub2\nexport $prefix\nconfigfile $prefix/grub.cfg\n",
        "sys/firmware/efi/fw_platform_size": "64\n",
        "proc/self/mountinfo": mounts(("/", "/root", "/dev/vda3"),
                                      ("/boot", "/", "/dev/vda2"),
                                      ("/boot/efi", "/", "/dev/vda1"))}
    for version in ("6.11.4-301.fc41.x86_64", "6.11.10-300.fc41.x86_64"):
        files |= type1("boot", f"{MACHINE_ID}-{version}",
                       title=f"Fedora Linux ({version}) 41 (Workstation Edition)",
                       version=version, linux=f"/vmlinuz-{version}",
                       initrd=f"/initramfs-{version}.img",
                       options="root=UUID=aaaa-bb ro rootflags=subvol=root rhgb quiet",
                       grub_users="$grub_users", grub_arg="--unrestricted",
                       grub_class="fedora")
        files |= kernels("boot", f"vmlinuz-{version}", f"initramfs-{version}.img")
    return files


def rhel(kernelopts="root=/dev/mapper/rhel-root ro crashkernel=auto rhgb quiet"):
    """RHEL 8: the command line is in grubenv, and tuned has variables of its own."""
    files = {
        "boot/grub2/grub.cfg": BLS_GRUB.replace(
            '  set kernelopts="KERNELOPTS"\n', "  true\n"),
        "boot/grub2/grubenv": grubenv(
            saved_entry=f"{MACHINE_ID}-4.18.0-553.el8_10.x86_64",
            **({"kernelopts": kernelopts} if kernelopts else {}), boot_success="0",
            tuned_params="skew_tick=1 tsc=reliable"),
        "proc/self/mountinfo": mounts(("/", "/", "/dev/mapper/rhel-root"),
                                      ("/boot", "/", "/dev/sda1"))}
    for version in ("4.18.0-553.el8_10.x86_64", "4.18.0-553.8.1.el8_10.x86_64"):
        files |= type1("boot", f"{MACHINE_ID}-{version}",
                       title=f"Red Hat Enterprise Linux ({version}) 8.10 (Ootpa)",
                       version=version, linux=f"/vmlinuz-{version}",
                       initrd=f"/initramfs-{version}.img $tuned_initrd",
                       options="$kernelopts $tuned_params",
                       id=f"rhel-20240101000000-{version}")
        files |= kernels("boot", f"vmlinuz-{version}", f"initramfs-{version}.img")
    return files


SUSE = """\
set btrfs_relative_path="y"
export btrfs_relative_path
if [ -f ${config_directory}/grubenv ]; then
  load_env -f ${config_directory}/grubenv
elif [ -s $prefix/grubenv ]; then
  load_env
fi
if [ "${env_block}" ] ; then
  set env_block="(${root})${env_block}"
  export env_block
  load_env -f "${env_block}"
fi
if [ "${next_entry}" ] ; then
   set default="${next_entry}"
else
   set default="${saved_entry}"
fi
if [ x"${feature_menuentry_id}" = xy ]; then
  menuentry_id_option="--id"
else
  menuentry_id_option=""
fi
export menuentry_id_option
insmod btrfs
search --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt3 UUID
menuentry 'openSUSE Leap 15.6'  --hotkey=1 --class opensuse --class os \
$menuentry_id_option 'gnulinux-simple-UUID' {
\tload_video
\tset gfxpayload=keep
\tsearch --no-floppy --fs-uuid --set=root --hint-bios=hd0,gpt3 UUID
\techo\t'Loading Linux 6.4.0-150600.21-default ...'
\tlinux\t/boot/vmlinuz-6.4.0-150600.21-default root=UUID=@  ${extra_cmdline} \
splash=silent mitigations=auto quiet security=apparmor
\techo\t'Loading initial ramdisk ...'
\tinitrd\t/boot/initrd-6.4.0-150600.21-default
}
submenu 'Advanced options for openSUSE Leap 15.6' --hotkey=1 \
$menuentry_id_option 'gnulinux-advanced-UUID' {
\tmenuentry 'openSUSE Leap 15.6, with Linux 6.4.0-150600.21-default (recovery mode)' \
--hotkey=3 $menuentry_id_option 'gnulinux-recovery-UUID' {
\t\tlinux\t/boot/vmlinuz-6.4.0-150600.21-default root=UUID=@ single
\t\tinitrd\t/boot/initrd-6.4.0-150600.21-default
\t}
}
function load_video {
  insmod all_video
}
if [ -f "/.snapshots/grub-snapshot.cfg" ]; then
  submenu "Start bootloader from a read-only snapshot" {
    source /.snapshots/grub-snapshot.cfg
  }
fi
""".replace("=UUID=@", "=LABEL=suse").replace("UUID", UUID)


def opensuse():
    """btrfs: GRUB's paths begin at the default subvolume, which is the root."""
    return {"boot/grub2/grub.cfg": SUSE,
            "boot/grub2/grubenv": grubenv(saved_entry=""),
            "proc/self/mountinfo": mounts(
                ("/", "/@/.snapshots/1/snapshot", "/dev/vda3"),
                ("/boot/grub2/x86_64-efi", "/@/boot/grub2/x86_64-efi", "/dev/vda3")),
            **kernels("boot", "vmlinuz-6.4.0-150600.21-default",
                      "initrd-6.4.0-150600.21-default")}


def opensuse_systemd_boot():
    files = {"boot/efi/loader/loader.conf": "timeout 8\nconsole-mode keep\n",
             **variable("LoaderInfo", "systemd-boot 256.8"),
             **variable("LoaderEntrySelected", "opensuse-tumbleweed-6.11.6-1-default-2.conf"),
             **variable("LoaderEntryDefault",
                        "opensuse-tumbleweed-6.11.8-1-default-2.conf")}
    for version in ("6.11.6-1-default", "6.11.8-1-default"):
        place = f"/opensuse-tumbleweed/{version}"
        files |= type1("boot/efi", f"opensuse-tumbleweed-{version}-2",
                       title=f"openSUSE Tumbleweed 2@{version}", version=f"2@{version}",
                       sort_key="opensuse-tumbleweed",
                       options="splash=silent quiet root=UUID=cc-dd rootflags=subvol=@",
                       linux=f"{place}/linux-1a2b", initrd=f"{place}/initrd-3c4d")
        files |= kernels("boot/efi" + place, "linux-1a2b", "initrd-3c4d")
    return files


def debian_systemd_boot():
    """As kernel-install of Debian 12 writes them; a newer kernel has one try left."""
    files = {"boot/efi/loader/loader.conf": "#timeout 3\n#console-mode keep\n"}
    for name, version in (("6.1.0-27-amd64", "6.1.0-27-amd64"),
                          ("6.1.0-28-amd64+1-2", "6.1.0-28-amd64"),
                          ("6.1.0-30-amd64+0-3", "6.1.0-30-amd64")):
        place = f"/{MACHINE_ID}/{version}"
        files |= type1("boot/efi", f"{MACHINE_ID}-{name}",
                       title="Debian GNU/Linux 12 (bookworm)", version=version,
                       machine_id=MACHINE_ID, sort_key="debian",
                       options="root=/dev/vda2 ro quiet",
                       linux=f"{place}/linux", initrd=f"{place}/initrd.img-{version}")
        files |= kernels("boot/efi" + place, "linux", f"initrd.img-{version}")
    return files


def arch():
    """/boot is the EFI system partition; two initrds."""
    return {"boot/loader/loader.conf":
            "default  arch.conf\ntimeout  4\nconsole-mode max\neditor   no\n",
            **type1("boot", "arch", title="Arch Linux", linux="/vmlinuz-linux",
                    initrd=["/intel-ucode.img", "/initramfs-linux.img"],
                    options=["root=UUID=ee-ff rw", "quiet"]),
            **type1("boot", "arch-fallback", title="Arch Linux (fallback initramfs)",
                    linux="/vmlinuz-linux", initrd="/initramfs-linux-fallback.img",
                    options="root=UUID=ee-ff rw"),
            **type1("boot", "windows", title="Windows", efi="/EFI/Microsoft/Boot/x.efi"),
            "boot/EFI/Microsoft/Boot/x.efi": program(section(".rsrc", b"Windows")),
            **kernels("boot", "vmlinuz-linux", "initramfs-linux.img",
                      "initramfs-linux-fallback.img"),
            "boot/intel-ucode.img": b"070701ucode"}


def nixos():
    files = {"boot/loader/loader.conf":
             "timeout 5\ndefault nixos-generation-101.conf\nconsole-mode keep\n"}
    for number, mark in ((99, "a"), (100, "b"), (101, "c")):
        kernel = f"/EFI/nixos/{mark * 8}-linux-6.6.{number}-bzImage.efi"
        initrd = f"/EFI/nixos/{mark * 8}-initrd-linux-6.6.{number}-initrd.efi"
        files |= type1("boot", f"nixos-generation-{number}", title="NixOS",
                       sort_key="nixos",
                       version=f"Generation {number} NixOS 24.05 (Uakari), built on 2024",
                       linux=kernel, initrd=initrd, machine_id=MACHINE_ID,
                       options=f"init=/nix/store/{mark * 8}-nixos-system/init loglevel=4")
        files |= {"boot" + kernel: LINUX, "boot" + initrd: b"070701"}
    return files


def osrel(version):
    return (f'ID=particle\nPRETTY_NAME="Particle OS {version}"\n'
            f"IMAGE_ID=particle\nIMAGE_VERSION={version}\n").encode()


def uki_only():
    """The firmware starts images without a boot loader; one of them has profiles, and
    addons add to its command line."""
    newer = program(section(".osrel", osrel("8")), section(".cmdline", b"root=/dev/vda2 ro\n"),
                  section(".initrd", b"070701new"), section(".linux", LINUX),
                  section(".profile", b"ID=main\nTITLE=Main\n"),
                  section(".profile", b"ID=rescue\nTITLE=Rescue\n"),
                  section(".cmdline", b"root=/dev/vda2 ro single"))
    files = {"efi/EFI/Linux/particle_7.efi": program(
                 section(".osrel", osrel("7")), section(".cmdline", b"root=/dev/vda2 7"),
                 section(".initrd", b"070701old"), section(".linux", LINUX)),
             "efi/EFI/Linux/particle_8+2.efi": newer,
             **variable("StubInfo", "systemd-stub 257"),
             **variable("LoaderInfo", "systemd-stub 257"),
             **variable("LoaderImageIdentifier", "\\EFI\\Linux\\particle_7.efi")}
    for name, text in (("loader/addons/global", b"quiet"),
                       ("EFI/Linux/particle_8+2.efi.extra.d/b", b"local=b"),
                       ("EFI/Linux/particle_8+2.efi.extra.d/a", b"local=a\n")):
        files[f"efi/{name}.addon.efi"] = program(section(".cmdline", text))
    return files


def alpine():
    """As update-extlinux writes it; /boot is a file system of its own."""
    return {"boot/extlinux.conf": """\
# Generated by update-extlinux 6.04_pre1-r15
DEFAULT menu.c32
PROMPT 0
MENU TITLE Alpine/Linux Boot Menu
MENU HIDDEN
MENU AUTOBOOT Alpine will be booted automatically in # seconds.
TIMEOUT 10
LABEL lts
  MENU DEFAULT
  MENU LABEL Linux lts
  LINUX vmlinuz-lts
  INITRD initramfs-lts
  APPEND root=UUID=aa-bb modules=sd-mod,ext4 quiet

MENU SEPARATOR
""", "proc/self/mountinfo": mounts(("/", "/", "/dev/sda3"), ("/boot", "/", "/dev/sda1")),
            **kernels("boot", "vmlinuz-lts", "initramfs-lts")}


def arch_syslinux():
    return {"boot/syslinux/syslinux.cfg": """\
DEFAULT arch
PROMPT 0
TIMEOUT 50
UI menu.c32
MENU COLOR border       30;44   #40ffffff #a0000000 std
LABEL arch
    MENU LABEL Arch Linux
    LINUX ../vmlinuz-linux
    APPEND root=/dev/sda3 rw
    INITRD ../initramfs-linux.img
LABEL hdt
    MENU LABEL HDT (Hardware Detection Tool)
    COM32 hdt.c32
""", **kernels("boot", "vmlinuz-linux", "initramfs-linux.img")}


def debian_u_boot():
    """As u-boot-menu writes it."""
    labels = "".join(f"""
label {label}
\tmenu label Debian GNU/Linux 12 (bookworm) 6.1.0-28-amd64{kind}
\tlinux /boot/vmlinuz-6.1.0-28-amd64
\tinitrd /boot/initrd.img-6.1.0-28-amd64
\tfdtdir /usr/lib/linux-image-6.1.0-28-amd64/

\tappend root=/dev/vda2 ro {append}
""" for label, kind, append in (("l0", "", "quiet"), ("l0r", " (rescue target)", "single")))
    return {"boot/extlinux/extlinux.conf": "## /boot/extlinux/extlinux.conf\n##\n\n"
            "default l0\nmenu title U-Boot menu\nprompt 0\ntimeout 50\n\n" + labels,
            **debian_files("6.1.0-28-amd64")}


TREES = {"debian12": debian12, "debian12-saved": debian12_saved, "debian13": debian13,
         "ubuntu": ubuntu, "fedora": fedora, "rhel": rhel, "opensuse": opensuse,
         "opensuse-systemd-boot": opensuse_systemd_boot,
         "debian-systemd-boot": debian_systemd_boot, "arch": arch, "nixos": nixos,
         "alpine": alpine, "arch-syslinux": arch_syslinux, "debian-u-boot": debian_u_boot,
         "uki-only": uki_only}


def write(place, files):
    for name, content in files.items():
        fakes.write(place / name.lstrip("/"), content)
    return place
