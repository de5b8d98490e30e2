package io.tidegate.server.config;

import io.tidegate.server.config.Kind.BadValue;
import io.tidegate.shop.aftersales.RefundPolicy;
import io.tidegate.shop.points.PointsSpending;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All values in force, and where each came from. A later source wins: defaults, file, environment,
 * flags.
 */
public final class Configuration {
  /**
   * One value in force.
   *
   * @param value as it may be shown: secrets are stars
   * @param from {@code default}, {@code FILE:LINE}, {@code environment NAME} or {@code flag WORD}
   */
  public record InForce(String key, String value, String from, String allowed, String meaning) {}

  private final Map<String, Given> given;
  private final Settings settings;

  private Configuration(Map<String, Given> given, Settings settings) {
    this.given = given;
    this.settings = settings;
  }

  /**
   * Reads and checks everything.
   *
   * @throws ConfigurationException with all that is wrong
   */
  public static Configuration read(Sources sources) {
    Problems problems = new Problems();
    Map<String, Given> inForce = new HashMap<>();
    for (Given value : allGiven(sources, problems)) {
      if (Keys.named(value.key()).isEmpty()) {
        problems.add(value.origin().toString(), Keys.unknown(value.key()));
      } else if (value.text().length() > Kinds.VALUE_CHARACTERS_MAX) {
        problems.add(value.origin().toString(), value.key() + " is too long");
      } else if (isReadable(value, problems)) {
        inForce.put(value.key(), value);
      }
    }
    Values values = new Values(inForce);
    values.setDefault(Keys.DEMO, Boolean.toString(isLoopback(values.orDefault(Keys.HTTP_HOST))));
    rules(values, problems); // where a value can't be read, its default stands in
    problems.throwIfAny();
    return new Configuration(values.all(), settings(sources.data(), values));
  }

  /** What the program runs with. */
  public Settings settings() {
    return settings;
  }

  /** Every key, in the table's order. */
  public List<InForce> inForce() {
    return Keys.all().stream()
        .map(key -> {
          Given value = Objects.requireNonNull(given.get(key.name()));
          return new InForce(
              key.name(),
              key.show(value.text()),
              value.origin().toString(),
              key.kind().allowed(),
              key.meaning());
        })
        .toList();
  }

  private static List<Given> allGiven(Sources sources, Problems problems) {
    List<Given> all = new ArrayList<>();
    Path named = sources.file();
    all.addAll(
        named != null
            ? PropertiesFile.read(named, true, problems)
            : PropertiesFile.read(sources.data().resolve(Sources.FILE_NAME), false, problems));
    all.addAll(Environment.read(sources.environment(), problems));
    all.addAll(flags(sources, problems));
    return all;
  }

  private static List<Given> flags(Sources sources, Problems problems) {
    List<Given> flags = new ArrayList<>();
    new TreeMap<>(sources.shorthands())
        .forEach((key, value) -> {
          String word = "--" + key.substring(key.indexOf('.') + 1);
          flags.add(new Given(key, value, new Origin.Flag(word)));
        });
    for (String set : sources.sets()) {
      int equals = set.indexOf('=');
      if (equals < 1) {
        problems.add("flag --set", "\"" + Problems.shortened(set) + "\" is not key=value");
        continue;
      }
      String key = set.substring(0, equals).strip();
      if (flags.stream().anyMatch(flag -> flag.key().equals(key))) {
        problems.add("flag --set " + Problems.shortened(key), "is given twice");
      }
      flags.add(
          new Given(
              key,
              set.substring(equals + 1).strip(),
              new Origin.Flag("--set " + Problems.shortened(key))));
    }
    return flags;
  }

  private static boolean isReadable(Given value, Problems problems) {
    Key<?> key = Keys.named(value.key()).orElseThrow();
    try {
      key.kind().reader().read(value.text());
      return true;
    } catch (BadValue e) {
      String shown =
          key.shown() == Key.Shown.NOTHING
              ? ""
              : " \"" + Problems.shortened(key.show(value.text())) + "\"";
      problems.add(value.origin().toString(), key.name() + shown + " " + e.getMessage());
      return false;
    }
  }

