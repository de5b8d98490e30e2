package io.tidegate.server.config;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The systems of others that stand in for parts of ours: what no key of one says alone. */
final class PartRules {

  /**
   * What names a system, and what it signs with.
   *
   * @param reports whether it says things by itself: then its secret alone lets it end what it has
   */
  private record Pair(Key<String> url, Key<Secret> secret, boolean reports) {}

  private static final List<Pair> PAIRS =
      List.of(
          new Pair(PartKeys.WAREHOUSE_OUTSIDE_URL, PartKeys.WAREHOUSE_OUTSIDE_SECRET, true),
          new Pair(PartKeys.NOTIFICATION_OUTSIDE_URL, PartKeys.NOTIFICATION_OUTSIDE_SECRET, false),
          new Pair(PartKeys.GRANTS_OUTSIDE_URL, PartKeys.GRANTS_OUTSIDE_SECRET, false));

  private PartRules() {}

  static void check(Values values, Problems problems) {
    for (Pair pair : PAIRS) {
      boolean named = !values.get(pair.url()).isEmpty();
      boolean signs = values.get(pair.secret()).isGiven();
      if (named && !signs) {
        problems.add(values.from(pair.url()), pair.url().name() + " needs " + pair.secret().name());
      }
      if (named && !values.get(Keys.DEMO) && isBare(values.get(pair.url()))) {
        problems.add(
            values.from(pair.url()),
            pair.url().name() + " must be https://: it is told about customers");
      }
      if (signs && !named && !pair.reports()) {
        problems.add(
            values.from(pair.secret()), pair.secret().name() + " needs " + pair.url().name());
      }
    }
  }

  /** Whether what is sent there can be read on the way: not so within this machine. */
  private static boolean isBare(String url) {
    URI address = URI.create(url);
    @Nullable String host = address.getHost();
    return !"https".equalsIgnoreCase(address.getScheme())
        && (host == null || !Configuration.isLoopback(host));
  }

  static Settings.Parts settings(Values values) {
    return new Settings.Parts(
        part(values, PAIRS.get(0)),
        part(values, PAIRS.get(1)),
        part(values, PAIRS.get(2)),
        values.get(PartKeys.STOCK_FEED_SECRET),
        values.get(PartKeys.CATALOG_FEED_SECRET));
  }

  private static Settings.Part part(Values values, Pair pair) {
    return new Settings.Part(values.get(pair.url()), values.get(pair.secret()));
  }
}
