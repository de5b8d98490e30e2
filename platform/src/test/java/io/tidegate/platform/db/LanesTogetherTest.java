package io.tidegate.platform.db;

import static io.tidegate.platform.db.JarDatabase.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.db.Draw.Answer;
import io.tidegate.platform.db.JarDatabase.Result;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lanes of two workers on two nodes share rows and keys: no deadlock, and every sum is exact. */
class LanesTogetherTest {

  private static final int COMMANDS = 1_200;
  private static final int HOT_JARS = 6;

  private final String url = JarDatabase.fresh();
  private final JarDatabase one = new JarDatabase(url);
  private final JarDatabase other = new JarDatabase(url);
  private final long seed = System.nanoTime();

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void loadingAndNotMixed() {
    run(i -> i % 3 != 0);
    assertThat(one.handler.thrownBack.size() + other.handler.thrownBack.size()).isPositive();
  }

  /** The database's CHECK hides mistakes of the deciding code: it must be right without it. */
  @Test
  void loadingWithoutTheCheck() {
    one.execute("alter table jar drop constraint jar_not_below_zero");
    run(_ -> false);
  }

  /** More is asked of the hot jars than they hold, and every command comes from both nodes. */
  private void run(IntFunction<Boolean> mayGoFirst) {
    Lane<Draw, Answer> here = one.lane(LaneSettings.of("draw"));
    Lane<Draw, Answer> there = other.lane(LaneSettings.of("draw"));
    Random random = new Random(seed);
    Draw[] draws = new Draw[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) {
      draws[i] = Draw.of(i + 1, 1 + random.nextInt(HOT_JARS), 1 + random.nextInt(9));
      int more = random.nextInt(4);
      for (int j = 0; j < more; j++) {
        draws[i] = draws[i].alsoFrom(1 + random.nextInt(JarDatabase.JARS), 1 + random.nextInt(5));
      }
      draws[i] = mayGoFirst.apply(i) ? draws[i].goingFirst() : draws[i];
    }

    List<Result<Answer>> results =
        JarDatabase.together(
            2 * COMMANDS,
            i -> (i % 2 == 0 ? here : there).submit(draws[i / 2], PATIENCE.multipliedBy(2)));

    Set<Long> drawn = new HashSet<>();
    Map<Long, Integer> ran = new HashMap<>();
    int refused = 0;
    for (Result<Answer> result : results) {
      assertThat(result.failure()).as("seed %s", seed).isNull();
      switch (result.answer()) {
        case Answer.Drawn(long id) -> {
          drawn.add(id);
          ran.merge(id, 1, Integer::sum);
        }
        case Answer.DrawnBefore(long id) -> drawn.add(id);
        case Answer.TooFew _ -> refused++;
        case null -> throw new AssertionError("no answer, seed " + seed);
      }
    }
    assertThat(refused).as("seed %s: the jars ran dry", seed).isPositive();
    assertThat(ran.values()).as("seed %s: of twins one runs", seed).containsOnly(1);
    assertThat(ran.keySet()).as("seed %s", seed).isEqualTo(drawn);
    assertThat(
            new HashSet<>(one.database.read(Sql.of("select id from draw"), row -> row.getLong(1))))
        .as("seed %s", seed)
        .isEqualTo(drawn);
    assertThat(one.count("select count(*) from db.idempotency")).isEqualTo(drawn.size());
    assertThat(one.misplacedMarbles()).as("seed %s", seed).isZero();
    close();
    assertThat(JarDatabase.deadlocks(url)).as("seed %s", seed).isZero();
  }
}
