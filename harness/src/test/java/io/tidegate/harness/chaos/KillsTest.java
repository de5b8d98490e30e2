package io.tidegate.harness.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A session may end by itself before it is killed, and that ends no run. */
final class KillsTest {
  private final List<Long> struck = new ArrayList<>();

  /** As the system does it: only a session that is there can be killed. */
  private Kills.Blow there(long there) {
    return (_, session) -> {
      struck.add(session);
      if (session != there) {
        throw new ChaosFailure("no session was found: process " + session);
      }
    };
  }

  @Test
  void a_session_that_is_gone_is_another_one() throws Exception {
    Iterator<Long> sessions = List.of(0L, 41L, 42L).iterator();
    AtomicInteger atDoor = new AtomicInteger();
    int inFlight = Kills.strike(Victim.BACKEND, sessions::next, there(42), atDoor::incrementAndGet);
    assertThat(struck).containsExactly(0L, 41L, 42L);
    assertThat(inFlight).as("those of the blow that struck").isEqualTo(3);
  }

  @Test
  void a_database_without_sessions_is_no_endless_search() {
    assertThatThrownBy(() -> Kills.strike(Victim.BACKEND, () -> 0, there(42), () -> 1))
        .isInstanceOf(ChaosFailure.class)
        .hasMessageContaining("no session was found");
    Kills.Sessions refused =
        () -> {
          throw new SQLException("starting up");
        };
    assertThatThrownBy(() -> Kills.strike(Victim.BACKEND, refused, there(42), () -> 1))
        .isInstanceOf(ChaosFailure.class)
        .hasMessageContaining("starting up");
  }

  @Test
  void what_is_no_session_is_killed_once() throws Exception {
    Kills.Sessions none =
        () -> {
          throw new SQLException("nobody asked");
        };
    assertThat(Kills.strike(Victim.BROKER, none, there(0), () -> 7)).isEqualTo(7);
    assertThat(struck).containsExactly(0L);
  }
}
