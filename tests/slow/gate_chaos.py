"""The gate under attack: killed at random points, out of disk at random points, content rewritten while it is judged.

Promise: whatever was released is, byte for byte, what a complete record of a log that verifies says was released, and holds
nothing that the policy forbids. In every other case the exit code is not one that lets anything pass.

    gate_chaos.py ELEK FOLDER [ROUNDS]
"""

import hashlib
import json
import os
import random
import resource
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
LOG = os.path.join(WORK, "log")
OUT = os.path.join(WORK, "out")
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


def check(name, code):
    """What is in place must be recorded; what was answered must be true."""
    released = {record["released"]["sha256"] for record in records() if record.get("released")}
    if os.path.exists(OUT):
        with open(OUT, "rb") as file:
            data = file.read()
        if digest(data) not in released:
            failures.append(f"{name}: something was released that no record names (exit {code})")
        if VALUE in data:
            failures.append(f"{name}: a value was released (exit {code})")
        os.remove(OUT)
    elif code in (0, 10):
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


def kills():
    started = time.monotonic()
    subprocess.run(command(os.path.join(WORK, "dirty")), cwd=WORK, check=False)
    usual = time.monotonic() - started
    killed = 0
    for number in range(ROUNDS):
        child = start(command(os.path.join(WORK, random.choice(["clean", "dirty"]))))
        time.sleep(random.random() * usual * 1.2)
        child.send_signal(signal.SIGKILL)
        code = child.wait()
        killed += code == -signal.SIGKILL
        check(f"kill {number}", code)
        if number % 50 == 0:
            verified(f"kill {number}")
    verified("kills")
    print(f"killed {killed} of {ROUNDS} runs")


def limits():
    passed = 0
    for number in range(ROUNDS // 2):
        size = os.path.getsize(LOG)
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
    print(f"{passed} of {ROUNDS // 2} runs passed within their limit of file size")


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
        for number in range(ROUNDS):
            # Half of the runs keep a digest for each page and read the file again and again.
            memory = random.choice([[], ["--spool-memory", "100"]])
            code = subprocess.run(command(path, *memory), cwd=WORK, check=False).returncode
            codes[code] = codes.get(code, 0) + 1
            check(f"rewriter {number}", code)
    finally:
        stop.set()
        thread.join()
    verified("rewriter")
    print(f"answers while the content was rewritten: {codes}")


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
    os.makedirs(WORK, exist_ok=True)
    os.environ["XDG_STATE_HOME"] = os.path.join(WORK, "state")
    for name, data in (("elek.toml", POLICY.encode()), ("clean", CLEAN), ("dirty", DIRTY)):
        with open(os.path.join(WORK, name), "wb") as file:
            file.write(data)
    for part in (kills, limits, rewriter, writers):
        part()
    left = [name for name in os.listdir(WORK) if name.endswith((".spool",))]
    if left:
        failures.append(f"files are left: {left}")
    decisions = sum(record["type"] == "decision" for record in records())
    print(f"{decisions} decisions, {len(failures)} failures")
    for failure in failures[:20]:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


main()
