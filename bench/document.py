# SPDX-License-Identifier: GPL-2.0-only
"""The results as Markdown: tables to print, or to put into a document, each between the
lines "<!-- bench: NAME -->" and "<!-- end -->"."""

import re
import shutil


def table(head, rows):
    lines = ["| %s |" % " | ".join(map(str, row)) for row in rows]
    return "\n".join(["| %s |" % " | ".join(head), "| %s |" % " | ".join(["---"] * len(head)),
                      *lines])


def computer(measured):
    return ("%s, %d CPUs; load average %.1f at the start and %.1f at the "
            "end; kexec-tools %s; medians of %d runs, the least and the most in brackets." % (
                measured["cpu"], measured["cpus"],
                measured["load_average"], measured["load_average_at_end"],
                measured["kexec_tools"], measured["runs"]))


def goals(measured):
    return table(("what", "goal", "", "measured"), [
        (row["what"], row["goal"], "met" if row["met"] else "**not met**", row["measured"])
        for row in measured["rows"] if row["met"] is not None])


def others(measured):
    return table(("what", "measured"), [
        (row["what"], row["measured"]) for row in measured["rows"] if row["met"] is None])


def parts(measured):
    """Where the time of the loads goes."""
    rows = []
    for row in measured["rows"]:
        for program, of in row.get("parts", {}).items():
            rows.append((row["what"], program, *("%.0f ms" % (of[name] * 1e3) for name in (
                "before", "copying", "after", "wall", "cpu"))))
    return table(("load", "program", "until kexec_load", "kexec_load", "after it", "all",
                  "CPU time"), rows)


def limit(measured):
    """Compares the loads with one copy and one pass of digests on all CPUs."""
    found = {row["what"]: row for row in measured["rows"]}
    loads = [row for what, row in found.items()
             if "parts" in row and what.startswith("load, 512 MiB initrd,")]
    without = found.get("the same with -i")
    speed = found.get("purgatory, any x86_64 CPU")
    if not loads or not without or not speed or "ours" not in speed:
        return "Not measured."
    of, size = loads[0]["parts"]["kexec-efi"], (512 + 11) * (1 << 20)
    digest = size / speed["ours"]["median"] / measured["cpus"]
    copying = without["parts"]["kexec-efi"]["copying"]
    return ("One copy (%.0f ms in kexec_load) and one pass of digests (%.0f ms on %d CPUs at "
            "purgatory's speed) make %.0f ms; the load takes %.0f ms, %.2f times that. With "
            "`-i`, a program that takes no time at all would be %.1f × as fast as kexec-tools, "
            "because the copying is still there; ours is %.1f ×." % (
                of["copying"] * 1e3, digest * 1e3, measured["cpus"],
                (of["copying"] + digest) * 1e3, of["wall"] * 1e3,
                of["wall"] / (of["copying"] + digest),
                without["theirs"]["median"] / copying, without["ratio"]))


TABLES = {table_of.__name__: table_of
          for table_of in (computer, goals, parts, limit, others)}


def insert(text, measured):
    """The document's text with the new tables."""
    for name, make in TABLES.items():
        text, count = re.subn(
            r"(?s)(<!-- bench: %s -->\n).*?(<!-- end -->)" % name,
            lambda match, made=make(measured): "%s%s\n%s" % (match[1], made, match[2]), text)
        if count != 1:
            raise SystemExit("the document has %d places for the table \"%s\"" % (count,
                                                                                 name))
    return text


def update(path, measured, into):
    """Prints all tables, or puts them into the document and writes the plot next to it.
    """
    if not path:
        print("\n\n".join(make(measured) for make in TABLES.values()))
        return 0
    path.write_text(insert(path.read_text(), measured))
    if (into / "growth.svg").exists():
        shutil.copyfile(into / "growth.svg", path.parent / "growth.svg")
    return 0
