#!/bin/sh
# Makes the base that every machine of a lab is an overlay of: Debian (or Ubuntu), as small as it gets, with the
# packages of all roles and none of their services started. Runs in mount and process namespaces of its own, so that an
# interrupted build leaves at most the folder $work. Told by the environment:
#   target  the folder to make             work        where it is made, beside the target
#   suite   bookworm …                     mirror      where debootstrap fetches from
#   sources lines for apt's sources.list   components  main …
#   packages what to install               node        the Node.js binary that workers run
#   log     what the tools say; standard output has a line for each step
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin

if [ -e "$target" ]; then exit 0; fi # another lab made it while this one waited for the lock
exec 3>&1 >"$log" 2>&1 </dev/null
rm -rf "$work"
mkdir -p "$work"

echo "fetching $suite" >&3
debootstrap --variant=minbase --include=ca-certificates --components="$components" "$suite" "$work" "$mirror"

printf '%s\n' "$sources" >"$work/etc/apt/sources.list"
printf '#!/bin/sh\nexit 101\n' >"$work/usr/sbin/policy-rc.d" # a package that is installed here starts nothing
chmod 755 "$work/usr/sbin/policy-rc.d"
printf 'Acquire::Languages "none";\n' >"$work/etc/apt/apt.conf.d/99buka-lab"
mkdir -p "$work/etc/dpkg/dpkg.cfg.d"
printf 'path-exclude=/usr/share/%s/*\n' doc man locale >"$work/etc/dpkg/dpkg.cfg.d/buka-lab"
cp -L /etc/resolv.conf "$work/etc/resolv.conf"
mount -t proc proc "$work/proc"

in_base() { chroot "$work" "$@"; }
echo "installing packages" >&3
in_base apt-get -q update
# shellcheck disable=SC2086 # a list of names
in_base apt-get -q -y --no-install-recommends install $packages
in_base apt-get clean
rm -rf "$work"/var/lib/apt/lists/* "$work/usr/sbin/policy-rc.d" "$work/etc/resolv.conf"

echo "settling services" >&3
# A role's services are enabled for the machines that have the role, before they boot.
in_base systemctl disable haproxy keepalived postgresql mariadb prometheus
# Nothing of a lab needs these, and nine machines that boot at once share the processors of one.
for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer console-getty.service getty.target systemd-networkd.service systemd-logind.service; do
  ln -sf /dev/null "$work/etc/systemd/system/$unit"
done
# Each machine gets keys and an id of its own.
rm -f "$work"/etc/ssh/ssh_host_* "$work/etc/machine-id" "$work/var/lib/dbus/machine-id" "$work/etc/hostname"

install -m 755 "$node" "$work/usr/local/bin/node"

umount "$work/proc"
mv -T "$work" "$target"
