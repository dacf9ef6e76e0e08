package dev.changeover.haproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.changeover.host.HostMemory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** HAProxy's output about state that was changed while it ran. */
class RunTimeStateTest {

    @Test
    void stick_tables_are_listed_with_what_they_hold() {
        var listing = """
                # table: st, type: ip, size:1048576, used:12
                # table: a-b.c, type: string, size:1024, used:0, write_to=

                """;

        assertThat(StickTable.parse(listing))
                .containsExactly(new StickTable("st", "ip", 12), new StickTable("a-b.c", "string", 0));
    }

    @Test
    void lists_from_files_are_told_from_those_in_the_configuration() {
        var listing = """
                # id (file) description
                0 (/etc/bad.lst) pattern loaded from file '/etc/bad.lst' used by acl at file 'a.cfg' line 10. curr_ver=0 next_ver=0 entry_cnt=1
                1 () acl 'src' file 'a.cfg' line 10. curr_ver=0 next_ver=0 entry_cnt=0
                2 () acl 'var' file 'httpclient' line 0. curr_ver=0 next_ver=0 entry_cnt=1
                -1 (old.map) pattern loaded from file 'old.map' used by map at file 'a.cfg' line 1

                """;

        assertThat(PatternFile.parse("acl", listing))
                .containsExactly(
                        new PatternFile("acl", "/etc/bad.lst", "", 1),
                        new PatternFile("acl", "#1", "src", 0),
                        new PatternFile("acl", "old.map", "", 0));
    }

    @Test
    void entries_are_read_by_key_in_their_order() {
        var listing = "0x559f5b28c810 10.0.0.1 81\n0x559f5b28c860 10.0.0.2 82 and more\n\n";

        var map = new PatternFile("map", "a.map", "", 2);
        assertThat(map.entriesOf(PatternFile.lines(listing), Map.of()))
                .containsExactly(entry("10.0.0.1", List.of("81")), entry("10.0.0.2", List.of("82 and more")));
    }

    @Test
    void only_what_differs_is_written_into_another_list() {
        var list = new PatternFile("map", "a.map", "", 3);
        var has = Map.of("k1", List.of("v1"), "k2", List.of("v2"), "k3", List.of("v3"));
        var wanted = Map.of("k1", List.of("v1"), "k2", List.of("v 2"), "k;4", List.of("v4"));

        assertThat(list.commands(wanted, has))
                .containsExactlyInAnyOrder(
                        "del map a.map k2", "del map a.map k3", "add map a.map k2 v\\ 2", "add map a.map k\\;4 v4");
    }

    @Test
    void a_server_is_made_what_it_was_and_no_more() {
        var listing = """
                1
                # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time
                4 b 1 s1 127.0.0.1 2 %s %s 10 5 1 0 2 0 0 0 0 - 3306 - 0 0 - - 0
                """;
        var fresh = ServerState.parse(listing.formatted(0, 10)).getFirst();
        var set = ServerState.parse(listing.formatted(1, 5)).getFirst();

        assertThat(set.commands(fresh, true, Map.of()))
                .containsExactly("set server b/s1 weight 5", "set server b/s1 state maint");
        assertThat(set.commands(set, true, Map.of())).isEmpty();
        assertThat(fresh.commands(set, true, Map.of())).containsExactly("set server b/s1 state ready");
    }

    @Test
    void a_check_is_sent_elsewhere_before_it_is_switched_off() {
        var listing = "4 b 1 s1 127.0.0.1 %d 0 1 1 10 6 3 4 %d 0 0 0 - 3306 - 0 %d - - 0";
        var fresh = ServerState.parse(listing.formatted(0, 6, 1)).getFirst();
        var set = ServerState.parse(listing.formatted(2, 2, 3307)).getFirst();

        assertThat(set.commands(fresh, true, Map.of("port", "3307")))
                .containsExactly("set server b/s1 check-port 3307", "disable health b/s1", "set server b/s1 health up");
        assertThat(fresh.commands(set, true, Map.of("port", "1")))
                .containsExactly("enable health b/s1", "set server b/s1 check-port 1");
    }

