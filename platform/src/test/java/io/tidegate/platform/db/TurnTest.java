package io.tidegate.platform.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that one process does at a time. */
class TurnTest {

  private final JarDatabase jars = new JarDatabase(JarDatabase.fresh());

  @AfterEach
  void close() {
    jars.close();
  }

  private Turn turn() {
    return new Turn(
        jars.database, "work", "another one works", IllegalStateException::new, _ -> {});
  }

  @Test
  void whileOneWorksTheTurnIsNotFree() {
    Turn one = turn();
    Turn two = turn();
    assertThat(
            one.<Boolean, RuntimeException>alone(() -> {
              assertThat(two.<Boolean, RuntimeException>ifFree(() -> true)).isEmpty();
              return true;
            }))
        .isTrue();
    assertThat(two.<Boolean, RuntimeException>ifFree(() -> true)).contains(true);
    assertThatThrownBy(() ->
            two.ifFree(() -> {
              throw new IllegalArgumentException("it fails");
            }))
        .hasMessage("it fails");
    assertThat(one.<Boolean, RuntimeException>ifFree(() -> true)).as("let go").contains(true);
  }

  @Test
  void whoLostItWritesNothing() {
    Turn one = turn();
    assertThatThrownBy(() ->
            one.alone(() -> {
              Leases leases = new Leases(jars.database);
              jars.database.writeOnce(tx -> {
                one.check(tx);
                tx.write(Sql.of("update db.lease set expires_at = 'epoch' where name = 'work'"));
                return true;
              });
              assertThat(leases.hold("work", "another", Duration.ofMinutes(5))).isPresent();
              return jars.database.writeOnce(tx -> {
                one.check(tx);
                return true;
              });
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("another one works");
  }
}
