#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""write_console.py DIST OUT_FOLDER: console_files.cc, and each file of the built console as gzip.

The assembler takes the files in as they are (.incbin), which costs the compiler nothing.
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png",
    ".ico": "image/x-icon", ".json": "application/json", ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2", ".webmanifest": "application/manifest+json",
}
MISSING = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Tandem</title>
<h1>The console is not part of this build</h1>
<p>It is built by npm: run <code>console/build.sh</code>, and build <code>tandem</code> again.
The control API works: see <a href="/api/v1/openapi.json">its description</a>.</p>
"""


def read(dist: pathlib.Path) -> dict[str, bytes]:
    if not (dist / "index.html").is_file():
        return {"/index.html": MISSING}
    return {"/" + path.relative_to(dist).as_posix(): path.read_bytes()
            for path in sorted(dist.rglob("*"))
            if path.is_file() and path.suffix in TYPES}


def main() -> None:
    dist, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    symbols, rows = [], []
    for number, (path, content) in enumerate(read(dist).items()):
        packed = out / f"file{number}.gz"
        packed.write_bytes(gzip.compress(content, 9, mtime=0))
        size = packed.stat().st_size
        symbol = f"tandem_console_file{number}"
        symbols.append(f'asm(".pushsection .rodata\\n.global {symbol}\\n{symbol}:\\n'
                       f'.incbin \\"{packed}\\"\\n.popsection\\n");\n'
                       f'extern "C" const char {symbol}[];')
        kind = TYPES[pathlib.PurePosixPath(path).suffix]
        etag = hashlib.sha256(content).hexdigest()[:16]
        rows.append(f'      {{"{path}", "{kind}", {{{symbol}, {size}}}, "\\"{etag}\\""}},')
    text = "\n".join([
        '#include "web/console_file.h"', "", *symbols, "", "namespace tandem::web {", "",
        "std::span<const ConsoleFile> consoleFiles() {",
        "  static const ConsoleFile kFiles[] = {", *rows, "  };", "  return kFiles;", "}", "",
        "}  // namespace tandem::web", ""])
    target = out / "console_files.cc"
    if not target.is_file() or target.read_text() != text:
        target.write_text(text)


main()
