#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`samba-tool domain provision` without access rules on sysvol: no file server runs in the tests,
and without them provisioning also works for ordinary users and on simple file systems."""
import sys

import samba.provision

samba.provision.setsysvolacl = lambda *args, **options: None
from samba.netcmd.main import cmd_sambatool  # noqa: E402 (after the replacement)

sys.exit(cmd_sambatool()._run("samba-tool", "domain", "provision", *sys.argv[1:]))
