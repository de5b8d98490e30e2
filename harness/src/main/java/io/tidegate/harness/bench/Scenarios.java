package io.tidegate.harness.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table of everything that can be measured. */
public final class Scenarios {
  private final Map<String, Scenario> byName = new LinkedHashMap<>();

  private Scenarios(List<Scenario> all) {
    all.forEach(scenario -> byName.put(scenario.name(), scenario));
  }

  /**
   * The benches of this package, and more of other ones.
   *
   * @param kills what a flash sale does whose nodes are killed
   */
  public static Scenarios with(SaleKills kills, List<Scenario> more) {
    List<Scenario> all =
        new ArrayList<>(
            List.of(
                new PlaceBench(),
                new PayBench(),
                new CallbackBench(),
                new EffectsBench(),
                new CloseBench(),
                new FeedBench(),
                new QueryBench(),
                new JourneyBench(),
                new QuoteBench(),
                new BehaviourBench(),
                new ReportsBench(),
                new MidnightBench(),
                new MixedBench(),
                new EveningBench(),
                new OverloadBench(),
                new FlashBench(kills),
                new FaultsBench(),
                new StartBench()));
    all.addAll(more);
    return new Scenarios(all);
  }

  Optional<Scenario> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  List<Scenario> all() {
    return List.copyOf(byName.values());
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
