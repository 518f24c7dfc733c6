"""Runs the program over large files; prints time and memory, and says what does not hold."""

import json
import os
import resource
import subprocess
import sys

ELEK = os.environ["ELEK"]
WORK = sys.argv[1]
MIB = 1 << 20
GIB = 1 << 30
failed = []


def check(holds, what):
    if not holds:
        failed.append(what)
        print(f"    DOES NOT HOLD: {what}")


def scan(path, *flags, form="jsonl", limit_bytes=None, stdin=None):
    """Seconds of wall and of CPU, peak memory in MiB, exit code, summary.

    The system counts the memory of whoever starts a process to that process, so this script keeps small.
    """
    command = [ELEK, "scan", path, "-f", form, "-q", *flags]
    if limit_bytes:
        command = ["prlimit", f"--as={limit_bytes}", *command]
    out = os.open(os.path.join(WORK, "out"), os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    before = os.times()
    child = os.posix_spawnp(
        command[0],
        command,
        os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, out, 1), *([(os.POSIX_SPAWN_DUP2, stdin, 0)] if stdin is not None else [])],
    )
    _, status, usage = os.wait4(child, 0)
    wall = os.times().elapsed - before.elapsed
    size = os.fstat(out).st_size
    os.lseek(out, max(0, size - 65536), os.SEEK_SET)
    last = os.read(out, 65536).splitlines()
    os.close(out)
    summary = json.loads(last[-1]) if last and form == "jsonl" else {}
    code = os.waitstatus_to_exitcode(status)
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, code, summary


def say(what, size, result):
    wall, cpu, memory, code, _ = result
    print(f"{what:52} {size / GIB:5.2f} GiB {wall:8.2f} s {size / GIB / wall:6.2f} GiB/s {cpu:8.2f} s CPU {memory:7.1f} MiB exit {code}")


def count(result, detector):
    return result[4].get("detectors", {}).get(detector, {}).get("count", 0)


def fill(path, parts):
    with open(path, "wb") as file:
        for part in parts:
            file.write(part)
    return os.path.getsize(path)


def line():
    """8 GiB on one line, with a canary at the beginning, in the middle and at the end."""
    path = os.path.join(WORK, "line")
    canary = b" \xd0\x98\xd0\x98\xd0\x9d 900101300017 "
    for name, filler in (("words", b"no value stands here "), ("no border at all", b"x" * 64), ("numbers", b"id:17,sum:2300.50,n:8812; ")):
        part = filler * (MIB // len(filler))
        half = [part] * (4 * GIB // len(part))
        size = fill(path, [canary, *half, canary, *half, canary])
        for flags in (["--read", "pread"], ["--read", "map"]):
            result = scan(path, *flags, limit_bytes=256 * MIB)
            say(f"one line, {name}, {' '.join(flags)}, 256 MiB", size, result)
            check(result[3] == 0, f"one line: exit {result[3]}")
            check(count(result, "kz.iin") == 3, f"one line: {count(result, 'kz.iin')} of 3 canaries")
            check(result[2] <= 64, f"one line: {result[2]:.0f} MiB of memory, at most 64 are allowed")
        cat = subprocess.Popen(["cat", path], stdout=subprocess.PIPE)
        piped = scan("-", limit_bytes=256 * MIB, stdin=cat.stdout.fileno())
        cat.stdout.close()
        cat.wait()
        say(f"one line, {name}, through a pipe, 256 MiB", size, piped)
        check((piped[3], count(piped, "kz.iin")) == (0, 3), f"a pipe: exit {piped[3]}, {count(piped, 'kz.iin')} of 3 canaries")
        check(piped[2] <= 64, f"a pipe: {piped[2]:.0f} MiB of memory")
    os.remove(path)


def findings():
    """4 million findings, most of them different."""
    path = os.path.join(WORK, "findings")
    lines = (b"%d;client%d@pochta-primer%d.kz\n" % (n, n, n % 977) for n in range(4_000_000))
    size = fill(path, lines)
    for form, jobs in (("jsonl", "1"), ("jsonl", "2"), ("jsonl", "8"), ("json", "2"), ("human", "2"), ("csv", "2")):
        result = scan(path, "-j", jobs, form=form)
        say(f"4 million findings, {form}, {jobs} threads", size, result)
        check(result[3] == 0, f"findings: exit {result[3]}")
        check(result[2] <= 64, f"findings, {form}, {jobs} threads: {result[2]:.0f} MiB of memory, at most 64 are allowed")
        if form == "jsonl":
            check(count(result, "email") == 4_000_000, f"findings: {count(result, 'email')} of 4,000,000")
    os.remove(path)


def linear():
    """Time by size, 1 to 8 GiB of log lines."""
    path = os.path.join(WORK, "log")
    lines = b"".join(
        b'10.%d.%d.%d - - [21/Nov/2026:10:%02d:%02d +0500] "GET /crm/lead/%d/?id=%d HTTP/1.1" 200 %d\n'
        % (n % 200, n % 251, n % 241, n % 60, n * 7 % 60, n, n * 104729 % 10**9, n * 31 % 90000)
        for n in range(15_000)
    )
    lines += b"client: a.person@pochta-primer.kz\n"
    times = {}
    for gib in (1, 2, 4, 8):
        size = fill(path, [lines] * (gib * GIB // len(lines)))
        with open(path, "rb") as file:
            while file.read(16 * MIB):
                pass
        for mode in ("pread", "map"):
            result = min((scan(path, "--read", mode) for _ in range(2)), key=lambda result: result[1])
            say(f"log lines, --read {mode}", size, result)
            check(result[3] == 0, f"log: exit {result[3]}")
            check(count(result, "email") == size // len(lines), "log: findings")
            check(mode == "map" or result[2] <= 64, f"log: {result[2]:.0f} MiB of memory")
            times[gib, mode] = result[1] / size
    for mode in ("pread", "map"):
        ratio = times[8, mode] / times[1, mode]
        print(f"CPU a byte at 8 GiB against 1 GiB, {mode}: {ratio:.2f}")
        check(ratio <= 1.25, f"time is not linear: {ratio:.2f}")
    os.remove(path)


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for part in [globals()[name] for name in sys.argv[2:] or ("line", "findings", "linear")]:
    print(f"--- {part.__doc__}")
    part()
print("all of it holds" if not failed else f"{len(failed)} do not hold")
sys.exit(bool(failed))
