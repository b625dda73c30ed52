#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""kexec --record on recorded machines: a load planned from the record is the same, byte
for byte; private things are not in it; it is written as a whole or not at all. And
--sysroot with archives, good and hostile ones.

Environment: KEXEC, the program; MACHINES, the directory of the recorded machines; VARIED,
see recorded.py, for the comparison.
"""

import gzip
import io
import json
import lzma
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(1, os.environ["MACHINES"])

import fakes                                                        # noqa: E402
import private_things                                               # noqa: E402
import recorded                                                     # noqa: E402

RECORD_BYTES_MAX = 1_000_000
LOAD = ["vmlinuz", "--initrd=initrd.img", "--reuse-cmdline"]
LOADS = (["-l", *LOAD], ["-p", *LOAD], ["-l", *LOAD, "--efi-map-config=copy"],
         ["-l", *LOAD, "--noefi"], ["-s", "-l", *LOAD], ["-l", *LOAD, "--mem-max=0x3fffffff"])
# Drawn for each load, or measured.
DRAWN = re.compile(r'^ *"(seed|identity|bytes_per_second)": .*\n| in about .*, measured',
                   re.M)
NOBODY = 65534
SECRET = "very-secret-thing"


def limited():
    """No file may be longer than this, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))


def unprivileged():
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


class Place:
    """A directory to run kexec in."""

    def __init__(self, directory):
        self.directory = Path(directory)
        self.directory.chmod(0o755)
        (self.directory / "vmlinuz").write_bytes(
            fakes.bzimage(size=11 << 20, init_size=0x37dc000, cmdline_size=2047))
        (self.directory / "initrd.img").write_bytes(bytes(9 << 20))
        self.count = 0

    def new(self, ending=""):
        self.count += 1
        return self.directory / f"{self.count}{ending}"

    def __call__(self, *arguments, before=None):
        done = subprocess.run([os.environ["KEXEC"], *map(str, arguments)],
                              cwd=self.directory, capture_output=True, timeout=60,
                              preexec_fn=before, check=False,
                              env={**os.environ, "LC_ALL": "C",
                                   "TMPDIR": str(self.directory)})
        return fakes.Result(done, [])

    def record(self, machine, *options, ending="", **settings):
        """The record's path and kexec's result."""
        path = self.new(ending)
        return path, self(f"--sysroot={machine}", f"--record={path}", *options, **settings)

    def plan(self, machine, load):
        """Exit status and plan of a load, without what names the machine's directory."""
        done = self(f"--sysroot={machine}", *load, "--dry-run=json")
        text = (DRAWN.sub("", done.out) + done.err).replace(str(machine), "MACHINE")
        return done.rc, text


def contents(path):
    """{name: bytes} of a record, "name/" for a directory and "name@" for a link."""
    found = {}
    if path.is_dir():
        for entry in sorted(path.rglob("*")):
            name = str(entry.relative_to(path))
            if entry.is_symlink():
                found[name + "@"] = os.readlink(entry).encode()
            elif entry.is_file():
                found[name] = entry.read_bytes()
        return found
    with tarfile.open(path) as tar:
        for member in tar:
            name = member.name.partition("/")[2]
            if member.isfile():
                found[name] = tar.extractfile(member).read()
            elif member.issym():
                found[name + "@"] = member.linkname.encode()
    return found


def same_contents(left, right):
    """Two records of one machine differ by their time, which is in their text."""
    left, right = dict(left), dict(right)
    left.pop("record.txt"), right.pop("record.txt")
    return left == right


