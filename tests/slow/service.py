"""The service under storms: logs that rotate, kills, a full disk, a short queue of events, few watches, hours of work.

Promise: after one interval of reconciling, every canary that stands in a file is known once, and no other. A canary is a
bank card of a made-up row, valid and used once.

    service.py ELEK FOLDER [SECONDS] [STORM…]
"""

import ctypes
import gzip
import json
import os
import random
import shutil
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time

from canary import card

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
SECONDS = float(sys.argv[3]) if len(sys.argv) > 3 else 60
STORMS = sys.argv[4:]
LINES_A_SECOND = int(os.environ.get("LINES", "20000"))
KILLS = int(os.environ.get("KILLS", str(int(SECONDS * 8))))
INTERVAL = 2
random.seed(int(os.environ.get("SEED", "1")))
failures = []


class House:
    """A folder with a volume, a configuration, and a service."""

    def __init__(self, name, more="", state=None):
        self.folder = os.path.join(WORK, name)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.volume = os.path.join(self.folder, "volume")
        os.makedirs(self.volume)
        self.state = state or os.path.join(self.folder, "state")
        self.config = os.path.join(self.folder, "elek.toml")
        with open(self.config, "w") as file:
            file.write(f'[serve]\nstate = "{self.state}"\nreconcile_s = {INTERVAL}\nsettle_ms = 200\nlog_level = "debug"\n')
            file.write(f'nice = 0\nidle = false\n{more}\n[volume.v]\npaths = ["{self.volume}"]\n')
        self.process, self.tracer = None, None
        self.canaries = 0

    def start(self):
        journal = open(os.path.join(self.folder, "journal"), "ab")
        self.process = subprocess.Popen([ELEK, "serve", "--config", self.config], stderr=journal, stdout=subprocess.DEVNULL)

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(timeout=30)
        if how == signal.SIGTERM and code != 0:
            failures.append(f"{self.folder}: ended with {code}")

    def journal(self, event):
        with open(os.path.join(self.folder, "journal"), encoding="utf-8", errors="replace") as file:
            return sum(event in line for line in file)

    def job(self):
        """Asks for a walk of the volume. Gives its number if it was acknowledged."""
        body = b'{"volume":"v"}'
        try:
            with socket.socket(socket.AF_UNIX) as stream:
                stream.settimeout(2)
                stream.connect(os.path.join(self.state, "api.sock"))
                stream.sendall(f"POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
                answer = b""
                while piece := stream.recv(4096):
                    answer += piece
            head, _, content = answer.partition(b"\r\n\r\n")
            return json.loads(content)["id"] if head.startswith(b"HTTP/1.1 202") else None
        except (OSError, ValueError):
            return None

    def canary(self):
        self.canaries += 1
        return card(self.canaries)

    def query(self, sql):
        for _ in range(50):
            try:
                base = sqlite3.connect(f"file:{self.state}/state.db?mode=ro", uri=True, timeout=10)
                try:
                    return base.execute(sql).fetchall()
                finally:
                    base.close()
            except sqlite3.OperationalError:
                time.sleep(0.2)
        return []

    def known(self):
        """How many findings of cards, and how many places they stand at."""
        rows = self.query(
            "SELECT count(*), count(DISTINCT f.item || ':' || f.start || ':' || f.end), count(DISTINCT hex(f.fingerprint)) FROM findings f"
            " JOIN kinds k ON k.id = f.kind WHERE k.detector = 'card'"
        )
        return rows[0] if rows else (0, 0, 0)

    def settle(self, expected, patience=90):
        """Waits until so many different canaries are known, and looks whether any is known twice."""
        until = time.time() + patience
        began = time.time()
        while time.time() < until:
            if self.known() == (expected, expected, expected):
                time.sleep(INTERVAL + 1)
                if self.known() == (expected, expected, expected):
                    return time.time() - began - INTERVAL - 1
            time.sleep(0.3)
        return None


def standing(house):
    """Canaries that stand in the files now."""
    count = 0
    for folder, _, names in os.walk(house.volume):
        for name in names:
            path = os.path.join(folder, name)
            opened = gzip.open if name.endswith(".gz") else open
            with opened(path, "rb") as file:
                count += sum(b"card 4" in line for line in file)
    return count


def check(house, what, expected):
    took = house.settle(expected)
    found, places, distinct = house.known()
    lost, doubled = max(expected - distinct, 0), max(found - expected, 0)
    print(f"{what}: {expected} canaries, {lost} lost, {doubled} double, settled {took and round(took, 1)} s after the last write")
    if (found, distinct) != (expected, expected):
        failures.append(f"{what}: {found} found, {distinct} distinct, {expected} stand there")


class Writer(threading.Thread):
    """Writes lines as programs do: keeps the file open, appends, and opens it again when it is told to."""

    def __init__(self, house, path, rate):
        super().__init__(daemon=True)
        self.house, self.path, self.rate = house, path, rate
        self.lock, self.over, self.lines = threading.Lock(), False, 0
        self.file = open(path, "ab", buffering=0)

    def reopen(self):
        with self.lock:
            self.file.close()
            self.file = open(self.path, "ab", buffering=0)

    def run(self):
        batch = max(self.rate // 50, 1)
        while not self.over:
            began = time.time()
            text = []
            for _ in range(batch):
                self.lines += 1
                text.append(f"2026-11-22T10:00:00Z worker-{self.lines % 7} GET /orders/{self.lines} 200 served in time\n")
            text.append(f"2026-11-22T10:00:00Z card {self.house.canary()} paid\n")
            with self.lock:
                self.file.write("".join(text).encode())
            time.sleep(max(0, 0.02 - (time.time() - began)))

    def end(self):
        self.over = True
        self.join()
        self.file.close()


def rotation(name, rotate):
    house = House(name)
    house.start()
    log = os.path.join(house.volume, "app.log")
    writer = Writer(house, log, LINES_A_SECOND)
    writer.start()
    until, count = time.time() + SECONDS, 0
    while time.time() < until:
        # Now and then a log grows beyond a block before it goes.
        time.sleep(random.choice([0.5, 1.0, 2.0, 6.0]))
        count += 1
        rotate(house, writer, log, count)
    writer.end()
    print(f"  {name}: {writer.lines} lines, {count} rotations, {house.journal('a log was looked at')} looks at large logs")
    check(house, name, standing(house))
    house.stop()


def rename_create(house, writer, log, count):
    os.rename(log, f"{log}.{count}")
    writer.reopen()


def copy_truncate(house, writer, log, count):
    # The program stands still meanwhile: what is written between copy and cut is gone for everybody.
    with writer.lock:
        shutil.copyfile(log, f"{log}.{count}")
        os.truncate(log, 0)


def truncate_regrow(house, writer, log, count):
    with writer.lock:
        size = os.path.getsize(log)
        os.truncate(log, 0)
        lines = (f"2026-11-22T11:00:00Z again {line} card {house.canary()} paid\n" if line % 1000 == 0 else "2026-11-22T11:00:00Z again and again\n" for line in range(size // 36 + 1_000))
        writer.file.write("".join(lines).encode())


def compress(house, writer, log, count):
    rename_create(house, writer, log, count)
    if count > 1:
        subprocess.run(["gzip", "-1", f"{log}.{count - 1}"], check=True)


def kills():
    """Killed at random while files come, logs grow and jobs are asked for."""
    house = House("kills")
    log = os.path.join(house.volume, "app.log")
    writer = Writer(house, log, LINES_A_SECOND // 10)
    writer.start()
    jobs = []
    for round_number in range(KILLS):
        house.start()
        folder = os.path.join(house.volume, f"d{round_number % 20}")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{round_number}.txt"), "w") as file:
            file.write(f"card {house.canary()} paid\n")
        time.sleep(random.uniform(0.02, 0.4))
        if round_number % 3 == 0:
            jobs.append(house.job())
        if round_number % 10 == 9:
            rename_create(house, writer, log, round_number)
        house.stop(signal.SIGKILL)
    writer.end()
    house.start()
    check(house, f"{KILLS} kills", standing(house))
    acknowledged, until = {job for job in jobs if job is not None}, time.time() + 90
    while time.time() < until:
        done = {row[0] for row in house.query("SELECT id FROM jobs WHERE state = 'done'")}
        if acknowledged <= done:
            break
        time.sleep(1)
    print(f"  kills: {len(acknowledged)} jobs acknowledged, {len(acknowledged - done)} lost")
    if acknowledged - done or not acknowledged:
        failures.append("kills: an acknowledged job is not done")
    aside = [name for name in os.listdir(house.state) if "aside" in name or "damaged" in name]
    if house.journal("the state was damaged") or aside:
        failures.append("kills: the state was moved aside")
    house.stop()


def refused(name, refuse, allow, state=None):
    """What is kept cannot be written for a while, and then again can: eight rounds."""
    house = House(name, state=state)
    house.start()
    time.sleep(2)
    for round_number in range(8):
        refuse(house)
        for number in range(20):
            with open(os.path.join(house.volume, f"{round_number}-{number}.txt"), "w") as file:
                file.write(f"card {house.canary()} paid\n")
        time.sleep(INTERVAL + 1)
        if house.process.poll() is not None:
            failures.append(f"{name}: the service has ended")
            return
        allow(house)
        time.sleep(INTERVAL)
    told = house.journal("could not be walked") + house.journal("wait for the next walk")
    print(f"  {name}: {told} errors told")
    if not told:
        failures.append(f"{name}: no error was told, so nothing was refused")
    check(house, f"{name}, 8 rounds", standing(house))
    house.stop()


def full_disk():
    """The disk of the state is full and gets room again."""
    disk = os.path.join(WORK, "disk")
    filler = os.path.join(disk, "filler")
    os.makedirs(disk, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk], check=True)

    def fill(_):
        with open(filler, "wb") as file:
            try:
                file.write(b"x" * (8 << 20))
            except OSError:
                pass

    try:
        refused("full disk", fill, lambda _: os.remove(filler), state=os.path.join(disk, "state"))
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def read_only():
    """What is kept can be read alone; the files of the state must lie on ext4."""

    def make(flag):
        def change(house):
            for name in ("state.db", "state.db-wal"):
                subprocess.run(["chattr", flag, os.path.join(house.state, name)], check=True)

        return change

    refused("read-only", make("+i"), make("-i"))


def bad_sync():
    """The disk does not say that it has what it was given: every fsync fails for a while, under strace."""

    def refuse(house):
        tracer(house, "inject=fsync,fdatasync:error=EIO")

    def allow(house):
        house.tracer.send_signal(signal.SIGTERM)
        house.tracer.wait()
    refused("failing fsync", refuse, allow)


def tracer(house, what):
    house.tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-o", "/dev/null", "-e", "trace=fsync,fdatasync,pread64", "-e", what, "-p", str(house.process.pid)],
        stderr=subprocess.DEVNULL,
    )
    time.sleep(0.5)


class SilentMount(threading.Thread):
    """A file system of one file, `stuck.txt`, whose names are answered and whose reads never are (fuse(4), protocol 7.31)."""

    def __init__(self, place):
        super().__init__(daemon=True)
        self.place, self.asked = place, threading.Event()
        self.fuse = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self.fuse},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
        self.libc = ctypes.CDLL(None, use_errno=True)
        if self.libc.mount(b"silent", os.fsencode(place), b"fuse.silent", 6, options) != 0:
            raise OSError(ctypes.get_errno(), "cannot mount")
        self.start()

    def run(self):
        while True:
            try:
                request = os.read(self.fuse, 1 << 17)
            except OSError:
                return
            length, opcode, unique, node = struct.unpack_from("<IIQQ", request)
            answer = self.answer(opcode, node, request[40:])
            if answer is not None:
                error, body = answer
                try:
                    os.write(self.fuse, struct.pack("<IiQ", 16 + len(body), error, unique) + body)
                except OSError:
                    pass

    @staticmethod
    def about(node):
        mode, size = (0o40755, 0) if node == 1 else (0o100644, 4096)
        return struct.pack("<QQQQQQIIIIIIIIII", node, size, 8, 1, 1, 1, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)

    def answer(self, opcode, node, body):
        match opcode:
            case 26:  # INIT
                return 0, struct.pack("<IIIIHHIIHHIIIIIII", 7, 31, 65536, 0, 12, 10, 4096, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0)[:64]
            case 1:  # LOOKUP
                if body.rstrip(b"\0") != b"stuck.txt":
                    return -2, b""
                return 0, struct.pack("<QQQQII", 2, 0, 1, 1, 0, 0) + self.about(2)
            case 3:  # GETATTR
                return 0, struct.pack("<QII", 1, 0, 0) + self.about(node)
            case 14 | 27:  # OPEN, OPENDIR
                return 0, struct.pack("<QII", 1, 0, 0)
            case 28:  # READDIR
                handle, offset = struct.unpack_from("<QQ", body)
                name = b"stuck.txt"
                entry = struct.pack("<QQII", 2, 1, len(name), 8) + name
                return 0, (entry + b"\0" * (-len(entry) % 8)) if offset == 0 else b""
            case 15:  # READ
                self.asked.set()
                return None
            case 2 | 36 | 42:  # FORGET, INTERRUPT, BATCH_FORGET
                return None
            case 18 | 29 | 25 | 17:  # RELEASE, RELEASEDIR, FLUSH, STATFS
                return 0, b"" if opcode != 17 else b"\0" * 80
            case _:
                return -38, b""

    def end(self):
        # By force: whoever waits is told that the connection is gone; and at once, whoever still has it open.
        self.libc.umount2(os.fsencode(self.place), 1)
        self.libc.umount2(os.fsencode(self.place), 2)


def ending():
    """The service is told to end while a mount does not answer: it ends, and another one takes over its state."""
    for name, wait in (("at once", 0), ("given up", 9)):
        mount = os.path.join(WORK, "silent")
        os.makedirs(mount, exist_ok=True)
        house = House("ending", more=f'stall_s = 5\n[volume.silent]\npaths = ["{mount}"]')
        with open(os.path.join(house.volume, "a.txt"), "w") as file:
            file.write(f"card {house.canary()} paid\n")
        silent = SilentMount(mount)
        try:
            house.start()
            if not silent.asked.wait(30):
                failures.append(f"ending, {name}: the mount is not read")
            check(house, f"ending, {name}: the other volume", house.canaries)
            time.sleep(wait)
            told, first = time.time(), house.process
            first.send_signal(signal.SIGTERM)
            while not house.journal("the service ends") and time.time() - told < 40:
                time.sleep(0.05)
            ended = time.time() - told
            with open(os.path.join(house.volume, "b.txt"), "w") as file:
                file.write(f"card {house.canary()} paid\n")
            time.sleep(0.5)
            gone = first.poll()
            house.start()
            check(house, f"ending, {name}: the next service", house.canaries)
            print(f"  ending, {name}: told its end after {ended:.1f} s, the process was {'gone' if gone is not None else 'still held by the mount'}")
            if ended > 15:
                failures.append(f"ending, {name}: {ended:.1f} s")
        finally:
            house.process.kill()
            silent.end()
            for process in (first, house.process):
                process.wait(timeout=30)


def hung():
    """A file of one volume does not answer; the other volume goes on, and the service ends when it is told to."""
    house = House("hung", more=f'stall_s = 5\n[volume.other]\npaths = ["{os.path.join(WORK, "hung", "other")}"]')
    other = os.path.join(house.folder, "other")
    os.makedirs(other)
    stuck = os.path.join(house.volume, "stuck.txt")
    with open(stuck, "w") as file:
        file.write("nothing\n")
    house.start()
    time.sleep(2)
    # Whoever opens this file waits for an hour.
    house.tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-o", "/dev/null", "-P", "stuck.txt", "-P", stuck, "-e", "trace=openat2,openat", "-e", "inject=openat2,openat:delay_enter=3600s",
         "-p", str(house.process.pid)],
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1)
    with open(stuck, "a") as file:
        file.write("more\n")
    time.sleep(12)
    status = {row["name"]: row for row in json.load(open(os.path.join(house.state, "service.json")))["volumes"]}
    print(f"  hung: volume v {status['v']['watch']}, other {status['other']['watch']}")
    if status["v"]["watch"] != "stalled":
        failures.append("hung: the volume is not told as stalled")
    for number in range(100):
        with open(os.path.join(other, f"{number}.txt"), "w") as file:
            file.write(f"card {house.canary()} paid\n")
    check(house, "a volume hangs, the other", house.canaries)
    house.tracer.terminate()
    house.tracer.wait()
    time.sleep(3)
    if not house.journal("a volume answers again"):
        failures.append("hung: the volume does not come back")
    with open(os.path.join(house.volume, "after.txt"), "w") as file:
        file.write(f"card {house.canary()} paid\n")
    check(house, "it answers again", house.canaries)
    house.stop()


