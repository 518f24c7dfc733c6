"""The gate under attack: killed at random moments and at every system call, with calls that fail, out of disk at random
points, content rewritten while it is judged.

Promise: whatever was released is, byte for byte, what a complete record of a log that verifies says was released, and holds
nothing that the policy forbids. In every other case the exit code is not one that lets anything pass.

    gate_chaos.py ELEK FOLDER [ROUNDS]

ROUNDS kills (half of them at a system call by its number, the others at a moment), a fifth as many failing calls, half as
many limits of file size, twice as many calls beside a writer that changes the content. Needs strace.
"""

import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
POLICY = '[destination.copilot]\ncountry = "US"\nmay_train = false\nterms_ref = "t"\n'
VALUE = b"900101300017"
CLEAN = "слова без чисел и имён\n".encode() * 400
DIRTY = CLEAN[: len(CLEAN) // 2] + "ИИН ".encode() + VALUE + b"\n" + CLEAN[len(CLEAN) // 2 :]
COPY = DIRTY.replace(VALUE, b"[IIN_1]")
LOG = os.path.join(WORK, "log")
OUT = os.path.join(WORK, "out")
# Calls that are made to fail, how, and how many of them one run makes at most.
FAULTS = [
    ("read", ["EIO"], 45), ("pread64", ["EIO"], 20), ("write", ["ENOSPC", "EIO", "EDQUOT"], 6), ("fsync", ["EIO", "ENOSPC"], 4),
    ("fdatasync", ["EIO", "ENOSPC"], 2), ("openat", ["EACCES", "EIO", "ENOSPC", "EMFILE"], 24), ("rename", ["EIO", "ENOSPC"], 1),
    ("ftruncate", ["EIO"], 1), ("memfd_create", ["ENOMEM", "EMFILE"], 2), ("fcntl", ["EINVAL"], 3), ("flock", ["ENOLCK", "EIO"], 1),
    ("statx", ["EIO"], 17), ("linkat,unlink,mkdir", ["EIO"], 2), ("pwrite64", ["ENOSPC", "EIO"], 3), ("lseek", ["EIO"], 5),
    # The record is written and not synced, and cutting it off fails as well.
    ("fdatasync,ftruncate", ["EIO"], 1), ("write,fsync,fdatasync,pwrite64", ["ENOSPC"], 8),
]
random.seed(int(os.environ.get("SEED", "1")))
failures = []


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def command(path, *more):
    return [ELEK, "gate", "--config", os.path.join(WORK, "elek.toml"), "--decision-log", LOG, "--dest", "copilot", path, "-o", OUT, "-q", *more]


def records():
    """Complete lines of the log."""
    if not os.path.exists(LOG):
        return []
    with open(LOG, "rb") as file:
        lines = file.read().split(b"\n")
    return [json.loads(line) for line in lines[:-1]]


def start(arguments, limit=None):
    def limited():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.Popen(arguments, preexec_fn=limited, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=WORK)


def injected(what):
    """One run in one of its forms, with something done to its system calls."""
    source = os.path.join(WORK, random.choice(["clean", "dirty"]))
    form = random.choice(["file", "spool", "pipe", "map"])
    arguments = command("-" if form == "pipe" else source)
    if form == "map":
        kept = pathlib.Path(WORK, "map")
        kept.unlink(missing_ok=True)
        arguments += ["--map", kept]
    if form in ("spool", "pipe"):
        arguments += ["--spool-memory", "100", "--spool", WORK]
    if form == "pipe":
        at = arguments.index("-o")
        del arguments[at:at + 2]
    traced = ["strace", "-f", "-qqq", "-o", os.path.join(WORK, "trace"), "-e", "inject=" + what, *arguments]
    with open(source, "rb") as content:
        ran = subprocess.run(traced, stdin=content, capture_output=True, cwd=WORK, check=False)
    if form == "pipe" and ran.stdout:
        # What left through a pipe is looked at as if it lay in a file; a run that was killed may have sent a part.
        whole = [data for data in (CLEAN, COPY) if digest(data) in released() and data.startswith(ran.stdout)]
        if ran.returncode in (0, 10) and ran.stdout not in whole or not whole:
            failures.append(f"{what}: bytes left that no record names (exit {ran.returncode})")
    return ran.returncode, form == "pipe" and len(ran.stdout) > 0


def released():
    return {record["released"]["sha256"] for record in records() if record.get("released")}


def check(name, code, sent=False):
    """What is in place must be recorded; what was answered must be true."""
    if os.path.exists(OUT):
        with open(OUT, "rb") as file:
            data = file.read()
        if digest(data) not in released():
            failures.append(f"{name}: something was released that no record names (exit {code})")
        if VALUE in data:
            failures.append(f"{name}: a value was released (exit {code})")
        os.remove(OUT)
    elif code in (0, 10) and not sent:
        failures.append(f"{name}: exit {code} and nothing is there")
    if code in (1, 2, 3, 4, 5):
        failures.append(f"{name}: exit {code}")


def verified(name):
    # A clean run first: what a crash left of a line is cut off by the next writer.
    subprocess.run(command(os.path.join(WORK, "clean")), cwd=WORK, check=False)
    answer = subprocess.run([ELEK, "verify-log", LOG], capture_output=True, cwd=WORK, check=False)
    if answer.returncode != 0:
        failures.append(f"{name}: the log does not verify: {answer.stdout.decode()}")
    if os.path.exists(OUT):
        os.remove(OUT)


def fresh():
    """Another log, so that none grows long."""
    for name in (LOG, LOG + ".head"):
        if os.path.exists(name):
            os.remove(name)


def kills():
    """As many kills as rounds: half at a system call by its number, from the first to the last and again, half at a moment."""
    killed = call = runs = 0
    while killed < ROUNDS // 2 and runs < 4 * ROUNDS:
        call += 1
        runs += 1
        code, sent = injected(f"all:signal=SIGKILL:when={call}")
        check(f"kill at call {call}", code, sent)
        killed += code == -signal.SIGKILL
        if runs % 50 == 0:
            verified(f"kill at call {call}")
            fresh()
        if code != -signal.SIGKILL:
            call = 0
    usual = 0.02
    while killed < ROUNDS and runs < 8 * ROUNDS:
        runs += 1
        started = time.monotonic()
        child = start(command(os.path.join(WORK, random.choice(["clean", "dirty"]))))
        try:
            code = child.wait(random.random() * usual)
            # It was done before: sooner, the next time.
            usual = 0.8 * usual + 0.2 * (time.monotonic() - started)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            code = child.wait()
            usual *= 1.05
        killed += code == -signal.SIGKILL
        check(f"kill {runs}", code)
        if runs % 50 == 0:
            verified(f"kill {runs}")
            fresh()
    verified("kills")
    print(f"killed {killed} of {runs} runs", flush=True)
    if killed < ROUNDS:
        failures.append(f"only {killed} kills")


def faults():
    codes = {}
    hit = 0
    for number in range(ROUNDS // 5):
        calls, errors, most = FAULTS[number % len(FAULTS)]
        error, first = random.choice(errors), random.randrange(most) + 1
        # This one alone, or this one and all after it: a disk that stays full.
        what = f"{calls}:error={error}:when={first}{random.choice(['', '+'])}"
        code, sent = injected(what)
        with open(os.path.join(WORK, "trace"), "rb") as trace:
            calls_made = trace.read()
        hit += b"(INJECTED)" in calls_made
        codes[code] = codes.get(code, 0) + 1
        if code == 2 and (b"/clean\", O_RDONLY" in calls_made or b"/dirty\", O_RDONLY" in calls_made):
            failures.append(f"{what}: exit 2, and content had been opened")
        # Key or policy could not be read: nothing was begun.
        check(what, 30 if code == 2 else code, sent)
        verified(what)
        if number % 20 == 0:
            fresh()
    print(f"{hit} of {ROUNDS // 5} runs met a call that failed; answers: {codes}", flush=True)


def limits():
    passed = 0
    for number in range(ROUNDS // 2):
        if number % 100 == 0:
            fresh()
        size = os.path.getsize(LOG) if os.path.exists(LOG) else 0
        # Around the end of the log, where a record may be cut, and around the size of the output.
        limit = random.choice([0, random.randrange(len(DIRTY) * 2), max(0, size + random.randrange(-200, 3000))])
        memory = random.choice([[], ["--spool-memory", "100"]])
        child = start(command(os.path.join(WORK, random.choice(["clean", "dirty"])), *memory), limit)
        code = child.wait()
        passed += code in (0, 10)
        if code not in (0, 10, 2, 30):
            failures.append(f"limit {number}: exit {code} at {limit} bytes")
        check(f"limit {number}", 30 if code == 2 else code)
    verified("limits")
    print(f"{passed} of {ROUNDS // 2} runs passed within their limit of file size", flush=True)


def rewriter():
    path = os.path.join(WORK, "moving")
    stop = threading.Event()

    def rewrite():
        while not stop.is_set():
            for data in (CLEAN, DIRTY):
                with open(path, "r+b") as file:
                    file.write(data)
                    file.truncate(len(data))

    with open(path, "wb") as file:
        file.write(CLEAN)
    thread = threading.Thread(target=rewrite)
    thread.start()
    codes = {}
    try:
        for number in range(ROUNDS * 2):
            if number % 200 == 0:
                verified(f"rewriter {number}")
                fresh()
            # Half of the runs keep a digest for each page and read the file again and again.
            memory = random.choice([[], ["--spool-memory", "100"]])
            code = subprocess.run(command(path, *memory), cwd=WORK, check=False).returncode
            codes[code] = codes.get(code, 0) + 1
            check(f"rewriter {number}", code)
    finally:
        stop.set()
        thread.join()
    verified("rewriter")
    print(f"answers while the content was rewritten: {codes}", flush=True)


def writers():
    """Writers at once: no line is torn or doubled."""
    before = sum(record["type"] == "decision" for record in records())
    children = [start([*command(os.path.join(WORK, "dirty")), "--dry-run"]) for _ in range(50)]
    for child in children:
        child.wait()
    after = sum(record["type"] == "decision" for record in records())
    if after - before != 50:
        failures.append(f"writers: {after - before} records of 50 runs")
    verified("writers")


def main():
    if shutil.which("strace") is None:
        sys.exit("error: strace is not there")
    os.makedirs(WORK, exist_ok=True)
    os.environ["XDG_STATE_HOME"] = os.path.join(WORK, "state")
    for name, data in (("elek.toml", POLICY.encode()), ("clean", CLEAN), ("dirty", DIRTY)):
        with open(os.path.join(WORK, name), "wb") as file:
            file.write(data)
    for part in (kills, faults, limits, rewriter, writers):
        part()
    # What is put in place has another name between two system calls, after its record; a spool never has one.
    for name in os.listdir(WORK):
        if name.endswith((".spool", ".partial")):
            with open(os.path.join(WORK, name), "rb") as file:
                if name.endswith(".spool") or file.read() not in (CLEAN, COPY):
                    failures.append(f"{name} is left")
    print(f"{len(failures)} failures")
    for failure in failures[:20]:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
