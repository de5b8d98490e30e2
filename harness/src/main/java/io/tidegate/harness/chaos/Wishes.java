package io.tidegate.harness.chaos;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What customers want next, drawn from a seed. For many threads. */
final class Wishes {
  private static final int PIECES_MAX = 3;

  private final List<String> tokens;
  private final List<String> skus;
  private final SplittableRandom random;
  private final String run;
  private long drawn;

  /**
   * @param run tells this run's keys from another's
   */
  Wishes(List<String> tokens, List<String> skus, long seed, String run) {
    this.tokens = List.copyOf(tokens);
    this.skus = List.copyOf(skus);
    this.random = new SplittableRandom(seed);
    this.run = run;
  }

  /** Most pay; some cancel, some do both, some only look. */
  synchronized Journey next() {
    int dice = random.nextInt(100);
    Journey.Plan plan =
        dice < 55
            ? Journey.Plan.PAY
            : dice < 65
                ? Journey.Plan.PAY_AND_CANCEL
                : dice < 75
                    ? Journey.Plan.START_AND_CANCEL
                    : dice < 85 ? Journey.Plan.CANCEL : Journey.Plan.LEAVE;
    return of(plan);
  }

  synchronized Journey of(Journey.Plan plan) {
    TreeMap<String, Integer> lines = new TreeMap<>();
    int wanted = 1 + random.nextInt(2);
    while (lines.size() < wanted) {
      lines.put(skus.get(random.nextInt(skus.size())), 1 + random.nextInt(PIECES_MAX));
    }
    return journey(plan, lines, null);
  }

  /** One piece of this, at this total. */
  synchronized Journey of(Journey.Plan plan, String sku, @Nullable Long expectedTotal) {
    return journey(plan, Map.of(sku, 1), expectedTotal);
  }

  private Journey journey(
      Journey.Plan plan, Map<String, Integer> lines, @Nullable Long expectedTotal) {
    drawn++;
    String token = tokens.get(random.nextInt(tokens.size()));
    return new Journey(plan, new Journey.Wish(run + "-" + drawn, token, lines, expectedTotal));
  }
}
