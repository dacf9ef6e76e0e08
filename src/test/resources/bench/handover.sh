#!/bin/sh
# handover.sh PROGRAM CONFIGURATION OLD NEW POINTER: what a careful operator's script does. Starts PROGRAM in the run
# directory NEW with the listening sockets of the one in OLD (empty: there is none), waits until it answers, points
# POINTER at PROGRAM and lets the old one stop accepting. Prints the milliseconds of the start and of the rest.
set -eu
program=$1 configuration=$2 old=$3 new=$4 pointer=$5
now() { date +%s%N; }

began=$(now)
mkdir "$new"
HA_RUN=$new setsid "$program" -W -db -S "$new/master.sock,mode,600,level,admin" -f "$configuration" \
  ${old:+-x "$old/stats.sock"} < /dev/null > "$new/output.log" 2>&1 &
echo $! > "$new/pid"
perl -MIO::Socket::UNIX -e '
  for (1 .. 2000) {
    my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]);
    if ($socket) {
      print $socket "show info\n";
      $socket->flush;
      exit 0 if <$socket>;
    }
    select undef, undef, undef, 0.005;
  }
  exit 1' "$new/stats.sock"
answers=$(now)
ln -s "$program" "$pointer.new"
mv -T "$pointer.new" "$pointer"
[ -z "$old" ] || kill -USR1 "$(cat "$old/pid")"
ended=$(now)
echo "$(((answers - began) / 1000000)) $(((ended - answers) / 1000000))"
