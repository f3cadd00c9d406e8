"""Can the lab run here? `python -m lab.check` prints one line saying why not, and exits 1."""

import os
import shutil
import subprocess
import sys
import uuid

NEEDED = {
    "ip": "iproute2",
    "nft": "nftables",
    "suricata": "suricata",
    "clamd": "clamav-daemon",
    "setpriv": "util-linux",
}


def problem() -> str | None:
    """One line saying why the lab cannot run, or None."""
    if os.geteuid() != 0:
        return "network namespaces need root: run as root or with sudo"
    path = os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin"
    for program, package in NEEDED.items():
        if shutil.which(program, path=path) is None:
            return f"{program} is not installed (Debian package {package})"
    name = f"ot-check-{uuid.uuid4().hex[:8]}"
    for command in (["ip", "netns", "add", name], ["ip", "netns", "exec", name, "true"], ["ip", "netns", "del", name]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
            return f"no network namespaces here: {done.stderr.strip().splitlines()[-1] if done.stderr else 'unknown'}"
    return None


if __name__ == "__main__":
    missing = problem()
    if missing:
        print(missing)
    sys.exit(1 if missing else 0)
