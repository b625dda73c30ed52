# SPDX-License-Identifier: GPL-2.0-only
"""Boot trees with GRUB, and small configurations. For each of them GRUB itself has said
what it would start: record-grub, grub-answers.json."""

from dataclasses import dataclass

import trees
from trees import DEBIAN, MACHINE_ID, kernels


@dataclass(frozen=True)
class Question:
    name: str
    files: dict


def grub(text, **more):
    return {"boot/grub/grub.cfg": text, **kernels("boot", "v", "w"), **more}


MENU = """set default=%s
menuentry 'First' --id first { linux /v first }
submenu 'More' --id more {
menuentry "Second > it's" --id second { linux /w second }
menuentry Third --class x { linux /w third
 initrd /v /w }
}
"""
DEFAULTS = ("0", "First", "first", '""', "99", "gone", "1", "'1>0'", "'1>1'", "'more>Third'",
            "'More>second'", "\"more>Second > it's\"", "${saved_entry}", "'second'")

BODIES = (
    "a=1\nlinux /v $a ${a}b '$a' \"$a x\" \\$a c\\ d",
    "linux /v a=\"b\\\"c\" 'd\\e'",
    "set a='x  y'\nlinux /v $a \"$a\" $gone end",
    "if [ -z \"$a\" -a 1 -lt 2 ]; then linux /v yes; else linux /v no; fi",
    "if false; then linux /v 1; elif [ ! x = y ]; then linux /v 2; fi",
    "if [ x != x -o ( a = a ) ]\nthen\nlinux /v 1\nfi",
    "if test -f /v -a ! -e /gone; then linux /v there; fi",
    "linux /w 1\ninitrd /v\nlinux /v 2",
    "linux /v a \\\n b # c",
    "linux /v a#b",
    "true\nlinux /v $?",
    "linuxefi /v efi",
    "linux16 /v 16",
    "set a=b\nset b=c\nlinux /v $a$b\"$b\"'$b'",
    "if [ \"$a\" ]; then linux /v set; else linux /v unset; fi",
    "if [ 2 -gt 10 ]; then linux /v a; elif [ b \\> a ]; then linux /v b; fi",
    "set a=\"\"\nlinux /v x\"$a\"y $a z \"\" end",
    "a=\"q r\"\nb=$a\nlinux /v \"$b\"",
    "unset a\na=1\nunset a\nlinux /v [$a]",
    "linux /v a;initrd /w",
    "linux /v a=$b# c",
    "linux /v 'it'\\''s' \"a\\\\b\" \\\\",
    "if ! false; then linux /v not; fi",
    "if true; false; then linux /v yes; else linux /v last; fi",
    "set x=1;linux /v ${x} ${x}2 $x3",
    "eval linux /v a 'b c'",
    "eval 'set a=1; linux /v $a'",
    "a=1\neval \"set b=\\$a\"\na=2\nlinux /v $b",
    "eval 'if true; then' linux /v joined ';' fi",
    *(f"d=kept\n{search}\nif [ \"$d\" = kept ]; then linux /v kept; else linux /v set; fi"
      for search in ("search --file /v", "search --set=d --file /gone",
                     "search --file --set=d /v", "search -f --set=d /v",
                     "search --set d --file /v", "search --file --set /v d",
                     "search.file /v d", "search.file /v", "search.file /gone d")),
    *(f"d=$root\nroot=kept\n{search}\nif [ $root = kept ]; then a=kept; else a=set; fi\n"
      "root=$d\nlinux /v $a"
      for search in ("search --file --set /v", "search --set --file /v",
                     "search -s --file /v", "search --file /v", "search.file /v")),
)



def with_letter(files):
    """An ID that begins with a digit is an ID for Fedora's GRUB, but a number for GRUB
    2.14, which answers here. So the machine's ID begins with a letter."""
    letter = "a" + MACHINE_ID[1:]
    return {name.replace(MACHINE_ID, letter):
            data.replace(MACHINE_ID, letter) if isinstance(data, str) else data
            for name, data in files.items()}


NAMED = {
    **{name: trees.TREES[name]() for name in (
        "debian12", "debian12-saved", "debian13", "ubuntu", "opensuse")},
    **{name: with_letter(trees.TREES[name]()) for name in ("fedora", "rhel")},
    "next_entry": trees.debian12_saved(
        next_entry=(DEBIAN % "6.1.0-28-amd64").format("recovery")),
    "next_entry, number": trees.debian12_saved(next_entry="0"),
    "function of the menu": grub(
        "function f {\n set b=\"$1-$2\"\n}\nmenuentry m {\nf one 'two three'\n"
        "linux /v \"$b\"\n}\n"),
    "arguments of a function": grub(
        "function f {\n linux /v $1 $2\n}\nmenuentry m {\nf a b\n}\n"),
    "status of a function": grub(
        "function f {\n return 1\n}\nmenuentry m {\nif f; then linux /v yes; "
        "else linux /v no; fi\n}\n"),
    "arguments of an entry": grub("menuentry m a b {\nlinux /v $1 $2\n}\n"),
    "exported": grub("a=1\nb=2\nexport a\nsubmenu s {\nmenuentry m {\nlinux /v $a$b x\n}\n}\n"
                     "set default=0"),
    "late": grub("menuentry m {\nlinux /v $a\n}\na=late\n"),
    "custom.cfg": grub(
        "if [ -f ${config_directory}/custom.cfg ]; then\n"
        "source ${config_directory}/custom.cfg\nfi\n",
        **{"boot/grub/custom.cfg": "menuentry c { linux /v custom }\n"}),
}

QUESTIONS = (
    *(Question(name, files) for name, files in NAMED.items()),
    *(Question(f"default {value}", grub(MENU % value)) for value in DEFAULTS),
    *(Question(body, grub(f"menuentry m {{\n{body}\n}}\n")) for body in BODIES),
)
