"""Requests made from the service's own description, by schemathesis: none may make it fail.

    fuzz_api.py ELEK FOLDER [EXAMPLES]

Needs the program `schemathesis` (PyPI).
"""

import os
import secrets
import socket
import subprocess
import sys
import time

ELEK, WORK = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
EXAMPLES = sys.argv[3] if len(sys.argv) > 3 else "300"
os.makedirs(os.path.join(WORK, "volume"), exist_ok=True)
with open(os.path.join(WORK, "volume", "a.txt"), "w", encoding="utf-8") as file:
    file.write("ИИН: 900101300017\n")
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
tokens = os.path.join(WORK, "tokens")
token = secrets.token_hex(20)
with open(tokens, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
    file.write(f"operator fuzz {token}\n")
with open(os.path.join(WORK, "elek.toml"), "w", encoding="utf-8") as config:
    config.write(
        '[volume.v]\npaths = ["volume"]\n[destination.copilot]\ncountry = "US"\nmay_train = false\nterms_ref = "t"\n'
        f'[serve]\nstate = "state"\n[serve.api]\nlisten = "127.0.0.1:{port}"\ntokens = "tokens"\n'
    )
journal = os.path.join(WORK, "journal")
with open(journal, "w", encoding="utf-8") as log:
    service = subprocess.Popen([ELEK, "serve", "--config", os.path.join(WORK, "elek.toml")], stderr=log, cwd=WORK)
until = time.monotonic() + 30
while time.monotonic() < until:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        break
    except OSError:
        time.sleep(0.05)
base = f"http://127.0.0.1:{port}"
checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,unsupported_method,ignored_auth"
code = subprocess.run(
    ["schemathesis", "run", f"{base}/openapi.json", "-H", f"Authorization: Bearer {token}", "--checks", checks, "--mode", "all", "-n", EXAMPLES, "--no-color"],
    cwd=WORK, check=False,
).returncode
lives = service.poll() is None
service.terminate()
ended = service.wait()
with open(journal, encoding="utf-8") as log:
    bugs = [line for line in log if '"level":"error"' in line or "panicked" in line]
print(f"schemathesis ended with {code}, the service with {ended}, {len(bugs)} errors in its log")
print("".join(bugs[:10]))
sys.exit(0 if code == 0 and lives and ended == 0 and not bugs else 1)
