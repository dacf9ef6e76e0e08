package dev.changeover.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostRoomTest {

    @Test
    void a_host_with_room_for_this_process_twice_lacks_nothing() {
        assertThat(HostRoom.lack(ProcessHandle.current().pid())).isEmpty();
    }

    @Test
    void memory_and_descriptors_are_named_with_their_figures() {
        assertThat(HostRoom.lackOfMemory(40L << 20, 90L << 20))
                .contains("40 MB of memory are left beside the generations that run; one more may need 90 MB");
        assertThat(HostRoom.lackOfMemory(31L << 20, 1L << 20))
                .hasValueSatisfying(lack -> assertThat(lack).contains("31 MB", "32 MB"));
        assertThat(HostRoom.lackOfMemory(90L << 20, 90L << 20)).isEmpty();
        assertThat(HostRoom.lackOfLimit(40_000, 1024))
                .hasValueSatisfying(lack -> assertThat(lack).contains("40000", "1024", "LimitNOFILE"));
        assertThat(HostRoom.lackOfLimit(1024, 1024)).isEmpty();
    }
}