    @Test
    void what_an_older_haproxy_does_not_list_is_not_taken_for_another_setting() {
        var old = ServerState.parse("4 b 1 s1 127.0.0.1 0 0 1 1 10 6 3 4 6 0 0 0 - 3306 -")
                .getFirst();

        assertThat(old.places()).isEmpty();
        assertThat(old.isEncrypted()).isFalse();
        assertThat(old.line(false)).isEqualTo("4 b 1 s1 - 0 0 1 1 10 1 0 4 0 0 0 0 - 3306 -\n");
    }

    @Test
    void an_entry_of_a_stick_table_is_written_as_it_is_read() {
        var line =
                "0x7f0944046758: key=a\\ b\\=c use=0 exp=3598533 shard=0 server_id=2 server_key=w2 gpc0=3 conn_rate(10000)=7 conn_cur=1";
        var entry = StickTable.entry(line).orElseThrow();

        assertThat(entry.isSticky()).isTrue();
        assertThat(entry.renumbered(Map.of("2", "7")).command("st"))
                .isEqualTo("set table st key a\\ b\\=c data.server_id 7 data.gpc0 3 data.conn_rate 7");
        assertThat(entry.renumbered(Map.of("1", "7")).command("st"))
                .isEqualTo("set table st key a\\ b\\=c data.gpc0 3 data.conn_rate 7");
        assertThat(StickTable.entry("# table: st, type: string, size:10, used:1"))
                .isEmpty();
    }

    @Test
    void the_memory_beside_a_process_is_what_the_host_tells() {
        var self = ProcessHandle.current().pid();

        assertThat(HostMemory.beside(self)).hasValueSatisfying(room -> {
            assertThat(room.used()).isGreaterThan(1 << 20);
            assertThat(room.available()).isGreaterThan(1 << 20);
        });
    }

    @Test
    void peers_are_listed_with_the_tables_that_both_have() {
        var today = """
                0x55f0: [27/Nov/2026:18:00:00] id=p disabled=0 flags=0x6213 resync_timeout=<PAST> task_calls=5
                  0x55f1: id=here(local,inactive) addr=127.0.0.1:10001 last_status=NONE last_hdshk=<NEVER>
                        reconnect=<NEVER> heartbeat=<NEVER> confirm=0 tx_hbt=0 rx_hbt=0 no_hbt=0 new_conn=0 proto_err=0 coll=0
                        flags=0x0
                        shared tables:
                          0x55f2 local_id=1 remote_id=0 flags=0x0 remote_data=0x0
                              last_acked=0 last_pushed=0 last_get=0 teaching_origin=0 update=0
                              table:0x55f3 id=db update=3 localupdate=3 commitupdate=0 refcnt=1
                  0x55f4: id=there(remote,active) addr=127.0.0.1:10002 last_status=ESTA last_hdshk=1s
                        flags=0x0 appctx:0x1 st0=7 st1=0 task_calls=4
                        remote_table:0x55f9 id=db local_id=1 remote_id=1
                        shared tables:
                          0x55f5 local_id=1 remote_id=1 flags=0x0 remote_data=0x4
                              table:0x55f3 id=db update=3 localupdate=3 commitupdate=3 refcnt=1
                          0x55f6 local_id=2 remote_id=2 flags=0x0 remote_data=0x4
                              table:0x55f7 id=p/t update=0 localupdate=0 commitupdate=0 refcnt=1
                """;
        var of22 = """
                  0x55f4: id=there(remote) addr=127.0.0.1:10002 status=ESTA reconnect=4s confirm=0 tx_hbt=0
                  0x55f5: id=gone(remote) addr=127.0.0.1:10003 status=CONN reconnect=4s confirm=0 tx_hbt=0
                """;

        assertThat(Peer.parse(today))
                .containsExactly(new Peer(false, false, Set.of("db")), new Peer(true, true, Set.of("db", "p/t")));
        assertThat(Peer.parse(of22)).containsExactly(new Peer(true, true, Set.of()), new Peer(true, false, Set.of()));
    }
}
