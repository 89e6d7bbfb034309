"""Audits the locked dependencies for known vulnerabilities; says so loudly where no database can be reached.

python .ci/audit.py requirements.lock requirements-dev.lock
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

PIP_AUDIT = (sys.executable, "-m", "pip_audit", "--format=json", "--progress-spinner=off", "--timeout=10")


def audit(locks: Sequence[str]) -> int:
    """Audit lock files by pip-audit; 1 if a dependency has a known vulnerability."""
    named = [argument for lock in locks for argument in ("-r", lock)]
    command = [*PIP_AUDIT, "--require-hashes", "--disable-pip", *named]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (our own arguments)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"SKIPPED, no audit of known vulnerabilities: {last_line(done.stderr)}")
        return 0
    audited = [each for each in found if "vulns" in each]
    if not audited:
        print(
            f"SKIPPED, no audit of known vulnerabilities: no database knows any of {len(found)} dependencies"
        )
        return 0
    wrong = [each for each in audited if each["vulns"]]
    for each in wrong:
        print(f"{each['name']} {each['version']}: {', '.join(v['id'] for v in each['vulns'])}")
    print(f"{len(audited)} of {len(found)} dependencies audited; {len(wrong)} with known vulnerabilities")
    return 1 if wrong else 0


def last_line(text: str) -> str:
    """The last line of what a program said."""
    return (text.strip().splitlines() or ["pip-audit said nothing"])[-1]


if __name__ == "__main__":
    sys.exit(audit(sys.argv[1:]))
