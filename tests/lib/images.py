# SPDX-License-Identifier: GPL-2.0-only
"""Boot media of a test machine: cpio archives and EFI system partitions. Root is not
needed: device nodes exist only as records in the cpio archive, and mtools fills the
partition."""

import os
import re
import stat
import subprocess
import tempfile
from pathlib import Path

from vm import CannotPrepare

ROOT_BYTES = 64 << 20
LIBRARY_PLACE = "/lib/x86_64-linux-gnu/"


class Cpio:
    """An archive in the "newc" format, which the kernel unpacks. Several archives in a
    row make up one initrd."""

    def __init__(self):
        self.parts = []
        self.names = set()
        self.number = 0

    def add(self, name, mode, data=b"", device=(0, 0)):
        name = name.strip("/")
        parent = os.path.dirname(name)
        if parent and parent not in self.names:
            self.add(parent, stat.S_IFDIR | 0o755)
        if name in self.names:
            return
        self.names.add(name)
        self.record(name, mode, data, device)

    def record(self, name, mode, data, device):
        self.number += 1
        encoded = name.encode() + b"\0"
        # inode, mode, uid, gid, links, mtime, size, dev, rdev, name size, sum
        fields = (self.number, mode, 0, 0, 1, 0, len(data), 0, 0, *device,
                  len(encoded), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields)
        self.parts += [self.pad(header + encoded), self.pad(data)]

    @staticmethod
    def pad(data):
        return data + bytes(-len(data) % 4)

    def file(self, name, data, mode=0o644):
        if isinstance(data, (str, os.PathLike)):
            data = Path(data).read_bytes()
        self.add(name, stat.S_IFREG | mode, data)

    def text(self, name, text, mode=0o644):
        self.file(name, text.encode(), mode)

    def node(self, name, major, minor):
        self.add(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def program(self, name, path, root="", places=()):
        """Adds a program and the libraries it is linked with. Libraries from one of the
        places go where the loader looks."""
        self.file(name, path, 0o755)
        for library in libraries(path, places):
            inside = LIBRARY_PLACE + os.path.basename(library) if places and \
                library.startswith(tuple(map(str, places))) else library
            self.file(root + inside, library, 0o755)

    def tree(self, root, directory, leave_out=()):
        """Adds a directory with its contents, except names with these prefixes."""
        for path in sorted(Path(directory).rglob("*")):
            inside = str(path.relative_to(directory))
            if inside.startswith(tuple(leave_out)):
                continue
            if path.is_symlink():
                self.add(f"{root}/{inside}", stat.S_IFLNK | 0o777,
                         os.readlink(path).encode())
            elif path.is_dir():
                self.add(f"{root}/{inside}", stat.S_IFDIR | 0o755)
            else:
                self.file(f"{root}/{inside}", path, path.stat().st_mode & 0o777)

    def bytes(self):
        self.record("TRAILER!!!", 0, b"", (0, 0))
        data = b"".join(self.parts)
        return data + bytes(-len(data) % 512)


def loaded_later(path):
    """Libraries that a program loads when it needs them, from its notes ("ELF dlopen
    metadata"), as absolute names."""
    sonames = re.findall(rb'"soname":\["([^"]+)"\]', Path(path).read_bytes())
    if not sonames:
        return []
    known = dict(re.findall(r"^\s(\S+) \(libc6,x86-64.*?\) => (\S+)", subprocess.run(
        ["/sbin/ldconfig", "-p"], text=True, capture_output=True).stdout, re.M))
    return [known[name.decode()] for name in sonames if name.decode() in known]


def libraries(path, places=()):
    """Absolute names of the shared libraries that a program needs. Some may be in
    directories of their own."""
    found = linked(path, places)
    for name in loaded_later(path):
        found += [name, *linked(name)]
    return list(dict.fromkeys(found))


def linked(path, places=()):
    search = ":".join(map(str, places))
    listing = subprocess.run(["ldd", str(path)], text=True, capture_output=True,
                             env={**os.environ, **({"LD_LIBRARY_PATH": search} if search
                                                   else {})})
    if "not found" in listing.stdout:
        raise CannotPrepare(f"{path} needs libraries that are not here: "
                            + ", ".join(re.findall(r"(\S+) => not found",
                                                   listing.stdout)))
    return re.findall(r"(/\S+) \(0x", listing.stdout)


def archive_of(name, path, places=()):
    """An archive of one program, with its libraries (see Cpio.program)."""
    archive = Cpio()
    archive.program(name, path, places=places)
    return archive.bytes()


def guest_base(init, programs=(), files=()):
    """The archive for every stage of a guest: busybox, /init, and programs and plain
    files as pairs (name in the guest, path here)."""
    busybox = Path("/bin/busybox")
    if not busybox.exists() or libraries(busybox):
        raise CannotPrepare("/bin/busybox is missing or not static: "
                            "install the package busybox-static")
    archive = Cpio()
    # The kernel opens /dev/console for /init before anything is mounted.
    archive.node("dev/console", 5, 1)
    archive.node("dev/null", 1, 3)
    archive.file("bin/busybox", busybox, 0o755)
    archive.file("init", init, 0o755)
    for name, path in programs:
        archive.program(name, path)
    for name, path in files:
        archive.file(name, path, 0o755)
    return archive.bytes()


def run_tool(*command, **options):
    try:
        done = subprocess.run([str(word) for word in command],
                              env={**os.environ, "MTOOLS_SKIP_CHECK": "1"},
                              text=True, capture_output=True, **options)
    except FileNotFoundError as error:
        raise CannotPrepare(f"{command[0]} is not installed") from error
    if done.returncode:
        raise CannotPrepare(f"{command[0]}: {done.stderr.strip() or done.stdout}")


def esp(image, files, size=0):
    """An EFI system partition without a partition table. files maps names such as
    "EFI/BOOT/BOOTX64.EFI" to content (bytes) or a path. size: in bytes, a multiple of
    1 MiB; 0: as large as the files need."""
    image = Path(image)
    sources = {name: content if isinstance(content, bytes)
               else Path(content).read_bytes() for name, content in files.items()}
    megabytes = sum(map(len, sources.values())) // (1 << 20) + 8
    with open(image, "wb") as stream:
        stream.truncate(size or megabytes << 20)
    run_tool("mkfs.vfat", "-n", "ESP", image)
    made = set()
    for name, content in sources.items():
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            directory = "/".join(parts[:depth])
            if directory not in made:
                run_tool("mmd", "-i", image, "::/" + directory)
                made.add(directory)
        piece = image.with_suffix(".part")
        piece.write_bytes(content)
        run_tool("mcopy", "-i", image, piece, "::/" + name)
        piece.unlink()
    return image


def partitioned(image):
    """A disk with a partition table and this file system as its only partition, in the
    file's place."""
    image = Path(image)
    disk = image.with_suffix(".disk")
    with open(disk, "wb") as stream:
        stream.truncate(image.stat().st_size + (2 << 20))
    run_tool("/sbin/sfdisk", "--quiet", disk,
             input=f"label: gpt\nstart=1MiB, size={image.stat().st_size // 512}, type=U\n")
    run_tool("dd", f"if={image}", f"of={disk}", "bs=1M", "seek=1", "conv=notrunc,sparse")
    return disk.replace(image)


def esp_drive(image):
    return ["-drive", f"if=none,id=esp,format=raw,file={image}",
            "-device", "virtio-blk-pci,drive=esp,bootindex=0"]


def sata_drive(image):
    """For U-Boot, which does not find virtio disks on x86."""
    return ["-drive", f"if=none,id=esp,format=raw,file={image}",
            "-device", "ide-hd,drive=esp,bus=ide.0"]


def root_disk(image, archives):
    """QEMU's arguments for a disk with an ext2 file system that holds the contents of the
    archives without the device nodes, for which the kernel has a file system of its own.
    """
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory) / "root"
        for place in ("dev", "proc", "sys", "tmp", "run"):
            (root / place).mkdir(parents=True)
        for archive in archives:
            piece = Path(directory) / "archive"
            piece.write_bytes(archive)
            with open(piece, "rb") as stream:
                run_tool("cpio", "-idm", "--quiet", "-D", root, "--nonmatching", "dev/*",
                         stdin=stream)
        with open(image, "wb") as stream:
            stream.truncate(ROOT_BYTES)
        run_tool("/sbin/mke2fs", "-q", "-t", "ext2", "-d", root, image)
    return ["-drive", f"if=none,id=root,format=raw,file={image}",
            "-device", "nvme,drive=root,serial=root"]
