# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Validate JSON lines: validate.py SCHEMA FILE..."""
import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1]) as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)


def is_valid(line):
    return validator.is_valid(line)


lines = []
for path in sys.argv[2:]:
    with open(path) as file:
        for number, text in enumerate(file, 1):
            line = json.loads(text)
            assert is_valid(line), f"{path}:{number} is not valid: {text}"
            lines.append(line)
assert len(lines) > 200

# The schema is one that refuses: a key that is not its event's, a value of another type, no line at all.
for event in [line for line in lines if line.get("event.name") == "process.exit"]:
    assert not is_valid({**event, "process.nonsense": 1})
    assert not is_valid({**event, "process.fork.kind": "process"})
    assert not is_valid({**event, "process.pid": True})
    assert not is_valid({**event, "event.name": "process.nonsense"})
    assert not is_valid({**event, "time_unix_nano": 1})
assert not is_valid({}) and not is_valid([])
