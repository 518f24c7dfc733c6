"""Every document of a folder redacted, and looked at by others than the program itself.

    redaction.py ELEK FOLDER [CORPUS]

Promises, for each document that is text: the copy scans clean at `medium`; bytes that belong to no value are those of the
source; JSON, XML, HTML, CSV, mail and settings are still read, in the same shape, by Python's own readers; with the map that
was kept the source comes back, byte for byte. What cannot be rewritten leaves no file behind.

CORPUS is any folder; without one, the labelled documents of this repository.
"""

import collections
import configparser
import csv
import difflib
import email
import email.policy
import html.parser
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tomllib
import xml.etree.ElementTree

ELEK, WORK = os.path.realpath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
OWN = pathlib.Path(__file__).parents[2] / "fixtures" / "labelled"
CORPUS = pathlib.Path(sys.argv[3] if len(sys.argv) > 3 else OWN).resolve()
# What an edit may add to a value: a placeholder with its quotes and the delimiters that keep a table in shape.
LONGEST_EDIT = 400
TAXONOMY = tomllib.loads((pathlib.Path(__file__).parents[2] / "patterns" / "taxonomy.toml").read_text(encoding="utf-8"))
# Facts of organisations: they stay in copies.
STAYS = {category["id"] for category in TAXONOMY["category"] if category["redact"] == "none"}
# A placeholder, a removal, a mask, the year that is left of a day, the beginning that is left of an address of a machine.
REPLACED = re.compile(rb"\[[A-Z_]+_\d+\]|\[removed\]|\xe2\x80\xa2|\*\*|\b(19|20)\d\d\b|\d\.x\b")
failures = collections.defaultdict(list)
parsed = collections.Counter()


def run(*arguments):
    return subprocess.run([ELEK, *map(str, arguments)], capture_output=True, cwd=WORK, check=False)


def findings(folder):
    """Findings of a folder by path, those that stay in copies aside."""
    answer = run("scan", folder, "-f", "jsonl", "-q", "--list", "all")
    found = collections.defaultdict(list)
    for line in answer.stdout.splitlines():
        record = json.loads(line)
        if record["type"] == "finding" and record["span"] != "path" and record["category"] not in STAYS:
            found[pathlib.Path(record["path"])].append(record)
    return found


def kept(source, copy, spans, longest=LONGEST_EDIT):
    """Whether what stands between the spans of values stands in the copy too, in order, with short edits between."""
    merged = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    at = end = 0
    for start, stop in [*merged, [len(source), len(source)]]:
        piece = source[end:start]
        found = copy.find(piece, at) if end else (0 if copy.startswith(piece) else -1)
        if found < 0 or found - at > longest:
            return f"bytes {end} to {start} of the source are not where they should be"
        at, end = found + len(piece), stop
    return None if len(copy) - at <= longest and (end < len(source) or at == len(copy) or merged) else "something follows"


def text_of(raw):
    for name, mark in (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-32", b"\xff\xfe\0\0"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff")):
        if raw.startswith(mark):
            return raw.decode(name)
    zeros = [raw[:200:2].count(0), raw[1:200:2].count(0)]
    if max(zeros) > 20:
        return raw.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def json_shape(text):
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(one) for key, one in value.items()}
        return [shape(one) for one in value] if isinstance(value, list) else "value"

    decoder, values, at = json.JSONDecoder(), [], 0
    text = text.strip()
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        values.append(shape(value))
        while at < len(text) and text[at].isspace():
            at += 1
    return values


def xml_shape(raw):
    return [(node.tag, sorted(node.attrib)) for node in xml.etree.ElementTree.fromstring(raw).iter()]


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, [name for name, _ in attrs]))

    def handle_endtag(self, tag):
        self.seen.append(tag)


def html_shape(text):
    reader = Tags()
    reader.feed(text)
    reader.close()
    return reader.seen


