#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Becomes a machine: this one under an overlay in memory, which forgets everything; then plays story.sh on it.
# Called by run.sh, as the first process of new namespaces. Use: machine.sh plain|systemd FOLDER
set -eu
mode=$1 folder=$2
mount --make-rprivate /
machine=$folder/machine
mkdir "$machine"
mount -t tmpfs tmpfs "$machine"
mkdir "$machine/changed" "$machine/work" "$machine/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$machine/changed,workdir=$machine/work" "$machine/root"
cd "$machine/root"

mount -t proc proc proc
# Settings of the kernel are the real machine's: systemd leaves alone what it cannot write.
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup || [ "$mode" = plain ]
for place in run tmp dev mnt; do mount -t tmpfs tmpfs $place; done
for device in null zero full random urandom tty; do
  : > dev/$device
  mount --bind /dev/$device dev/$device
done
: > dev/console
mount --bind "$folder/console" dev/console
mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mkdir mnt/test mnt/changed
mount --bind "$folder" mnt/test
mount --bind "$machine/changed" mnt/changed
# What tests put there to keep daemons from starting would keep ours, too.
rm -f usr/sbin/policy-rc.d
ip link set lo up 2> /dev/null || true

if [ "$mode" = plain ]; then
  exec chroot . /bin/bash /mnt/test/story.sh plain > "$folder/story.log" 2>&1
fi
units=run/systemd/system
mkdir -p "$units"
for unit in systemd-udevd systemd-udev-trigger systemd-modules-load systemd-sysctl systemd-timesyncd systemd-networkd \
  systemd-resolved systemd-logind; do
  ln -s /dev/null "$units/$unit.service"
done
cat > "$units/story.target" << 'TEXT'
[Unit]
AllowIsolate=yes
Requires=basic.target story.service
After=basic.target
TEXT
cat > "$units/story.service" << 'TEXT'
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/bash /mnt/test/story.sh systemd
ExecStopPost=/bin/systemctl --no-block exit
StandardOutput=append:/mnt/test/story.log
StandardError=append:/mnt/test/story.log
TEXT
# systemd mounts credentials in a process of its own and counts on seeing that, as on a machine.
mount --make-rshared .
exec chroot . /usr/bin/env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin \
  /lib/systemd/systemd --system --unit=story.target --log-target=console --show-status=0
