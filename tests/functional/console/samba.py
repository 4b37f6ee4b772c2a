# SPDX-License-Identifier: Apache-2.0
"""A Samba Active Directory domain with invented people, for stories that are not told in Python.

Use: samba.py start|stop BUILD_DIR FOLDER ADDRESS [PEOPLE]     FOLDER/samba/env then says how to reach it
     samba.py why-not                                          why there can be none; nothing: there can
"""
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import samba_story  # noqa: E402
from lab import Server  # noqa: E402


class Place:
    """What samba_story.prepare wants of a lab."""

    def __init__(self, build, folder):
        self.folder = pathlib.Path(folder)
        self.server = Server(pathlib.Path(build) / "src/bin/tandem", self.folder / "none")


def main():
    act, *rest = sys.argv[1:]
    if act == "why-not":
        print(samba_story.why_not() or "")
        return
    build, folder, address = rest[:3]
    if act == "start":
        samba_story.ADDRESS = address
        samba_story.prepare(Place(build, folder), pathlib.Path(folder) / "samba", rest[3])
    else:
        subprocess.run([samba_story.SERVER, "stop", pathlib.Path(folder) / "samba"], check=False,
                       env={**os.environ, "DC_ADDRESS": address})


main()
