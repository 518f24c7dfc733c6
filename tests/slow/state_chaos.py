"""A state folder under attack: scans killed at random moments, its database flipped and cut at random offsets.

Promise: the state always opens or is moved aside and said so; the findings of the next scan, and what is kept after it, are
those of a scan that nobody disturbed. Damage that only a question meets (`elek findings`) is said then, and the scan after
that moves the state aside.

    state_chaos.py ELEK FOLDER [ROUNDS [LINES]]

LINES: values in each of 400 files, 40 if not told. With 40 most of the state is findings; with 1 it is items, runs and kinds.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 200
LINES = int(sys.argv[4]) if len(sys.argv) > 4 else 40
STATE, TREE = os.path.join(WORK, "state"), os.path.join(WORK, "tree")
SCAN = [ELEK, "scan", TREE, "-f", "jsonl", "-q", "--state", STATE]
random.seed(int(os.environ.get("SEED", "1")))
failures = []


def control(digits):
    """The control digit of an invented number, as its rule has it."""
    for weights in (range(1, 12), [*range(3, 12), 1, 2]):
        rest = sum(int(digit) * weight for digit, weight in zip(digits, weights)) % 11
        if rest < 10:
            return str(rest)
    return None


def number():
    while True:
        digits = f"{random.randrange(50, 99):02}{random.randrange(1, 13):02}{random.randrange(1, 29):02}{random.choice('34')}{random.randrange(10000):04}"
        if control(digits):
            return digits + control(digits)


def scan(*more):
    answer = subprocess.run([*SCAN, *more], capture_output=True, text=True, check=False)
    records = [json.loads(line) for line in answer.stdout.splitlines()]
    found = sorted(json.dumps(record, sort_keys=True) for record in records if record["type"] == "finding")
    return answer.returncode, found, answer.stderr


def kept():
    """The findings that are kept, but for run, number and time; nothing if the state says that it is damaged."""
    answer = subprocess.run([ELEK, "findings", STATE, "-f", "jsonl"], capture_output=True, text=True, check=False)
    if answer.returncode == 5 and "is damaged" in answer.stderr:
        return None
    records = [json.loads(line) for line in answer.stdout.splitlines()]
    for record in records:
        for key in ("run", "number", "first_seen"):
            record.pop(key, None)
    return sorted(json.dumps(record, sort_keys=True) for record in records)


def check(name, clean):
    code, found, said = scan()
    if code == 0 and found == clean and kept() is None:
        code, found, said = scan()
        if "damaged" not in said:
            failures.append(f"{name}: what was found damaged is not moved aside")
    if code != 0 or found != clean:
        failures.append(f"{name}: exit {code}, {len(found)} of {len(clean)} findings, {said.strip()}")
    elif kept() != whole_kept:
        failures.append(f"{name}: what is kept is not what was found")
    return "damaged" in said


os.makedirs(TREE, exist_ok=True)
for file in range(400):
    with open(os.path.join(TREE, f"{file:04}.log"), "w", encoding="utf-8") as out:
        out.writelines(f"ИИН клиента: {number()}\n" for _ in range(LINES))
time.sleep(2.2)
started = time.monotonic()
_, clean, _ = scan()
whole = time.monotonic() - started
assert len(clean) == 400 * LINES, len(clean)
whole_kept = kept()
assert len(whole_kept) == 400 * LINES, len(whole_kept)

for round_number in range(ROUNDS):
    if round_number % 5 == 0:
        shutil.rmtree(STATE, ignore_errors=True)
    child = subprocess.Popen(SCAN, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.random() * whole * 1.1)
    child.send_signal(signal.SIGKILL)
    child.wait()
    if check(f"kill {round_number}", clean):
        failures.append(f"kill {round_number}: a kill left damage")

noticed = 0
for round_number in range(ROUNDS):
    path = os.path.join(STATE, "state.db")
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        at = random.randrange(size)
        if round_number % 5 == 4:
            file.truncate(at)
        else:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1 << random.randrange(8)]))
    noticed += check(f"flip {round_number} at {at} of {size}", clean)
    if check(f"after flip {round_number}", clean):
        failures.append(f"after flip {round_number}: still damaged")

for failure in failures[:20]:
    print(failure)
print(f"{ROUNDS} kills, {ROUNDS} flips and cuts ({noticed} noticed), {len(failures)} failures")
sys.exit(1 if failures else 0)
