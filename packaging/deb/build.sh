#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes the Debian packages tandem and tandem-tenant.
#   packaging/deb/build.sh [--binaries FOLDER] [--version VERSION] [OUT]
#   --binaries  where the two programs are; default: build/release/src/bin, which is built first
#   --version   of the packages; default: the project's, with -1 behind it
#   OUT         where the packages go; default: build/deb
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$here")")
binaries='' out=$root/build/deb
version=$(sed -n 's/^project(tandem VERSION \([0-9.]*\).*/\1/p' "$root/CMakeLists.txt")-1

usage() { sed -n '3,7s/^# \{0,1\}//p' "$0"; }
while [ $# -gt 0 ]; do
  case $1 in
    --binaries) binaries=$(readlink -f "$2"); shift 2 ;;
    --version) version=$2; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) out=$1; shift ;;
  esac
done
architecture=$(dpkg --print-architecture)
# The same sources make the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2> /dev/null || echo 1767225600)}
export SOURCE_DATE_EPOCH
maintainer='The Tandem maintainers <maintainers@tandem.invalid>'
homepage='https://tandem.invalid/'
umask 022

if [ -z "$binaries" ]; then
  cmake --preset release -S "$root" -DTANDEM_BUILD_TESTS=OFF > /dev/null
  ninja -C "$root/build/release" tandem tandem-tenant
  binaries=$root/build/release/src/bin
fi
for program in tandem tandem-tenant; do
  [ -x "$binaries/$program" ] || { echo "there is no $binaries/$program" >&2; exit 1; }
done
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$out"

# place TARGET < FILE: gzipped when TARGET ends so.
place() {
  local target=$stage/$package/$1
  mkdir -p "$(dirname "$target")"
  case $1 in
    *.gz) gzip -9n > "$target" ;;
    *) cat > "$target" ;;
  esac
}

# The program without its symbols, its manual page, and what every package says of itself.
add_program() {
  mkdir -p "$stage/$package/usr/bin"
  strip --strip-unneeded -R .comment -R .note -o "$stage/$package/usr/bin/$package" "$binaries/$package"
  chmod 755 "$stage/$package/usr/bin/$package"
  python3 "$here/documents.py" man "$stage/$package/usr/bin/$package" "$version" |
    place "usr/share/man/man1/$package.1.gz"
  place "usr/share/doc/$package/copyright" < "$here/copyright"
  place "usr/share/doc/$package/changelog.gz" < "$root/CHANGELOG.md"
  place "usr/share/doc/$package/changelog.Debian.gz" << TEXT
tandem ($version) bookworm; urgency=medium

  * Built by the project itself; changelog.gz says what is new.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
TEXT
}

# Which packages hold the libraries that the program is linked with, and from which version on.
library_packages() {
  mkdir -p "$stage/shlibs/debian"
  printf 'Source: tandem\n\nPackage: %s\nArchitecture: any\n' "$package" > "$stage/shlibs/debian/control"
  (cd "$stage/shlibs" && dpkg-shlibdeps -O -e"$stage/$package/usr/bin/$package" 2> /dev/null) |
    sed 's/^shlibs:Depends=//'
}

# finish MORE-DEPENDS RECOMMENDS: the description comes from standard input.
finish() {
  local folder=$stage/$package depends size
  depends=$(library_packages)
  [ -n "$depends" ] || { echo "dpkg-shlibdeps found no library of $package" >&2; exit 1; }
  size=$(du -k -s --apparent-size "$folder" | cut -f 1)
  mkdir -p "$folder/DEBIAN"
  {
    printf 'Package: %s\nSource: tandem\nVersion: %s\nArchitecture: %s\nMaintainer: %s\n' \
      "$package" "$version" "$architecture" "$maintainer"
    printf 'Installed-Size: %s\nDepends: %s\n' "$size" "$depends${1:+, $1}"
    [ -z "$2" ] || printf 'Recommends: %s\n' "$2"
    printf 'Section: admin\nPriority: optional\nHomepage: %s\n' "$homepage"
    printf 'Description: '
    cat
  } > "$folder/DEBIAN/control"
  (cd "$folder" && find . -name DEBIAN -prune -o -type f -printf '%P\0' | sort -z | xargs -0 md5sum) \
    > "$folder/DEBIAN/md5sums"
  local file=${package}_${version}_$architecture.deb
  dpkg-deb --root-owner-group -Zxz --build "$folder" "$out/$file" > /dev/null
  echo "$out/$file"
}

package=tandem
add_program
place lib/systemd/system/tandem.service < "$root/packaging/systemd/tandem.service"
python3 "$here/documents.py" completion "$stage/tandem/usr/bin/tandem" |
  place usr/share/bash-completion/completions/tandem
if [ -d "$root/console/node_modules" ]; then
  python3 "$here/documents.py" notices "$root/console" | place usr/share/doc/tandem/console-notices.gz
else
  echo "console/node_modules is not there: the package is without the notices of the console" >&2
fi
mkdir -p "$stage/tandem/DEBIAN"
for script in postinst prerm postrm; do
  install -m 755 "$here/tandem/$script" "$stage/tandem/DEBIAN/$script"
done
finish 'adduser, init-system-helpers (>= 1.52), ca-certificates' 'libsasl2-modules-gssapi-mit, systemd' << 'TEXT'
directory synchronization to Microsoft Entra ID
 Tandem keeps a cloud directory, Microsoft Entra ID, equal to the directories
 that you run yourself: Active Directory, Samba, OpenLDAP. It does what Entra
 Connect Sync does, with the same concepts and words (connector spaces, a
 metaverse, declarative rules, staging mode).
 .
 The package brings the program, its service for systemd with a web console
 that listens on this machine only, and a user of its own.
TEXT

package=tandem-tenant
add_program
finish '' '' << 'TEXT'
small tenant to try directory synchronization on
 A small cloud directory that speaks Microsoft Graph v1.0 and OAuth 2.0, for
 tests of tandem and for trying things out. It belongs on no production
 server: it keeps no promises about who may read what.
TEXT