def check_replay(check, place, name, machine):
    """The plans from the machine, its record as files and as an archive are the same."""
    (files, first), (archive, second) = (place.record(machine),
                                         place.record(machine, ending=".tar.gz"))
    check(f"{name}: recorded", first.rc == 0 and second.rc == 0 and not first.out
          and first.err.count("\n") <= 1, first)
    size = sum(map(len, contents(files).values()))
    check(f"{name}: at most 1 MB", size <= RECORD_BYTES_MAX
          and archive.stat().st_size <= RECORD_BYTES_MAX // 4, size)
    check(f"{name}: the archive holds the same files",
          same_contents(contents(files), contents(archive)))
    plans = 0
    for load in LOADS:
        live = place.plan(machine, load)
        plans += not live[0]
        for record in (files, archive):
            check(f"{name}: {' '.join(load)} from {record.suffix or 'files'}",
                  place.plan(record, load) == live, "\n".join(map(str, live)))
    check(f"{name}: there are plans to compare", plans >= 3, plans)
    again, done = place.record(archive)
    check(f"{name}: the record of the record is the same",
          same_contents(contents(again), contents(files)), done)
    return files


def check_image(check, place, name, machine):
    """From a record with everything also the segments are the same, but for what is
    drawn: purgatory's seed, and that of the next kernel's random number generator."""
    record, _ = place.record(machine, "--record-all", ending=".tar.gz")
    dumps = [place.new(), place.new()]
    for root, dump in zip((machine, record), dumps):
        done = place(f"--sysroot={root}", "-l", *LOAD, f"--dump-image={dump}")
        check(f"{name}: the image is written", done.rc == 0, done)
    files = [sorted(path.name for path in dump.iterdir()) for dump in dumps]
    check(f"{name}: the same segments", files[0] == files[1] and len(files[0]) >= 5, files)
    for file in files[0]:
        if "purgatory" in file or file == "plan.json":
            continue
        left, right = ((dump / file).read_bytes() for dump in dumps)
        differs = [at for at, (a, b) in enumerate(zip(left, right)) if a != b]
        check(f"{name}: {file} has the same bytes", len(left) == len(right) and (
            not differs or ("parameters" in file and differs[-1] - differs[0] < 32)),
            differs[:9])
    for dump in dumps:
        shutil.rmtree(dump)


def check_control(check, place, name, machine):
    """Each change of a record is seen in a plan, so the comparison can fail."""
    record, _ = place.record(machine)
    plans = [place.plan(record, load)[1] for load in LOADS]

    def change(path, function):
        target = record / path
        old = target.read_bytes()
        target.write_bytes(function(old))
        changed = [place.plan(record, load)[1] for load in LOADS]
        target.write_bytes(old)
        check(f"{name}: another {path} makes another plan", changed != plans)

    change("proc/cmdline", lambda data: b"another " + data)
    change("sys/kernel/boot_params/data",
           lambda data: data[:0x1c0] + b"none" + data[0x1c4:])
    change("sys/firmware/memmap/0/end", lambda data: b"0x8ffff\n")
    runs = sorted(file.name for file in (record / "physical_memory").iterdir())
    table = recorded.Machine(record).system_table()
    run = max(run for run in runs if int(run, 16) <= table)
    at = table - int(run, 16)
    change(f"physical_memory/{run}", lambda data: data[:at] + b"X" + data[at + 1:])
    check(f"{name}: without a change it is the same",
          [place.plan(record, load)[1] for load in LOADS] == plans)


def acpi_table(signature, body):
    data = bytearray(signature + (36 + len(body)).to_bytes(4, "little") + b"\1\0"
                     + b"OEM   " + b"OEMTABLE" + bytes(12) + body)
    data[9] = -sum(data) & 255
    return bytes(data)


def make_private(machine):
    """Puts secrets into every place where a machine may have some."""
    root = machine.root
    write = fakes.write
    line = (root / "proc/cmdline").read_text().strip()
    write(root / "proc/cmdline", f"{line} a.password={SECRET} x=http://me:{SECRET}@h/ "
          f"net={private_things.ADDRESS} rd.key=\"{SECRET} b\" -- token={SECRET}\n")
    params = bytearray((root / "sys/kernel/boot_params/data").read_bytes())
    params[0x14c:0x150] = b"\1EDI"
    params[0x290:0x298] = b"disksign"
    params[0xd40:0xd50] = b"edd-device-path!"
    write(root / "sys/kernel/boot_params/data", bytes(params))
    for number, (kind, data) in enumerate(((9, b"random-seed-of-32-bytes-exactly!"),
                                           (2, b"device-tree-with-a-seed"),
                                           (1, b"e820-entries-20bytes"),
                                           (99, SECRET.encode())), 50):
        count = len(list((root / "sys/kernel/boot_params/setup_data").iterdir())) \
            if (root / "sys/kernel/boot_params/setup_data").exists() else 0
        where = root / f"sys/kernel/boot_params/setup_data/{count}"
        write(where / "type", f"0x{kind:x}\n")
        write(where / "data", data)
    write(root / "sys/firmware/acpi/tables/MSDM", acpi_table(b"MSDM", SECRET.encode()))
    write(root / "sys/firmware/acpi/tables/APIC", acpi_table(b"APIC", b"processors"))
    write(root / "sys/firmware/dmi/tables/DMI",
          b"\1\x1b\1\0\1\2\0\3" + private_things.UUID.bytes_le + b"\6\0\0"
          + b"maker\0product\0" + SECRET.encode() + b"\0\0" + b"\x7f\4\2\0\0\0")
    write(root / "sys/firmware/efi/efivars/Wifi-0123", SECRET.encode())
    write(root / "sys/class/dmi/id/product_serial", SECRET)
    write(root / "sys/class/dmi/id/sys_vendor", "Maker\n")
    write(root / "etc/machine-id", SECRET)
    boot_id = "11111111-2222-3333-4444-555555555555"
    write(root / "proc/sys/kernel/random/boot_id", boot_id + "\n")
    write(root / "sys/kernel/kexec_loaded", "1\n")
    write(root / "run/kexec/normal.json", json.dumps(
        {"boot_id": boot_id, "kernel": "/boot/vmlinuz",
         "command_line": f"ro password=\"{SECRET}\" quiet", "system_call": "kexec_load"}))


HIDDEN = (SECRET.encode(), b"\1EDI", b"disksign", b"edd-device-path", b"with-a-seed",
          private_things.UUID.bytes_le, private_things.ADDRESS.encode())
NEVER = (b"random-seed-of", b"with-a-seed")
NAMED = ("proc/cmdline: the value of a.password, 17 bytes", "the value of rd.key",
         "a hardware address", "proc/cmdline: the value of token", "the value of x",
         "the monitor's serial number", "identities of disks",
         "setup_data node of type 9, 32 bytes", "setup_data node of type 99",
         "tables/MSDM: all but the header, 17 bytes", "tables/DMI: serial numbers",
         "efivars/Wifi-0123", "normal.json: the value of password")


def check_privacy(check, place, machine):
    make_private(machine)
    record, done = place.record(machine.root)
    check("private: recorded", done.rc == 0, done)
    files = contents(record)
    for secret in HIDDEN + NEVER:
        holders = [name for name, data in files.items() if secret.lower() in data.lower()]
        check(f"private: nowhere {secret}", not holders, holders)
    text = files["record.txt"].decode()
    for words in NAMED:
        check(f"private: record.txt names \"{words}\"", words in text, text)
    for kept in (b"e820-entries-20bytes", b"processors", b"maker\0product\0", b"Maker\n"):
        check(f"private: {kept} is there", any(kept in data for data in files.values()))
    for path in ("proc/cmdline", "sys/kernel/boot_params/data", "run/kexec/normal.json",
                 "sys/firmware/dmi/tables/DMI", "sys/firmware/acpi/tables/MSDM"):
        check(f"private: {path} is as long as it was",
              len(files[path]) == len((machine.root / path).read_bytes()))
    check("private: the sum of a table stays",
          sum(files["sys/firmware/acpi/tables/MSDM"]) % 256 == 0)
    for name in ("etc/machine-id", "sys/class/dmi/id/product_serial"):
        check(f"private: no {name}", name not in files)
    status = place(f"--sysroot={record}", "--status=json")
    check("private: the memo is still one",
          json.loads(status.out)["normal"]["load"]["command_line"]
          == f"ro password=\"{'x' * len(SECRET)}\" quiet", status)
    for load in LOADS[:3]:
        live, replayed = place.plan(machine.root, load), place.plan(record, load)
        hidden = (live[0], live[1].replace(SECRET, "x" * len(SECRET)))
        check(f"private: {load[0]}: only the command line differs",
              [line for line in replayed[1].splitlines() if "command_line" not in line] ==
              [line for line in hidden[1].splitlines() if "command_line" not in line])
    check_everything(check, place, machine)


def check_everything(check, place, machine):
    """--record-all keeps private things, but never seeds."""
    record, done = place.record(machine.root, "--record-all", ending=".tgz")
    files = contents(record)
    check("all: recorded", done.rc == 0, done)
    for secret in HIDDEN:
        if secret not in NEVER:
            check(f"all: has {secret}", any(secret in data for data in files.values()))
    for secret in NEVER:
        check(f"all: without {secret}",
              not any(secret in data for data in files.values()))
    for load in LOADS:
        check(f"all: {' '.join(load)}",
              place.plan(record, load) == place.plan(machine.root, load))
    check("all: unreadable is what was there", "efivars/Wifi" in files["record.txt"].decode())


def check_writing(check, place, machine):
    record, _ = place.record(machine)
    modes = {oct(stat.S_IMODE(path.lstat().st_mode)) for path in record.rglob("*")
             if not path.is_symlink()}
    check("modes", modes == {"0o700", "0o600"} and
          stat.S_IMODE(record.stat().st_mode) == 0o700, modes)
    archive, _ = place.record(machine, ending=".tar.gz")
    check("mode of the archive", stat.S_IMODE(archive.stat().st_mode) == 0o600)
    with tarfile.open(archive) as tar:
        check("one directory at the top", {member.name.split("/")[0] for member in tar}
              == {archive.name[:-len(".tar.gz")]})
    before = {path: path.stat().st_mtime_ns for path in place.directory.iterdir()}
    dangling = place.directory / "dangling"
    dangling.symlink_to("nowhere")
    before[dangling] = None
    for path, words in ((record, "it exists already"), (archive, "it exists already"),
                        (dangling, "it exists already"), ("", "needs the name"),
                        ("m.tar.xz", "ends with .tar.gz"), ("m.zip", "ends with .tar.gz"),
                        ("no/where", "No such file"), ("no/where.tgz", "No such file"),
                        ("vmlinuz/x", "Not a directory")):
        done = place(f"--sysroot={machine}", f"--record={path}")
        check(f"refused: {path}", done.rc == 1 and done.one_message(words), done)
    for name in ("large", "large.tar.gz"):
        done = place(f"--sysroot={machine}", f"--record={name}", before=limited)
        check(f"a full disk: {name}", done.rc != 0, done)
    # If an ordinary user runs the test, the directory is the user's own.
    place.directory.chmod(0o555)
    done = place(f"--sysroot={machine}", "--record=denied", before=unprivileged)
    place.directory.chmod(0o755)
    check("a directory without write permission", done.rc == 1
          and done.one_message("denied", "Permission denied"), done)
    after = set(place.directory.iterdir())
    check("nothing half-written", after == set(before), after - set(before))
    check("nothing replaced", all(time in (None, path.lstat().st_mtime_ns)
                                  for path, time in before.items()))
    slashed, done = place.new(), None
    done = place(f"--sysroot={machine}", f"--record={slashed}///")
    check("a slash at the end", done.rc == 0 and slashed.is_dir(), done)


def check_options(check, place, machine):
    for words, fragments in (
            (["--record-all"], ["--record-all goes with --record"]),
            (["--record=a", "-e"], ["does not go with -e"]),
            (["-S", "--record=a"], ["does not go with -S"]),
            (["--record=a", "--check"], ["--check only looks"]),
            (["--record=a", "--dry-run"], ["--dry-run"]),
            (["--record=a", "vmlinuz"], ["not about the kernel vmlinuz"])):
        done = place(f"--sysroot={machine}", *words)
        check(f"options: {' '.join(words)}", done.rc == 1 and
              done.one_message(*fragments) and not (place.directory / "a").exists(), done)


def check_unprivileged(check, place, machine):
    """A user's record has what can be read, and a list of the rest."""
    root = machine.root
    for path in ("proc/iomem", "sys/kernel/boot_params/data"):
        (root / path).chmod(0)
    (root / "physical_memory").chmod(0)
    open_place = place.new()
    open_place.mkdir()
    open_place.chmod(0o777)
    record = open_place / "record"
    done = place(f"--sysroot={root}", f"--record={record}", before=unprivileged)
    check("user: one message", done.rc == 0 and done.one_message(
        "could not be read", "root can read more"), done)
    text = (record / "record.txt").read_text()
    check("user: the list", all(words in text for words in (
        "without root privilege", "/proc/iomem: Permission denied",
        "/sys/kernel/boot_params/data: Permission denied")), text)
    check("user: the rest is there", (record / "sys/firmware/memmap/0/type").exists()
          and not (record / "proc/iomem").exists())
    # Who knows where the EFI system table is tries to read it.
    (root / "sys/kernel/boot_params/data").chmod(0o755)
    place(f"--sysroot={root}", f"--record={open_place / 'more'}", before=unprivileged)
    text = (open_place / "more/record.txt").read_text()
    check("user: memory", "memory at 0x" in text and "boot_params/data" not in text, text)
    for path in ("proc/iomem", "sys/kernel/boot_params/data", "physical_memory"):
        (root / path).chmod(0o755)


def check_unknown_file(check, place, machine):
    """A table that this version has a rule for only if it is a plain name."""
    fakes.write(machine.root / "sys/firmware/acpi/tables/APIC",
                acpi_table(b"APIC", b"processors"))
    spares = machine.root / "sys/firmware/acpi/tables"
    for number in range(1, 9):
        fakes.write(spares / f"SSDT{number}", acpi_table(b"SSDT", os.urandom(200_000)))
    record, done = place.record(machine.root)
    size = sum(map(len, contents(record).values()))
    text = (record / "record.txt").read_text()
    check("large tables are left out, and named", done.rc == 0 and size <= 1_010_000
          and "Left out because of its size" in text and "SSDT8, 200036 bytes" in text
          and "SSDT1," not in text, (size, text))
    for load in LOADS:
        check(f"a record without them: {' '.join(load)}",
              place.plan(record, load) == place.plan(machine.root, load))


def tar(entries, **settings):
    """A tar archive of (name, data or link target, type)."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", **settings) as target:
        for name, data, kind in entries:
            member = tarfile.TarInfo(name)
            member.type = kind
            if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
                member.linkname, data = data, b""
            member.size = len(data)
            target.addfile(member, io.BytesIO(data))
    return plain.getvalue()


def check_archives(check, place, archive):
    """Good archives are read as they are, and nothing is unpacked anywhere."""
    plain = lzma.decompress(archive.read_bytes())
    files = place.directory / "unpacked"
    with tarfile.open(archive) as source:
        source.extractall(files)
    with tarfile.open(archive) as source:
        entries = [(member.name, source.extractfile(member).read(), tarfile.REGTYPE)
                   for member in source if member.isfile()]
    below = [("top/" * 30 + name, data, kind) for name, data, kind in entries]
    one = [("./m/" + name, data, kind) for name, data, kind in entries]
    good = {"m.tar.xz": archive.read_bytes(), "m.tar": plain,
            "m.tar.gz": gzip.compress(plain), "any-name": gzip.compress(plain),
            "pax.tar": tar(one, format=tarfile.PAX_FORMAT),
            "gnu.tar": tar(one, format=tarfile.GNU_FORMAT)}
    expected = place.plan(files, LOADS[0])
    for name, data in good.items():
        (place.directory / name).write_bytes(data)
    before = sorted(place.directory.iterdir())
    for name in good:
        check(f"archive {name}", place.plan(place.directory / name, LOADS[0]) == expected)
    deep = place.directory / "deep.tar"
    deep.write_bytes(tar(below, format=tarfile.PAX_FORMAT))
    before.append(deep)
    done = place(f"--sysroot={deep}", *LOADS[0], "--dry-run")
    check("too deep: nothing found", done.rc == 1 and done.one_message("memory"), done)
    check("nothing unpacked", sorted(place.directory.iterdir()) == sorted(before))


def check_hostile_archives(check, place):
    outside = place.directory / "outside"
    outside.mkdir()
    good = [("proc/iomem", b"", tarfile.REGTYPE)]
    rows = {
        "absolute": (tar([("/etc/x", b"1", tarfile.REGTYPE)]), "absolute"),
        "parent": (tar([("../../x", b"1", tarfile.REGTYPE)]), '".."'),
        "hard link": (tar([("proc/x", "proc/iomem", tarfile.LNKTYPE)]), "hard link"),
        "device": (tar([("dev/mem", b"", tarfile.CHRTYPE)]), "not a file"),
        "twice": (tar(good + good), "two entries"),
        "through a link": (tar([("proc", str(outside), tarfile.SYMTYPE), *good]), "and a"),
        "cut off": (tar([("proc/x", bytes(9999), tarfile.REGTYPE)])[:4000], "damaged"),
        "not one": (b"x" * 5000, "neither a directory nor a tar archive"),
        "empty": (b"", "neither a directory nor a tar archive"),
        "cut off gzip": (gzip.compress(tar(good))[:-20], "gzip"),
        "bomb": (gzip.compress(bytes(80 << 20)), "64 MiB"),
    }
    for name, (data, words) in rows.items():
        path = place.directory / "hostile.tar"
        path.write_bytes(data)
        for arguments in (["--check"], ["-S"]):
            done = place(f"--sysroot={path}", *arguments)
            check(f"hostile: {name}", done.rc == 1 and done.one_message(
                f"--sysroot={path}", words), done)
    # Links in it lead nowhere but into it.
    (outside / "osrelease").write_text("SECRET\n")
    path.write_bytes(tar([("proc/sys/kernel", str(outside), tarfile.SYMTYPE),
                          ("proc/cmdline", "../../../../../../etc/passwd",
                           tarfile.SYMTYPE)]))
    done = place(f"--sysroot={path}", "--check")
    check("links stay within", "SECRET" not in done.out and "root:" not in done.out, done)
    check("nothing outside", [entry.name for entry in outside.iterdir()] == ["osrelease"])


def check_machines(check, archives):
    """No recorded machine has one of the private things of the machines private-*, or
    what looks like one. (These had them: their command lines show it.)"""
    planted = 0
    for archive in archives:
        machine = archive.name[:-len(".tar.xz")]
        with tarfile.open(archive) as source:
            for member in source:
                if not member.isfile():
                    continue
                data = source.extractfile(member).read()
                planted += b"test.password=xxxxxxxxxxxxxx" in data
                for secret in private_things.SECRETS:
                    check(f"{machine}: {member.name} lacks {secret}",
                          secret.lower() not in data.lower())
                if member.name.startswith("proc/"):
                    check(f"{machine}: {member.name} has no hardware address",
                          not re.search(rb"(?i)\b[0-9a-f]{2}([:-][0-9a-f]{2}){5}\b", data))
                if member.name.endswith("/MSDM"):
                    check(f"{machine}: no licence", data[36:] == bytes(len(data) - 36))
    check("machines that were recorded by kexec --record", planted >= 3, planted)


def main():
    check = fakes.Checks()
    archives = recorded.archives(os.environ["MACHINES"])
    check_machines(check, archives)
    with tempfile.TemporaryDirectory(prefix="kexec-recording-") as directory:
        place = Place(directory)
        for archive in recorded.varied(archives):
            shutil.rmtree(check_replay(check, place, archive.name[:-7], archive))
            check_image(check, place, archive.name[:-7], archive)
        ovmf = Path(os.environ["MACHINES"]) / "ovmf.tar.xz"
        check_control(check, place, "ovmf", ovmf)
        for number, step in enumerate((check_privacy, check_unprivileged,
                                       check_unknown_file)):
            machine = recorded.unpack(ovmf, Path(directory) / f"machine-{number}")
            step(check, place, machine)
            shutil.rmtree(machine.root)
        check_writing(check, place, ovmf)
        check_options(check, place, ovmf)
        check_archives(check, place, ovmf)
        check_hostile_archives(check, place)
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
