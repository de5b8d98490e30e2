package io.tidegate.harness.bench;

import java.util.Locale;

/**
 * What a bench's promises are of: what it does where nobody asks for anything else. Of a run that
 * has less of it no figure is judged, and the reason is told; one that has more is.
 */
record Promised(Defaults usual) {
  private static final int LINES = 2;
  private static final int SKUS = 10_000;

  /** What this load has less of, by rate, time and warm-up; empty where of nothing. */
  String load(Plan plan) {
    if (plan.open() && plan.perSecond() < usual.rate()) {
      return "promised at %s a second".formatted(whole(Math.round(usual.rate())));
    }
    if (plan.length().toSeconds() < usual.seconds()) {
      return "promised for %s s or more".formatted(whole(usual.seconds()));
    }
    return usual.warmupSeconds() > 0 && !plan.warmup().isPositive()
        ? "promised after a warm-up"
        : "";
  }

  /** What a load of orders had less of: the same, and what there really was of a shop. */
  String placing(Plan plan, int customers, int skus) {
    return first(load(plan), shop(plan, customers, skus));
  }

  /** What there was less of, whatever the load: customers, lines, connections and SKUs. */
  String shop(Plan plan, int customers, int skus) {
    return first(users(customers), lines(plan), connections(plan), goods(plan, skus));
  }

  /** That so many customers came at a time. */
  String connections(Plan plan) {
    return plan.connections() < usual.connections()
        ? "promised with %s connections or more".formatted(whole(usual.connections()))
        : "";
  }

  /** That lines were spread over so many SKUs, and so. */
  String goods(Plan plan, int skus) {
    if (skus < SKUS) {
      return "promised with %s SKUs or more".formatted(whole(SKUS));
    }
    return plan.goods().skew() == usual.skew()
        ? ""
        : "promised with --skew " + usual.skew().name().toLowerCase(Locale.ROOT);
  }

  /** That it was this rate and no other, for a promise that has it in its name. */
  String rate(Plan plan) {
    return plan.perSecond() == usual.rate()
        ? ""
        : "promised at %s a second".formatted(whole(Math.round(usual.rate())));
  }

  /** That nothing but answers was waited for. */
  static String closed(Plan plan) {
    return plan.open() ? "promised as fast as answers come" : "";
  }

  /** That two things were compared, or one was done again, so often. */
  String pairs(Plan plan) {
    return plan.pairs() < usual.pairs() ? "promised of %d or more".formatted(usual.pairs()) : "";
  }

  /** That so many orders were prepared. */
  String orders(long orders) {
    return orders < usual.orders()
        ? "promised with %s orders or more".formatted(whole(usual.orders()))
        : "";
  }

  /** That there were so many customers. */
  String users(int customers) {
    return customers < usual.users()
        ? "promised with %s customers or more".formatted(whole(usual.users()))
        : "";
  }

  /** That orders had so many lines. */
  String lines(Plan plan) {
    return plan.goods().lines() < LINES ? "promised with two lines an order" : "";
  }

  private static String whole(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** The first of these reasons that is one. */
  static String first(String... reasons) {
    for (String reason : reasons) {
      if (!reason.isEmpty()) {
        return reason;
      }
    }
    return "";
  }
}
