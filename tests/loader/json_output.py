# SPDX-License-Identifier: GPL-2.0-only
"""kexec's JSON output: reads it, and compares each one with the schema of the contract
(docs/kexec-json.schema.json). Without the package python3-jsonschema it is only read;
test_json_members.py is skipped then.

Environment: JSON_OUTPUTS, a directory (optional). Each test leaves a file there, with
those of its outputs that have a member which the earlier ones lack."""

import atexit
import functools
import json
import os
import sys
from pathlib import Path

SCHEMA = Path(__file__).resolve().parents[2] / "docs/kexec-json.schema.json"

# The definition in the schema, by a member that only this output has.
OUTPUTS = {"segments": "plan", "check": "check", "normal": "status", "entries": "entries"}

# The members that all outputs have.
HEAD = ("format", "program", "version")


@functools.lru_cache(maxsize=None)
def definitions():
    return json.loads(SCHEMA.read_text())["$defs"]


@functools.lru_cache(maxsize=None)
def validator(name):
    """The validator of one output; None if the package is not installed."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        return None
    # One definition instead of the schema's "oneOf", so that messages name the member.
    return Draft202012Validator({"$defs": definitions(), "$ref": f"#/$defs/{name}"})


def kind(output):
    """The output's definition in the schema; None if it is not one of kexec's."""
    found = [name for member, name in OUTPUTS.items()
             if isinstance(output, dict) and member in output]
    return found[0] if len(found) == 1 else None


def problems(output, name=None):
    """How the output differs from its definition in the schema, one line each."""
    name = name or kind(output)
    if not name:
        return ["it is not one of kexec's outputs"]
    check = validator(name)
    return [f"{error.json_path}: {error.message}"
            for error in check.iter_errors(output)] if check else []


def members(value, node, name=None):
    """Each member in value, which the schema's node describes, as (definition, member,
    the object that has it)."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        node = definitions()[name]
    for option in node.get("oneOf", []):
        if "$ref" in option:
            yield from members(value, option)
    if isinstance(value, list):
        for item in value:
            yield from members(item, node.get("items", {}))
    if isinstance(value, dict):
        for member in set(value) & set(node.get("properties", {})):
            yield name, member, value
            yield from members(value[member], node["properties"][member])


def output_members(output):
    return members(output, {"$ref": f"#/$defs/{kind(output)}"})


class Samples:
    """The outputs that are left in JSON_OUTPUTS."""

    def __init__(self):
        self.seen, self.outputs = set(), []
        self.place = os.environ.get("JSON_OUTPUTS")

    def add(self, output):
        if not self.place:
            return
        found = {(name, member) for name, member, owner in output_members(output)
                 if owner[member] not in (None, [])}
        if found - self.seen:
            if not self.outputs:
                atexit.register(self.write)
            self.seen |= found
            self.outputs.append(output)

    def write(self):
        path = Path(self.place) / (Path(sys.argv[0]).stem + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(self.outputs))


samples = Samples()


def read(text):
    """Parses an output of kexec, which must be as the schema says."""
    output = json.loads(text)
    wrong = problems(output)
    assert not wrong, "not as the schema says: " + "; ".join(wrong)
    samples.add(output)
    return output