def csv_shape(text, delimiter):
    return [len(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]


def mail_shape(raw):
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    return [(part.get_content_type(), [name.lower() for name in part.keys()]) for part in message.walk()]


def ini_shape(text):
    reader = configparser.RawConfigParser(strict=False, allow_no_value=True)
    reader.read_string(text)
    return [(section, reader.options(section)) for section in reader.sections()]


def leaves(raw):
    """What the parts of a message, or of a folder of messages, say."""
    found = []
    for one in re.split(rb"(?m)^(?=From .*:)", raw):
        for part in email.message_from_bytes(one, policy=email.policy.compat32).walk():
            if not part.is_multipart():
                found.append((part.get_payload(decode=True) or b"").splitlines())
    return found


def kept_in_parts(source, copy):
    """The same of a message: parts are as many, and where their lines differ, each shows that something was replaced."""
    before, after = leaves(source), leaves(copy)
    if len(before) != len(after):
        return "parts are not as many"
    for old, new in zip(before, after):
        for kind, _, _, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "delete" or kind != "equal" and not all(REPLACED.search(line) for line in new[start:end]):
                return "lines differ in which nothing was replaced"
    return None


def structure(path, source, copy):
    """The shape that other readers see in both; nothing where they do not read the source."""
    kind = path.suffix.lstrip(".").lower()
    before, after = text_of(source), text_of(copy)
    readers = {
        "json": lambda raw, text: json_shape(text), "jsonl": lambda raw, text: json_shape(text),
        "xml": lambda raw, text: xml_shape(raw), "html": lambda raw, text: html_shape(text),
        "eml": lambda raw, text: mail_shape(raw), "ini": lambda raw, text: ini_shape(text),
        "csv": lambda raw, text: csv_shape(text, max(";,\t|", key=before.splitlines()[0].count)),
        "tsv": lambda raw, text: csv_shape(text, "\t"),
    }
    reader = readers.get(kind)
    if reader is None or not before.strip():
        return
    try:
        expected = reader(source, before)
    except (ValueError, xml.etree.ElementTree.ParseError, configparser.Error, csv.Error):
        return
    try:
        seen = reader(copy, after)
    except (ValueError, xml.etree.ElementTree.ParseError, configparser.Error, csv.Error) as error:
        failures["no longer parses"].append(f"{path}: {error}")
        return
    parsed[kind] += 1
    if seen != expected:
        failures["has another shape"].append(str(path))


def main():
    copies, backs = WORK / "copies", WORK / "back"
    copies.mkdir(parents=True)
    backs.mkdir()
    os.environ["XDG_STATE_HOME"] = str(WORK / "state")
    found = findings(CORPUS)
    counts = collections.Counter()
    refused = collections.Counter()
    sources = [path for path in sorted(CORPUS.rglob("*")) if path.is_file()]
    for path in sources:
        name = str(path.relative_to(CORPUS)).replace("/", "!")
        copy, kept_map, back = copies / name, WORK / "map", backs / name
        kept_map.unlink(missing_ok=True)
        answer = run("redact", path, "-o", copy, "--map", kept_map)
        if answer.returncode != 0:
            said = answer.stderr.decode().strip()
            refused[f"{path.suffix} {said}"] += 1
            if copy.exists() or answer.returncode != 3:
                failures["refused, and not as it should be"].append(f"{path}: exit {answer.returncode}, {said}")
            continue
        counts["copied"] += 1
        source, made = path.read_bytes(), copy.read_bytes()
        counts["changed"] += source != made
        again = run("redact", "--restore", copy, "--map", kept_map, "-o", back) if kept_map.exists() else None
        if source != made and (again is None or again.returncode != 0 or back.read_bytes() != source):
            failures["does not come back"].append(str(path))
        spans = [(one["start"], one["end"]) for one in found[path] if one["span"] == "raw"]
        why = kept_in_parts(source, made) if path.suffix in (".eml", ".mbox") else kept(source, made, spans)
        if why:
            # What a value hid from the scan, and the copy would have shown: then the rest of its line may go too.
            lines = [(source.rfind(b"\n", 0, start) + 1, (source.find(b"\n", end) + 1 or len(source) + 1) - 1) for start, end in spans]
            counts["more"] += 1
            why = kept(source, made, lines, len(made))
        if why:
            failures["differs elsewhere"].append(f"{path}: {why}")
        structure(path, source, made)
        kept_map.unlink(missing_ok=True)
    for path, left in findings(copies).items():
        kinds = collections.Counter(f"{one['detector']} at {one['start']}" for one in left)
        failures["is not clean"].append(f"{path.name}: {', '.join(kinds)}")
    print(f"{len(sources)} files, {counts['copied']} copied, {counts['changed']} of them changed, {counts['more']} beyond what the scan had found")
    print("read by others: " + ", ".join(f"{count} {kind}" for kind, count in sorted(parsed.items())))
    for said, count in sorted(refused.items()):
        print(f"not copied: {count} x {said}")
    for kind, names in failures.items():
        print(f"{len(names)} x {kind}")
        for name in names[:40]:
            print(f"    {name}")
    sys.exit(1 if failures or not counts["changed"] else 0)


main()
