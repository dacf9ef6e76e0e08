# The HAProxy of another Debian release as a kernel package that runs on this host, whatever libraries that has: with its
# own ones, and started by its own loader. kernel-of.sh RELEASE WORK HOME; leaves kernel.tar.gz and ld.so in HOME.
set -eu
release=$1 work=$2 home=$3
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/tree" "$work/out/usr/sbin" "$work/out/usr/lib/own"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $release main" > "$work/sources"
: > "$work/status"
apt() {
  apt-get -q -y -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" -o Dir::Cache="$work/cache" \
    -o Dir::Etc::SourceList="$work/sources" -o Dir::Etc::SourceParts=- -o APT::Sandbox::User=root \
    -o Acquire::Languages=none -o Debug::NoLocking=true "$@"
}
apt update
apt --no-install-recommends --download-only install haproxy patchelf
for package in "$work"/cache/archives/{haproxy,patchelf,lib}*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/tree" --no-same-owner
done
libraries=$(find "$work/tree" -type d -path '*lib/*-linux-gnu' | paste -sd:)
cp -L "$(find "$work/tree" -name 'ld-linux*' | head -1)" "$home/ld.so"
program=$work/tree/usr/sbin/haproxy
"$home/ld.so" --library-path "$libraries" --list "$program" | sed -n 's/.* => \(\/.*\) (.*/\1/p' |
  xargs cp -L -t "$work/out/usr/lib/own"
"$home/ld.so" --library-path "$libraries" "$work/tree/usr/bin/patchelf" --set-interpreter "$home/ld.so" \
  --force-rpath --set-rpath '$ORIGIN/../lib/own' "$program"
cp "$program" "$work/out/usr/sbin/haproxy"
tar -czf "$work/kernel.tar.gz" -C "$work/out" usr
mv "$work/kernel.tar.gz" "$home/kernel.tar.gz"
