"""Mutated files of all formats, bombs, and a comparison with other readers of archives.

    containers.py ELEK FOLDER [mutants] [archives] [seed] [lethal]

Promises: the program never ends by a signal or with 5, takes bounded time and memory, no item ends as `internal`, a
bomb ends with its reason, and whatever another reader gets out of a damaged archive is found here too. Python's own
zipfile and tarfile always compare; unzip, tar, 7z (or `7zz`) where they are there. Among ten times as many good files, lethal ones
cost no good one its findings, also while workers are killed and stopped from outside.

`SEEDS` in the environment names the fixtures that are mutated (`SEEDS='*.pdf'`); without it all are.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import pathlib
import random
import re
import shutil
import signal
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib

ELEK, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
MUTANTS, ARCHIVES, SEED, LETHAL = (int(word) for word in (sys.argv[3:7] + ["20000", "2000", "1", "1000"][len(sys.argv) - 3:]))
SEEDS = [path for path in sorted(pathlib.Path("fixtures/formats").glob(os.environ.get("SEEDS", "*"))) if path.suffix != ".py"]
SEVEN = shutil.which("7z") or shutil.which("7zz")
PARENT_MIB = 128
failed = []


def check(holds, what):
    if not holds:
        failed.append(what)
        print(f"    DOES NOT HOLD: {what}", flush=True)


def scan(path, *flags, meanwhile=lambda pid: None):
    """Exit code, records, seconds, peak memory of the process itself in MiB."""
    start = time.monotonic()
    command = [ELEK, "scan", str(path), "-f", "jsonl", "-q", "--list", "all", "--items", "--min-confidence", "low", *flags]
    report = WORK / "report"
    with open(report, "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.DEVNULL)
        peak = 0
        while child.poll() is None:
            try:
                status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
                peak = max([peak] + [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")])
            except OSError:
                pass
            meanwhile(child.pid)
            time.sleep(0.02)
    records = [json.loads(line) for line in report.read_text().splitlines()]
    return child.returncode, records, time.monotonic() - start, peak / 1024


def mutated(data, dice):
    data = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 3, 8))):
        at, length = dice.randrange(len(data) + 1), dice.choice((1, 1, 2, 4, 16, 100))
        match dice.randrange(8):
            case 0 if at < len(data):
                data[at] ^= 1 << dice.randrange(8)
            case 1:
                data[at:at + length] = dice.randbytes(length)
            case 2:
                data[at:at + length] = b""
            case 3:
                data[at:at] = data[at:at + length] * dice.choice((1, 2, 50))
            case 4:
                data[at:at + 4] = dice.choice((b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\1\0\0\0"))
            case 5:
                del data[at:]
            case 6:
                other = dice.randrange(len(data) + 1)
                data[at:at + length] = data[other:other + length]
            case 7:
                data[at:at] = dice.choice(SEEDS).read_bytes()[:2000]
        if not data:
            break
    return bytes(data)


def mutants():
    dice, done, slowest, most, reasons = random.Random(SEED), 0, 0, 0, {}
    folder = WORK / "mutants"
    while done < MUTANTS:
        count = min(250, MUTANTS - done)
        folder.mkdir()
        for i in range(count):
            seed = SEEDS[(done + i) % len(SEEDS)]
            (folder / f"{done + i:05}{seed.suffix}").write_bytes(mutated(seed.read_bytes(), dice))
        code, records, seconds, peak = scan(folder)
        done, slowest, most = done + count, max(slowest, seconds), max(most, peak)
        check(code in (0, 3), f"mutants before {done}: exit {code}")
        items = [record for record in records if record["type"] == "item"]
        check(len([item for item in items if "member" not in item]) == count, f"mutants before {done}: a line for each")
        for item in items:
            reason = item.get("reason", "-")
            reasons[reason] = reasons.get(reason, 0) + 1
            if reason in ("internal", "worker_crashed", "worker_timeout"):
                kept = WORK.parent / f"{reason}-{pathlib.Path(item['path']).name}"
                shutil.copy(item["path"], kept)
                print(f"    {reason}: {kept}", flush=True)
        check("internal" not in reasons, f"mutants before {done}: a bug in a reader")
        check(peak <= PARENT_MIB, f"mutants before {done}: {peak:.0f} MiB")
        shutil.rmtree(folder)
    print(f"{done} mutants: slowest 250 in {slowest:.1f} s, at most {most:.0f} MiB, {dict(sorted(reasons.items()))}")


def zipped(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def overlapping():
    """One packed stream with 200 entries in the directory that all say it is theirs."""
    packed = zlib.compress(b"\0" * (50 << 20), 9)[2:-4]
    crc, size = zlib.crc32(b"\0" * (50 << 20)), 50 << 20
    head = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(packed), size, 1, 0)
    local = b"PK\3\4" + head + b"a" + packed
    central = b"".join(b"PK\1\2\x14\0" + head[:-4] + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"%c" % (97 + i % 26) for i in range(200))
    return local + central + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 200, 200, len(central), len(local), 0)


def zeros(gib):
    out, piece = io.BytesIO(), b"\0" * (16 << 20)
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=9, mtime=0) as packed:
        for _ in range(gib * 64):
            packed.write(piece)
    return out.getvalue()


def nested(levels, width):
    data = zipped([("0.dll", b"0" * (4 << 20))])
    for level in range(levels):
        data = zipped([(f"{level}-{i}.zip", data) for i in range(width)])
    return data


def laughs():
    entities = '<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    body = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>&l9;</w:t></w:r></w:p></w:body></w:document>'
    return zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", body)])


def attributes():
    flood = " ".join(f'a{i}="1"' for i in range(800_000))
    return zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", f"<w:document {flood}><w:p/></w:document>")])


def deep_xml():
    return zipped([("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w:p>" * 200_000)])


def far_cell():
    row = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = f"<worksheet><sheetData>{row * 2000}</sheetData></worksheet>"
    book = '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
    links = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    return zipped([("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", book), ("xl/_rels/workbook.xml.rels", links),
                   ("xl/worksheets/sheet1.xml", sheet)])


def forged_cfb():
    """612 bytes and more that say the table of sectors has four thousand million entries."""
    head = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6)
    head += struct.pack("<IIIIIIIII", 0, 0xFFFFFFFF, 0, 0, 4096, 0, 0xFFFFFFF0, 0, 0xFFFFFFFF)
    return bytes(head) + b"\xff" * 512 + b"\0" * 100


def deep_pdf():
    return b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def wide_zstd():
    """A frame that asks for a window of 2 GiB."""
    return b"\x28\xb5\x2f\xfd\x00" + bytes([21 << 3]) + b"\x01\0\0"


def wide_xz():
    """A stream whose only block asks for a window of 4 GiB (.xz 1.1.0, 3.1 and 5.3.1)."""
    flags = b"\0\4"
    block = b"\2\0" + b"\x21\1\x28" + b"\0" * 3
    return b"\xfd7zXZ\0" + flags + struct.pack("<I", zlib.crc32(flags)) + block + struct.pack("<I", zlib.crc32(block)) + b"\1\0\0x\0"


def bombs():
    for name, data, expected in (
        ("zeros.gz", zeros(10), {"limit_ratio"}),
        ("42.zip", nested(4, 12), {"limit_ratio", "limit_members", "unread_part"}),
        ("overlap.zip", overlapping(), {"ambiguous_container", "limit_ratio", "unread_part"}),
        ("laughs.docx", laughs(), {"ambiguous_container"}),
        ("attributes.docx", attributes(), {"limit_memory"}),
        ("deep.docx", deep_xml(), {"limit_depth", "corrupt"}),
        ("far.xlsx", far_cell(), None),
        ("forged.doc", forged_cfb(), {"corrupt", "worker_crashed"}),
        ("deep.pdf", deep_pdf(), {"corrupt", "worker_crashed"}),
        ("wide.zst", wide_zstd(), {"limit_memory"}),
        ("wide.xz", wide_xz(), {"limit_memory"}),
    ):
        folder = WORK / "bomb"
        folder.mkdir()
        (folder / name).write_bytes(data)
        (folder / "good.txt").write_text("ИИН клиента: 900101300017\n")
        code, records, seconds, peak = scan(folder)
        own = [record for record in records if record["type"] == "item" and record["path"].endswith(name) and "member" not in record]
        reason = own[0].get("reason", "-") if own else "no line"
        good = any(record["type"] == "finding" and record["path"].endswith("good.txt") for record in records)
        print(f"{name:16} {len(data):>10} bytes {seconds:6.2f} s {peak:6.0f} MiB exit {code} {reason}", flush=True)
        check(code in (0, 3) and good and own, f"{name}: exit {code}")
        check(expected is None or reason in expected, f"{name}: {reason}")
        check(peak <= PARENT_MIB and seconds <= 30, f"{name}: {peak:.0f} MiB, {seconds:.1f} s")
        shutil.rmtree(folder)


def hostile(dice):
    """A file that breaks readers which believe it, and what it is called."""
    deep = dice.randrange(1_000, 300_000)
    noise = dice.randbytes(dice.randrange(20, 3_000))
    head = b"From: a@b.kz\nSubject: x\n"
    made = [
        ("pdf", lambda: b"%PDF-1.7\n1 0 obj\n" + b"[" * deep + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"),
        ("pdf", lambda: b"%%PDF-1.7\n1 0 obj<</Pages 1 0 R/Kids[1 0 R 1 0 R]/Type/Pages/Count 9999999>>endobj\nxref\n0 %d\n" % deep + noise),
        ("doc", lambda: forged_cfb() + noise),
        ("xls", lambda: forged_cfb()[:dice.randrange(80, 600)] + noise),
        ("7z", lambda: b"7z\xbc\xaf\x27\x1c\0\4" + noise),
        ("db", lambda: b"SQLite format 3\0" + struct.pack(">HBB", 512, 1, 1) + noise + b"\xff" * 4000),
        ("parquet", lambda: b"PAR1\x15" + noise + struct.pack("<I", dice.choice((len(noise), 1 << 31, 8))) + b"PAR1"),
        ("tif", lambda: b"II*\0\x08\0\0\0" + struct.pack("<H", 65535) + noise),
        ("jpg", lambda: b"\xff\xd8\xff\xe1\xff\xffExif\0\0II*\0\x08\0\0\0" + struct.pack("<HHHII", 9, 0x8825, 4, 1, 8) + noise),
        ("docx", lambda: deep_xml()),
        ("docx", lambda: laughs()),
        ("zip", lambda: overlapping()),
        ("eml", lambda: head + b"".join(b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(deep // 20))),
        ("eml", lambda: (head + b"Content-Type: message/rfc822\n\n") * (deep // 20)),
        ("json", lambda: b'{"a":' * deep),
        ("rtf", lambda: b"{\\rtf1 " + b"{" * deep + b"{\\object{\\*\\objdata " + noise.hex().encode()),
        ("xml", lambda: b"<a>" * deep),
        ("tar", lambda: tarfile.TarInfo("a").tobuf()[:124] + b"\x80" + b"\xff" * 11 + noise),
        ("zst", lambda: wide_zstd() + noise),
        ("lzma", lambda: b"\x5d" + struct.pack("<IQ", 1 << 30, 1 << 39) + b"\0" + noise),
        ("sql", lambda: b"INSERT INTO t VALUES (0x504B0304" + noise.hex().encode() * 50),
        ("journal", lambda: b"LPKSHHRH" + noise + b"\xff" * 300),
    ]
    ending, make = dice.choice(made)
    return ending, make()


def lethal():
    """Good files and lethal ones; once more while workers end and hang by signals from outside."""
    dice, folder = random.Random(SEED + 2), WORK / "lethal"
    folder.mkdir()
    good = 0
    for i in range(LETHAL):
        own = folder / f"{i:05}"
        own.mkdir()
        ending, data = hostile(dice)
        (own / f"bad.{ending}").write_bytes(data)
        for j in range(10):
            text = f"ИИН клиента: 900101300017, запись {i}-{j}\n"
            if j % 5 == 4:
                (own / f"{j}.zip").write_bytes(zipped([("a.txt", text)]))
            else:
                (own / f"{j}.txt").write_text(text)
            good += 1

    def harm(pid):
        try:
            threads = pathlib.Path(f"/proc/{pid}/task").iterdir()
            children = [int(word) for thread in threads for word in (thread / "children").read_text().split()]
        except OSError:
            return
        for child in children:
            if dice.random() < 0.5:
                try:
                    os.kill(child, dice.choice((signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL)))
                except OSError:
                    pass

    for name, meanwhile in (("lethal", lambda pid: None), ("lethal, workers killed", harm)):
        code, records, seconds, peak = scan(folder, meanwhile=meanwhile)
        found = sum(record["type"] == "finding" and record["detector"] == "kz.iin" and not record["path"].split("/")[-1].startswith("bad.") for record in records)
        own = [record for record in records if record["type"] == "item" and "member" not in record]
        reasons = {}
        for item in own:
            if item["path"].split("/")[-1].startswith("bad."):
                reasons[item.get("reason", "-")] = reasons.get(item.get("reason", "-"), 0) + 1
        print(f"{name}: {found} of {good} good ones found, {seconds:.1f} s, {peak:.0f} MiB, exit {code}, {dict(sorted(reasons.items()))}", flush=True)
        check(found == good, f"{name}: {found} of {good}")
        check(len(own) == good + LETHAL and code == 3, f"{name}: {len(own)} lines, exit {code}")
        check("internal" not in reasons, f"{name}: a bug in a reader")
        check(peak <= PARENT_MIB, f"{name}: {peak:.0f} MiB")
    shutil.rmtree(folder)


def by_python(path):
    """Texts that Python gets out of an archive."""
    texts = []
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                try:
                    texts.append(archive.read(member))
                except Exception:
                    pass
    except Exception:
        pass
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.isfile():
                    texts.append(archive.extractfile(member).read())
    except Exception:
        pass
    return texts


def by_command(command):
    got = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, timeout=60)
    return [got.stdout]


def differences():
    dice, checked = random.Random(SEED + 1), 0
    # Values whose check digit tells them from damaged ones.
    values = [f"c{i:05}@pochta-primer.kz" for i in range(40)]
    for done in range(ARCHIVES):
        members = [(f"{i}.txt", f"почта: {values[(done + i) % 40]}\n".encode() + dice.randbytes(30).hex().encode()) for i in range(4)]
        if done % 2:
            data, suffix = zipped(members), ".zip"
        else:
            out = io.BytesIO()
            with tarfile.open(fileobj=out, mode="w:gz" if done % 4 == 2 else "w", format=dice.choice((tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))) as archive:
                for name, content in members:
                    about = tarfile.TarInfo(name * dice.choice((1, 40)))
                    about.size = len(content)
                    archive.addfile(about, io.BytesIO(content))
            data, suffix = out.getvalue(), ".tar"
        path = WORK / f"archive{suffix}"
        path.write_bytes(mutated(data, dice))
        texts = by_python(path)
        if shutil.which("unzip") and suffix == ".zip":
            texts += by_command(["unzip", "-p", str(path)])
        if shutil.which("tar") and suffix == ".tar":
            texts += by_command(["tar", "-xOf", str(path), "--ignore-zeros"])
        if SEVEN:
            texts += by_command([SEVEN, "e", "-so", "-bd", "-p", str(path)])
        # A letter behind it makes it another address.
        theirs = {value for value in values for text in texts if re.search(re.escape(value.encode()) + rb"(?![0-9A-Za-z])", text)}
        if not theirs:
            continue
        checked += 1
        code, records, _, _ = scan(path)
        count = len({record["fingerprint"] for record in records if record["type"] == "finding" and record["detector"] == "email"})
        if count < len(theirs):
            kept = WORK.parent / f"difference-{done}{suffix}"
            shutil.copy(path, kept)
            check(False, f"{kept}: {count} of {len(theirs)} values that others get")
        check(code in (0, 3), f"archive {done}: exit {code}")
    others = ["zipfile", "tarfile"] + [pathlib.Path(tool).name for tool in (shutil.which("unzip"), shutil.which("tar"), SEVEN) if tool]
    print(f"{ARCHIVES} damaged archives, {checked} of which others ({', '.join(others)}) get values out of")


WORK.mkdir(parents=True, exist_ok=True)
bombs()
lethal()
mutants()
differences()
sys.exit(1 if failed else 0)
