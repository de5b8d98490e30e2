package io.tidegate.platform.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What follows from the machine: memory, processor, user. */
class PostgresSettingsTest {
  @Test
  void memoryFollowsTheMachine() {
    assertThat(PostgresSettings.forMemory(24L << 30).configuration(15_432))
        .contains(
            "port = 15432",
            "shared_buffers = 2097152kB",
            "max_wal_size = 8192MB",
            "min_wal_size = 2048MB",
            "wal_buffers = 65536kB");
    assertThat(PostgresSettings.forMemory(1L << 30).configuration(15_432))
        .contains("shared_buffers = 131072kB", "max_wal_size = 1024MB", "wal_buffers = 4096kB");
  }

  @Test
  void theArchiveFollowsSystemAndProcessor() {
    assertThat(PostgresBinaries.archive("Linux", "amd64")).isEqualTo("postgres-linux-x86_64.txz");
    assertThat(PostgresBinaries.archive("Mac OS X", "aarch64"))
        .isEqualTo("postgres-darwin-arm_64.txz");
    assertThatThrownBy(() -> PostgresBinaries.archive("Windows 11", "amd64"))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("db.url");
  }

  @Test
  void anOrdinaryUserRunsItDirectlyAndRootNever() {
    assertThat(EngineUser.of(1000, () -> true, () -> true).command(List.of("postgres")))
        .containsExactly("postgres");
    assertThat(EngineUser.of(0, () -> true, () -> true).command(List.of("postgres")))
        .startsWith("unshare", "--user");
    assertThat(EngineUser.of(0, () -> false, () -> true))
        .matches(EngineUser::reachesOnlyPublic)
        .extracting(EngineUser::uid)
        .isEqualTo(65534);
    assertThatThrownBy(() -> EngineUser.of(0, () -> false, () -> false))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("ordinary user");
  }

  /** Else Ctrl-C in the first second of a start looks as if root could run nothing. */
  @Test
  void whatIsTriedIsOutOfReachOfCtrlC() {
    assertThat(EngineUser.runs(List.of("sh", "-c", "kill -s 0 -- -$$")))
        .as("it leads a group of its own")
        .isTrue();
    assertThat(EngineUser.runs(List.of("false"))).isFalse();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> EngineUser.runs(List.of("true")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }
}
