"""hs_count.py som|nosom CHUNK_KIB PATTERNS FILE...: the same as hs_count.c on the PyPI wheel `hyperscan`.

Every match calls back into Python, which costs the peer more than the search on dense files: the goals
are judged on hs_count.c, and this driver is shown beside it. Prints "matches version".
"""
import sys

import hyperscan

som, chunk, patterns, files = sys.argv[1] == "som", int(sys.argv[2]) << 10, sys.argv[3], sys.argv[4:]
lines = [line.strip().encode() for line in open(patterns) if line.strip()]
flag = hyperscan.HS_FLAG_SOM_LEFTMOST if som else 0
db = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
db.compile(expressions=lines, ids=list(range(len(lines))), elements=len(lines), flags=[flag] * len(lines))
matches = 0


def on_match(_id, _from, _to, _flags, _context):
    global matches
    matches += 1


scan = db.scan
for name in files:
    with open(name, "rb", buffering=0) as f:
        rest = b""
        while True:
            data = f.read(chunk)
            if not data:
                break
            data = rest + data if rest else data
            cut = data.rfind(b"\n") + 1 or len(data)
            scan(data[:cut], match_event_handler=on_match)
            rest = data[cut:]
        if rest:
            scan(rest, match_event_handler=on_match)
print(matches, db.info().decode().split(" Mode")[0].replace("Version: ", "").strip().replace(" ", "_"))
