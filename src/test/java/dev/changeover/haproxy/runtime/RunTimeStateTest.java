package dev.changeover.haproxy.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.haproxy.HostMemory;
import org.junit.jupiter.api.Test;

/** HAProxy's output about state that was changed while it ran. */
class RunTimeStateTest {

    @Test
    void stick_tables_are_listed_with_what_they_hold() {
        var listing = """
                # table: st, type: ip, size:1048576, used:12
                # table: a-b.c, type: string, size:1024, used:0, write_to=

                """;

        assertThat(StickTable.parse(listing)).containsExactly(new StickTable("st", 12), new StickTable("a-b.c", 0));
    }

    @Test
    void lists_from_files_are_told_from_those_in_the_configuration() {
        var listing = """
                # id (file) description
                0 (/etc/bad.lst) pattern loaded from file '/etc/bad.lst' used by acl at file 'a.cfg' line 10. curr_ver=0 next_ver=0 entry_cnt=1
                1 () acl 'src' file 'a.cfg' line 10. curr_ver=0 next_ver=0 entry_cnt=0
                -1 (old.map) pattern loaded from file 'old.map' used by map at file 'a.cfg' line 1

                """;

        assertThat(PatternFile.parse("acl", listing))
                .containsExactly(new PatternFile("acl", "/etc/bad.lst", 1), new PatternFile("acl", "old.map", 0));
    }

    @Test
    void entries_are_compared_whatever_their_blanks() {
        var listing = "0x559f5b28c810 10.0.0.1 81\n0x559f5b28c860 10.0.0.2 82 and more\n\n";

        assertThat(PatternFile.entries(listing)).containsExactlyInAnyOrder("10.0.0.1 81", "10.0.0.2 82 and more");
    }

    @Test
    void a_weight_that_is_not_the_configurations_is_found() {
        var listing = """
                1
                # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time
                4 b 1 s1 127.0.0.1 2 0 5 10 5 1 0 2 0 0 0 0 - 1 - 0 0 - - 0
                4 b 2 s2 127.0.0.1 2 0 1 1 5 1 0 2 0 0 0 0 - 2 - 0 0 - - 0
                """;

        assertThat(ServerState.reweighted(listing)).containsExactly("b/s1");
    }

    @Test
    void the_memory_beside_a_process_is_what_the_host_tells() {
        var self = ProcessHandle.current().pid();

        assertThat(HostMemory.beside(self)).hasValueSatisfying(room -> {
            assertThat(room.used()).isGreaterThan(1 << 20);
            assertThat(room.available()).isGreaterThan(1 << 20);
        });
    }
}
