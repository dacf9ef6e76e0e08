# A program of another Debian release that runs on this host, whatever libraries that has: with its own ones, and started
# by its own loader. program-of.sh RELEASE PACKAGE PROGRAM WORK HOME; leaves program.tar.gz and ld.so in HOME.
set -eu
release=$1 package=$2 program=$3 work=$4 home=$5
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/tree" "$work/out/usr/lib/own"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $release main" > "$work/sources"
: > "$work/status"
apt() {
  apt-get -q -y -o Dir::State::Lists="$work/lists" -o Dir::State::Status="$work/status" -o Dir::Cache="$work/cache" \
    -o Dir::Etc::SourceList="$work/sources" -o Dir::Etc::SourceParts=- -o APT::Sandbox::User=root \
    -o Acquire::Languages=none -o Debug::NoLocking=true "$@"
}
apt update
apt --no-install-recommends --download-only install "$package" patchelf
for each in "$work"/cache/archives/{"$package",patchelf,lib}*.deb; do
  dpkg-deb --fsys-tarfile "$each" | tar -x -C "$work/tree" --no-same-owner
done
libraries=$(find "$work/tree" -type d -path '*lib/*-linux-gnu' | paste -sd:)
cp -L "$(find "$work/tree" -name 'ld-linux*' | head -1)" "$home/ld.so"
"$home/ld.so" --library-path "$libraries" --list "$work/tree/$program" | sed -n 's/.* => \(\/.*\) (.*/\1/p' |
  xargs cp -L -t "$work/out/usr/lib/own"
"$home/ld.so" --library-path "$libraries" "$work/tree/usr/bin/patchelf" --set-interpreter "$home/ld.so" \
  --force-rpath --set-rpath '$ORIGIN/../lib/own' "$work/tree/$program"
mkdir -p "$work/out/$(dirname "$program")"
cp "$work/tree/$program" "$work/out/$program"
[ ! -d "$work/tree/usr/share/mysql" ] || { mkdir -p "$work/out/usr/share" && cp -r "$work/tree/usr/share/mysql" "$work/out/usr/share"; }
tar -czf "$work/program.tar.gz" -C "$work/out" usr
mv "$work/program.tar.gz" "$home/program.tar.gz"
