#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The schema of kexec's JSON output: it is a schema, describes each member, has no member
that no test has seen, and refuses outputs with a member more, a member less, or a member
of another type. That each output is as the schema says is checked where a test reads it
(json_output.py).

Environment: JSON_OUTPUTS, where the other tests have left outputs. "make check" runs this
test after them."""

import copy
import json
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import fakes                                                        # noqa: E402
import json_output                                                  # noqa: E402

SKIP = 77

# How a member's description ends.
STABILITY = ("Stable.", "Stable; the wording may change.", "May change.")

# Members that an object may lack.
OPTIONAL = {("entry", "tries_left"), ("entry", "tries_done")}

# Only a kernel that a kexec has started can tell them; tests/boot/records.py checks them.
STARTED = {("record_times", "rest"), ("record_times", "total")}


def objects():
    return {name: node for name, node in json_output.definitions().items()
            if node.get("type") == "object"}


def check_schema(check, schema_class):
    schema = json.loads(json_output.SCHEMA.read_text())
    schema_class.check_schema(schema)
    check("outputs", [part["$ref"].rpartition("/")[2] for part in schema["oneOf"]]
          == list(json_output.OUTPUTS.values()), schema["oneOf"])
    for name, node in objects().items():
        check(name + ": described", node.get("description", "").endswith("."), node)
        check(name + ": no other members", node["additionalProperties"] is False)
        check(name + ": required", {(name, member) for member in
                                    set(node["properties"]) - set(node["required"])}
              <= OPTIONAL and set(node["required"]) <= set(node["properties"]), node)
        for member, part in node["properties"].items():
            check(f"{name}.{member}: how stable it is",
                  part.get("description", "").endswith(STABILITY), part)
    for name in json_output.OUTPUTS.values():
        check(name + ": head", tuple(objects()[name]["properties"])[:3]
              == json_output.HEAD)


def check_changed(check, outputs):
    """Each member of the schema, in the first output that has it: changed outputs are
    refused, and the unchanged one is not."""
    done = set()
    for output in outputs:
        kind = json_output.kind(output)
        check(kind + ": unchanged", not json_output.problems(output))
        fresh = copy.deepcopy(output)
        for name, member, owner in list(json_output.output_members(fresh)):
            value = owner[member]
            if (name, member) in done or value in (None, []):
                continue
            done.add((name, member))
            where = f"{name}.{member}"
            for wrong in (1.5, {"?": 1}, [{"?": 1}]):
                owner[member] = wrong
                check(f"{where}: {wrong} is refused", json_output.problems(fresh, kind))
            del owner[member]
            check(where + ": missing is refused", json_output.problems(fresh, kind))
            owner[member] = value
            owner["another"] = value
            check(where + ": one more is refused", json_output.problems(fresh, kind))
            del owner["another"]
        check(kind + ": as before", fresh == output)
    return done


def main():
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        print("SKIP: the package python3-jsonschema is missing")
        return SKIP
    check = fakes.Checks()
    check_schema(check, Draft202012Validator)
    place = os.environ.get("JSON_OUTPUTS")
    files = sorted(Path(place).glob("*.json")) if place else []
    if not files:
        print("SKIP: JSON_OUTPUTS has no outputs; make check runs the tests that make them")
        return SKIP
    done = check_changed(check, [output for path in files
                                 for output in json.loads(path.read_text())])
    every = {(name, member) for name, node in objects().items()
             for member in node["properties"]}
    check("each member is in an output", every - done <= STARTED,
          sorted(map(".".join, every - done)))
    return check.close()


if __name__ == "__main__":
    sys.exit(main())
