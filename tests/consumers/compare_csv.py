# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
"""Compare the CSV of all fields with the JSON lines of the same capture."""
import csv
import json
import os
import subprocess

lifeline, capture = os.environ["LIFELINE"], os.environ["CAPTURE"]
fields = [json.loads(line) for line in open("fields.jsonl")]
TEXTS = ("string", "args")


def export(*arguments):
    return subprocess.run([lifeline, "export", *arguments, "-q", capture], check=True, capture_output=True).stdout


def cell(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, list) else str(value)


keys = [field["key"] for field in fields]
siblings = [field["key"] + ".base64" for field in fields if field["type"] in TEXTS]
with open("all.csv", "wb") as file:
    file.write(export("csv", "--fields", ",".join(keys + siblings)))
with open("all.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file, strict=True))
events = [json.loads(line) for line in export("json").decode().splitlines()]
lists = [field["key"] for field in fields if field["type"] == "args"]

assert len(rows) == len(events) > 30, (len(rows), len(events))
assert list(rows[0]) == keys + siblings
seen = set()
for row, event in zip(rows, events):
    assert set(event) <= set(row), set(event) - set(row)
    for key, text in row.items():
        if key in lists and text != "":
            assert json.loads(text) == event[key], (key, text, event[key])
        else:
            assert text == cell(event.get(key, "")), (key, text, event.get(key))
        if text != "":
            seen.add(key)
assert "process.command_args.base64" in seen and "process.executable.name.base64" in seen, seen

# The heading says the keys, whatever they were called; a mistake is told with what was meant.
assert export("csv", "--fields", "pid,exit.code").splitlines()[0] == b"process.pid,process.exit.code"
for words, part in (("pidd", "did you mean 'pid'?"), ("pid,pid", "comes twice"), ("pid,", "a name is missing"),
                    ("pid.base64", "is no text"), ("count", "more than one name")):
    refused = subprocess.run([lifeline, "export", "csv", "-q", capture, "--fields", words], capture_output=True, text=True)
    assert refused.returncode == 2 and refused.stdout == "" and part in refused.stderr, refused
