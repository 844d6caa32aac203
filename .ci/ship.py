"""Ship the ledger of a full run: ``python .ci/ship.py reports/verdicts.json``.

Run it after ``pytest claims/ --refute-fresh`` whenever claims or outcomes changed.  A test fails
while the shipped run knows other claims than ``claims/`` has.
"""

import sys
from pathlib import Path

from refute.ledger.shipped import NAME, packed

MOST = 1 << 20

data = packed(Path(sys.argv[1]))
if len(data) > MOST:
    sys.exit(f"{len(data):,} bytes: at most {MOST:,} are shipped")
target = Path(__file__).parents[1] / "src/refute/ledger" / NAME
target.write_bytes(data)
print(f"{target}: {len(data):,} bytes")
