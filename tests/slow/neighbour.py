"""How much slower a program beside the service reads files.

Promise: while the service reads a volume in full, at its default settings, the 99th percentile of another program's reads is
at most a tenth above what it is alone. Times alone and beside take turns, so that what others do on the machine meets both.

    neighbour.py ELEK FOLDER [ROUNDS]
"""

import json
import mmap
import os
import random
import shutil
import signal
import subprocess
import sys
import time

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 6
SECONDS = 8
PIECE = 64 << 10
MIB = 1 << 20
random.seed(1)


def make(path, mebibytes):
    line = "".join(f"2026-11-22T10:00:00Z worker-{n % 7} GET /orders/{n * 7919 % 100_003} 200 served in {n % 90} ms to 10.0.{n % 250}.7\n" for n in range(20_000)).encode()
    with open(path, "wb") as file:
        while file.tell() < mebibytes * MIB:
            file.write(line)
        os.fsync(file.fileno())


def cold(path):
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def reads(path, seconds, from_disk):
    """Times of reads of pieces at random places, in milliseconds; past the page cache, or from it."""
    size, times, piece = os.path.getsize(path), [], mmap.mmap(-1, PIECE)
    file = os.open(path, os.O_RDONLY | (os.O_DIRECT if from_disk else 0))
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        offset = random.randrange(size // PIECE) * PIECE
        start = time.perf_counter()
        os.preadv(file, [piece], offset)
        times.append((time.perf_counter() - start) * 1000)
        time.sleep(0.001)
    os.close(file)
    return times


def percentile(times, part):
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


volume, hot = os.path.join(WORK, "volume"), os.path.join(WORK, "hot")
os.makedirs(volume, exist_ok=True)
make(hot, 256)
for number in range(24):
    make(os.path.join(volume, f"{number}.log"), 64)
with open(os.path.join(WORK, "elek.toml"), "w", encoding="utf-8") as config:
    config.write(f'[serve]\nstate = "{WORK}/state"\n[volume.v]\npaths = ["{volume}"]\n')
alone, beside = {True: [], False: []}, {True: [], False: []}
scanned = 0
for _ in range(ROUNDS):
    for from_disk in (True, False):
        reads(hot, 1, False)
        alone[from_disk] += reads(hot, SECONDS, from_disk)
        for name in os.listdir(volume):
            cold(os.path.join(volume, name))
        shutil.rmtree(os.path.join(WORK, "state"), ignore_errors=True)
        service = subprocess.Popen([ELEK, "serve", "--config", os.path.join(WORK, "elek.toml")], stderr=subprocess.DEVNULL)
        time.sleep(1)
        beside[from_disk] += reads(hot, SECONDS, from_disk)
        time.sleep(2.5)
        with open(os.path.join(WORK, "state", "service.json"), encoding="utf-8") as file:
            scanned += json.load(file)["bytes"]
        service.send_signal(signal.SIGTERM)
        service.wait()
broken = False
for from_disk, words in ((True, "from the disk"), (False, "from the page cache")):
    rows = [(percentile(times[from_disk], 0.5), percentile(times[from_disk], 0.99)) for times in (alone, beside)]
    ratio = rows[1][1] / rows[0][1]
    broken |= ratio > 1.1
    print(f"64 KiB {words}: alone p50 {rows[0][0]:.3f} p99 {rows[0][1]:.3f} ms, beside a full scan p50 {rows[1][0]:.3f} p99 {rows[1][1]:.3f} ms: {ratio:.2f}x")
print(f"the service read {scanned // MIB} MiB meanwhile")
if scanned < 10 * MIB:
    print("BROKEN: the service read nothing")
    broken = True
sys.exit(1 if broken else 0)