  /** What no value says alone. */
  private static void rules(Values values, Problems problems) {
    boolean demo = values.get(Keys.DEMO);
    if (demo && !isLoopback(values.get(Keys.HTTP_HOST))) {
      problems.add(
          values.from(Keys.HTTP_HOST),
          "http.host is not loopback, which demo=true doesn't allow: everybody could order and pay"
              + " with the sandbox. Set demo=false, or keep http.host=127.0.0.1");
    }
    boolean external = !values.get(Keys.IDENTITY_JWKS_URL).isEmpty();
    if (demo && external) {
      problems.add(
          values.from(Keys.IDENTITY_JWKS_URL),
          "identity.jwks-url (an external issuer) doesn't go together with demo=true; set demo=false");
    }
    if (external && values.isDefault(Keys.IDENTITY_ISSUER)) {
      problems.add(
          values.from(Keys.IDENTITY_JWKS_URL),
          "identity.jwks-url needs identity.issuer, the iss of that issuer's tokens");
    }
    if (!demo && !external) {
      problems.add(
          values.isDefault(Keys.DEMO) ? values.from(Keys.HTTP_HOST) : values.from(Keys.DEMO),
          "demo=false needs identity.jwks-url and identity.issuer, the issuer of your tokens: tokens"
              + " of our own making belong to demo=true");
    }
    if (!demo && values.get(Keys.SANDBOX_SECRET).isGiven()) {
      problems.add(
          values.from(Keys.SANDBOX_SECRET), "sandbox.secret is for demo=true; take it out");
    }
    ProviderRules.check(values, problems);
    PartRules.check(values, problems);
    if (!demo && !values.get(Keys.SIMULATORS_URL).isEmpty()) {
      problems.add(
          values.from(Keys.SIMULATORS_URL), "simulators.url is for demo=true; take it out");
    }
    if (!values.get(Keys.LAKE_S3_ENDPOINT).isEmpty()
        && (values.get(Keys.LAKE_S3_BUCKET).isEmpty()
            || !values.get(Keys.LAKE_S3_ACCESS_KEY).isGiven()
            || !values.get(Keys.LAKE_S3_SECRET_KEY).isGiven())) {
      problems.add(
          values.from(Keys.LAKE_S3_ENDPOINT),
          "lake.s3.endpoint needs lake.s3.bucket, lake.s3.access-key and lake.s3.secret-key");
    }
    if (!demo && values.get(Keys.DEMO_SKUS) > 0) {
      problems.add(values.from(Keys.DEMO_SKUS), "demo.skus is for demo=true; take it out");
    }
  }