def limited(name, key, value, folders, files):
    """With a limit of the system set low: the setting of the machine is put back at the end."""
    path = f"/proc/sys/fs/inotify/{key}"
    old = open(path).read().strip()
    try:
        with open(path, "w") as file:
            file.write(str(value))
        house = House(name)
        house.start()
        time.sleep(1)
        for folder in range(folders):
            deep = os.path.join(house.volume, f"{folder}/a/b")
            os.makedirs(deep)
            for number in range(files):
                with open(os.path.join(deep, f"{number}.txt"), "w") as file:
                    file.write(f"card {house.canary()} paid\n")
        check(house, f"{name}: {key}={value}", standing(house))
        status = json.load(open(os.path.join(house.state, "service.json")))["volumes"][0]
        print(f"  {name}: watch {status['watch']} ({status['why']}), events lost {house.journal('events were lost')} times")
        house.stop()
    except PermissionError:
        print(f"{name}: the limit cannot be set here, left out")
    finally:
        with open(path, "w") as file:
            file.write(old)


def soak():
    """A mix for a long time; memory and descriptors must not grow."""
    house = House("soak")
    house.start()
    log = os.path.join(house.volume, "app.log")
    writer = Writer(house, log, LINES_A_SECOND // 4)
    writer.start()
    poison = [b"PK\x03\x04" + os.urandom(300), b"%PDF-1.7\n" + os.urandom(500), b"\x1f\x8b" + os.urandom(200), b"7z\xbc\xaf\x27\x1c" + os.urandom(200), b"SQLite format 3\0" + os.urandom(600), b"{" * 5000]
    samples, until, count, number = [], time.time() + SECONDS, 0, house.process.pid
    while time.time() < until:
        time.sleep(0.5)
        count += 1
        with open(os.path.join(house.volume, f"poison-{count % 1000}"), "wb") as file:
            file.write(random.choice(poison))
        if count % 20 == 0:
            rename_create(house, writer, log, count // 20 % 5)
        with open(f"/proc/{number}/status") as file:
            # What it has asked for itself: pages of the program and of the state's index come as they are touched.
            memory = next(int(line.split()[1]) for line in file if line.startswith("RssAnon"))
        samples.append((time.time(), memory, len(os.listdir(f"/proc/{number}/fd"))))
        if count % 120 == 0:
            print(f"  soak: {count // 2} s, {memory} KiB, {samples[-1][2]} descriptors", flush=True)
    writer.end()
    if house.process.poll() is not None:
        failures.append("soak: the service has ended")
    half = samples[len(samples) // 2 :]

    def slope(column):
        mean_x = sum(row[0] for row in half) / len(half)
        mean_y = sum(row[column] for row in half) / len(half)
        return sum((row[0] - mean_x) * (row[column] - mean_y) for row in half) / max(sum((row[0] - mean_x) ** 2 for row in half), 1)

    print(f"soak: {count} poison files, anonymous memory {samples[0][1] >> 10} to {samples[-1][1] >> 10} MiB, slope {slope(1):.1f} KiB/s, descriptors {samples[-1][2]}, slope {slope(2):.3f}/s")
    check(house, "soak", standing(house))
    house.stop()


STEPS = {
    "rename": lambda: rotation("rename", rename_create),
    "copytruncate": lambda: rotation("copytruncate", copy_truncate),
    "regrow": lambda: rotation("regrow", truncate_regrow),
    "gz": lambda: rotation("gz", compress),
    "kills": kills,
    "full": full_disk,
    "readonly": read_only,
    "fsync": bad_sync,
    "hung": hung,
    "ending": ending,
    "queue": lambda: limited("queue", "max_queued_events", 64, 60, 200 if SECONDS >= 60 else 20),
    "watches": lambda: limited("watches", "max_user_watches", 20, 60, 5),
    "soak": soak,
}
for step in STORMS or STEPS:
    STEPS[step]()
for failure in failures:
    print(f"BROKEN: {failure}")
sys.exit(1 if failures else 0)
