#!/bin/sh
# Makes the base that every machine of a lab is an overlay of: Debian (or Ubuntu), as small as it gets, with the
# packages of all roles and none of their services started. Runs in mount and process namespaces of its own, so that an
# interrupted build leaves at most the folder $work. Told by the environment:
#   target  the folder to make             work        where it is made, beside the target
#   suite   bookworm …                     mirror      where debootstrap fetches from
#   sources lines for apt's sources.list   components  main …
#   packages what to install               node        the Node.js binary that workers run
#   repository  what is not installed, but put into a repository on the machine, /srv/packages, its one source
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
if [ -n "$repository" ]; then
  echo "fetching packages" >&3
  in_base apt-get clean
  # shellcheck disable=SC2086
  in_base apt-get -q -y --no-install-recommends --download-only install $repository
  mkdir -p "$work/srv/packages"
  # apt would read an epoch's %3a in the name of a file as a colon.
  for file in "$work"/var/cache/apt/archives/*.deb; do
    mv "$file" "$work/srv/packages/$(basename "$file" | sed 's/%3a/./')"
  done
  for file in "$work"/srv/packages/*.deb; do
    dpkg-deb -f "$file"
    printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' \
      "$(basename "$file")" "$(stat -c %s "$file")" "$(sha256sum <"$file" | cut -c 1-64)"
  done >"$work/srv/packages/Packages"
  printf 'deb [trusted=yes] file:/srv/packages ./\n' >"$work/etc/apt/sources.list"
fi
in_base apt-get clean
rm -f "$work/usr/bin/socat" # MariaDB's package brings it; real hosts often lack it, and nothing is to rely on it
rm -rf "$work"/var/lib/apt/lists/* "$work/usr/sbin/policy-rc.d" "$work/etc/resolv.conf"

echo "settling services" >&3
# A role's services are enabled for the machines that have the role, before they boot.
if [ -z "$repository" ]; then
  in_base systemctl disable haproxy keepalived postgresql mariadb \
    prometheus prometheus-alertmanager prometheus-blackbox-exporter prometheus-node-exporter
fi
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