  private static Settings settings(Path data, Values values) {
    return new Settings(
        data.toAbsolutePath().normalize(),
        values.get(Keys.DISK_FREE_MIN),
        new Settings.Http(
            values.get(Keys.HTTP_HOST),
            values.get(Keys.HTTP_PORT),
            values.get(Keys.HTTP_LIMIT_PER_USER),
            values.get(Keys.HTTP_CONCURRENCY_MAX)),
        new Settings.Database(
            values.get(Keys.DB_URL),
            values.get(Keys.DB_WRITE_CONNECTIONS_MAX),
            values.get(Keys.DB_READ_CONNECTIONS_MAX)),
        new Settings.Messaging(
            values.get(Keys.ROCKETMQ_NAMESRV),
            values.get(Keys.ROCKETMQ_TOPIC_PREFIX),
            values.get(Keys.EVENTS_KEPT)),
        new Settings.Demo(
            values.get(Keys.DEMO), values.get(Keys.DEMO_SKUS), values.get(Keys.SIMULATORS_URL)),
        new Settings.Orders(
            values.get(Keys.ORDER_PAY_WINDOW),
            values.get(Keys.ORDER_COMPLETE_AFTER),
            values.get(Keys.LANE_PER_SECOND_MAX),
            values.get(Keys.ORDERS_KEPT),
            values.get(Keys.ORDERS_DETACHED_KEPT)),
        new Settings.Flash(
            values.get(Keys.FLASH_WARM_BEFORE),
            values.get(Keys.FLASH_QUEUE_MAX),
            values.get(Keys.FLASH_PER_SECOND_MAX),
            values.get(Keys.FLASH_MARGIN),
            values.get(Keys.FLASH_ANSWER_WITHIN),
            values.get(Keys.FLASH_CONCURRENCY_MAX),
            values.get(Keys.FLASH_CONNECTIONS),
            values.get(Keys.FLASH_LIMIT_PER_USER),
            values.get(Keys.FLASH_LIMIT_PER_ADDRESS),
            values.get(Keys.FLASH_TOKEN_LEAD)),
        new Settings.Fulfilment(
            values.get(Keys.FULFILMENT_WAREHOUSE_POLL), values.get(Keys.FULFILMENT_CARRIER_POLL)),
        new PointsSpending(
            values.get(Keys.POINTS_VALUE), values.get(Keys.POINTS_SHARE_MAX_PERCENT)),
        new Settings.Money(
            values.get(Keys.REFUND_CHECK_AFTER), values.get(Keys.RECONCILIATION_HOUR)),
        new RefundPolicy(values.get(Keys.APPROVAL_ABOVE), values.get(Keys.SPENT_PERKS)),
        values.get(Keys.RETURN_WINDOW),
        new Settings.Identity(
            values.get(Keys.IDENTITY_ISSUER),
            values.get(Keys.IDENTITY_AUDIENCE),
            values.get(Keys.IDENTITY_JWKS_URL)),
        new Settings.Sandbox(values.get(Keys.SANDBOX_SECRET), values.get(Keys.SANDBOX_MERCHANT)),
        ProviderRules.settings(values),
        new Settings.Console(values.get(Keys.CONSOLE_PASSWORD)),
        values.get(Keys.BUSINESS_ZONE),
        values.get(Keys.LOG_LEVEL),
        values.get(Keys.NODE_ROLE),
        lake(data, values),
        new Settings.Reports(
            values.get(Keys.REPORTS_URL),
            values.get(Keys.REPORTS_MEMORY),
            values.get(Keys.REPORTS_THREADS)),
        new Settings.Otel(
            values.get(Keys.OTEL_ENDPOINT),
            values.get(Keys.OTEL_SAMPLE_RATIO),
            values.get(Keys.OTEL_TIMEOUT)),
        new Settings.Webhooks(values.get(Keys.WEBHOOKS_ALLOW_PRIVATE)),
        PartRules.settings(values),
        given(values));
  }

  private static Settings.Lake lake(Path data, Values values) {
    String folder = values.get(Keys.LAKE_DIR);
    return new Settings.Lake(
        (folder.isEmpty() ? data.resolve("lake") : Path.of(folder)).toAbsolutePath().normalize(),
        new Settings.Store(
            values.get(Keys.LAKE_S3_ENDPOINT),
            values.get(Keys.LAKE_S3_REGION),
            values.get(Keys.LAKE_S3_BUCKET),
            values.get(Keys.LAKE_S3_ACCESS_KEY),
            values.get(Keys.LAKE_S3_SECRET_KEY)));
  }

  private static Map<String, Secret> given(Values values) {
    Map<String, Secret> given = new HashMap<>();
    for (Key<?> key : Keys.all()) {
      if (!values.isDefault(key)) {
        given.put(key.variable(), new Secret(values.orDefault(key)));
      }
    }
    return given;
  }

  /** Names are not looked up: whoever may answer for them, may answer differently tomorrow. */
  static boolean isLoopback(String host) {
    if (host.equals("localhost")) {
      return true;
    }
    boolean literal = host.indexOf(':') >= 0 || host.matches("[0-9.]+");
    if (!literal) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
