"""Scripts that cloud-init runs in a guest, so that the cfn tools find what they need.

The tools read their files from ``/var/lib/heat-cfntools``; cloud-init hands a part of type
``text/x-cfninitdata`` to the part handler, which puts it there.
"""

from __future__ import annotations

from typing import Final

DIRECTORY: Final = "/var/lib/heat-cfntools"

BOOTHOOK: Final = f"""#!/bin/sh
# Cloud-init runs this early at every boot: the directory must exist before any part is put there.
umask 077
mkdir -p {DIRECTORY}
chown root:root {DIRECTORY}
chmod 0700 {DIRECTORY}
"""

PART_HANDLER: Final = f"""#part-handler
import errno
import os

DIRECTORY = "{DIRECTORY}"


def list_types():
    return ["text/x-cfninitdata"]


def handle_part(data, ctype, filename, payload):
    if ctype in ("__begin__", "__end__"):
        return
    try:
        os.makedirs(DIRECTORY, 0o700)
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise
    path = os.path.join(DIRECTORY, os.path.basename(filename))
    content = payload if isinstance(payload, bytes) else payload.encode("utf-8")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as target:
        target.write(content)
"""

RUN_USER_DATA: Final = f"""#!/bin/sh
# Runs the user data once cloud-init has put it in place; what it prints goes to the log.
program={DIRECTORY}/cfn-userdata
log=/var/log/heat-provision.log
[ -s "$program" ] || exit 0
umask 077
chmod 0700 "$program"
echo "provisioning began: $(date -u)" >>"$log"
"$program" >>"$log" 2>&1
status=$?
echo "provisioning ended with status $status: $(date -u)" >>"$log"
[ "$status" -eq 0 ] && date -u >{DIRECTORY}/provision-finished
exit "$status"
"""
