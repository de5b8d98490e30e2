package io.tidegate.harness.bench;

import io.tidegate.harness.load.Load;
import io.tidegate.harness.load.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A bench's result as the JSON document that outside programs read. A figure that could not be had
 * is absent.
 */
public final class Report {
  /**
   * A figure that the product promises, under the settings that the promise names.
   *
   * @param hidden why it could not be measured; empty where it was
   */
  record Target(String name, Sense sense, double want, double got, String hidden) {
    boolean measurable() {
      return hidden.isEmpty();
    }

    boolean met() {
      return measurable()
          && switch (sense) {
            case AT_LEAST -> got >= want;
            case AT_MOST -> got <= want;
            case BELOW -> got < want;
          };
    }
  }

  /** On which side of what is wanted a figure must lie. */
  public enum Sense {
    AT_LEAST,
    AT_MOST,
    BELOW
  }

  /** Something that must add up, and whether it did. */
  private record Check(String name, String want, String got, boolean holds) {}

  private static final String NO_NUMBER = "what it is counted from gives no number";
  private static final String SPREAD = "two runs of the same differ by more than 15 %";

  private static final List<String> ORDER =
      List.of(
          "version",
          "commit",
          "startedAt",
          "what",
          "machine",
          "settings",
          "durability",
          "result",
          "perOrder",
          "raw",
          "naive",
          "pairs",
          "aaSpread");

  private final ObjectNode json = JsonMapper.shared().createObjectNode();
  private final ObjectNode verified = JsonMapper.shared().createObjectNode();
  private final List<Target> targets = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();
  private boolean durable = true;

  Report(String what, Instant startedAt) {
    Launcher.commitOf().ifPresent(commit -> json.put("commit", commit));
    json.put("startedAt", startedAt.toString());
    json.put("what", what);
    json.set("machine", Machine.json());
  }

  /**
   * Of what was run when.
   *
   * @param version of the system, where it is known
   */
  public static Report of(String what, Instant startedAt, Optional<String> version) {
    Report report = new Report(what, startedAt);
    report.version(version);
    return report;
  }

  void version(SystemUnderTest system) {
    version(system.version());
  }

  void version(Optional<String> version) {
    version.ifPresent(text -> json.put("version", text));
  }

  /** A section of its own name, made when it is first asked for. */
  public ObjectNode section(String name) {
    return name.equals("verified") ? verified : json.withObject("/" + name);
  }

  /** A list of its own name, made when it is first asked for. */
  public ArrayNode list(String name) {
    return json.withArray("/" + name);
  }

  public void count(String name, long value) {
    json.put(name, value);
  }

  void figure(String name, double value) {
    put(json, name, value);
  }

  void settings(Plan plan, int skus, int users) {
    ObjectNode settings = section("settings");
    switch (plan.pace()) {
      case Load.AsAnswered _, Load.UpTo _ ->
          settings.put("mode", "closed").put("connections", plan.connections());
      case Load.AtRate(double perSecond) ->
          settings
              .put("mode", "open")
              .put("connections", plan.connections())
              .put("offeredPerSecond", perSecond);
    }
    settings
        .put("seconds", plan.length().toSeconds())
        .put("warmupSeconds", plan.warmup().toSeconds())
        .put("users", users)
        .put("skus", skus)
        .put("skuSkew", plan.goods().skew().name().toLowerCase(Locale.ROOT))
        .put("linesPerOrder", plan.goods().lines());
  }

  /** Of a run without a load, whose commits nobody has counted. */
  public void durability(Durability durability) {
    durable &= durability.holds();
    CountedJson.durability(section("durability"), durability);
  }

  /** What the requests came to; {@code units} is what is counted a second. */
  void result(Tally tally, ShopTraffic traffic, String unit, long units) {
    ResultJson.fill(section("result"), tally, traffic, unit, units);
    check("something_was_measured", "at least 1 of " + unit, Long.toString(units), units > 0);
  }

  /** What the database and the processes counted, in all and for each unit. */
  void counted(Counted counted, long units, Tally tally) {
    durable &= counted.durability().holds();
    counted.ordersBefore().ifPresent(n -> section("settings").put("ordersBefore", n));
    CountedJson.durability(section("durability"), counted);
    CountedJson.perOrder(section("perOrder"), counted, units);
    CountedJson.verified(verified, counted);
    check(
        "relay_and_consumers_drained_within_" + Meter.DRAIN_MAX.toSeconds() + "_s",
        "drained",
        counted.drained().isPresent() ? "drained" : "not drained",
        counted.drained().isPresent());
    check("no_deadlocks", 0, 0, CountedJson.deadlocks(counted));
    if (tally.failed() > 0 || tally.unknown() > 0) {
      verified.put("requestsWithoutAnswer", tally.failed() + tally.unknown());
    }
  }

  /** Rows must be as many as the orders that were answered, and nobody's answer may be lost. */
  void created(Optional<Long> newRows, ShopTraffic traffic) {
    newRows.ifPresent(n -> verified.put("ordersInDatabase", n));
    long least = traffic.created();
    long most = least + traffic.perhapsCreated();
    verified.put("equalsCreated", within(least, most, newRows));
    check("rows_equal_created", least, most, newRows);
  }

  /** Something that must be so many at least and at most; unknown it does not hold. */
  public void check(String name, long least, long most, Optional<Long> got) {
    check(
        name,
        least == most ? Long.toString(least) : least + " to " + most,
        told(got),
        within(least, most, got));
  }

  /** Two counts that must be the same; unknown they are not. */
  void check(String name, Optional<Long> want, Optional<Long> got) {
    check(name, told(want), told(got), want.isPresent() && want.equals(got));
  }

  private static boolean within(long least, long most, Optional<Long> got) {
    return got.filter(n -> n >= least && n <= most).isPresent();
  }

  private static String told(Optional<Long> count) {
    return count.map(String::valueOf).orElse("unknown");
  }

  /**
   * Every customer must have been served. At a rate, who is turned away is answered fast and would
   * make latencies look good; in a closed loop, a request that always fails would hide behind those
   * that do not.
   */
  void allServed(Tally tally, ShopTraffic traffic) {
    allServed(tally, traffic.all());
  }

  /** The same of some kinds of requests. */
  void allServed(Tally tally, Answers all) {
    allServed("", List.of(tally), all);
  }

  /**
   * The same of several loads.
   *
   * @param prefix of the checks' names
   * @param all what must have been served in them
   */
  void allServed(String prefix, List<Tally> loads, Answers all) {
    check(
        prefix + "every_request_was_answered",
        0,
        all.failed() + loads.stream().mapToLong(t -> t.failed() + t.unknown() + t.notSent()).sum());
    check(prefix + "nobody_was_turned_away", 0, all.turnedAway());
  }

  /**
   * Where more is offered than can be done, to be refused is fair; to be left without an answer, or
   * with a server's failure, is not. Who was cut off by the generator's own end is no finding.
   *
   * @param prefix of the checks' names
   * @param all what became of the requests of these loads
   * @param fair problem codes beside 503's
   */
  void refusedFairly(String prefix, List<Tally> loads, Answers all, Set<String> fair) {
    long without = loads.stream().mapToLong(t -> t.failed() + t.unknown() - t.cutOff()).sum();
    check(prefix + "every_request_was_answered_or_refused", 0, all.failed() + without);
    check(prefix + "nobody_was_refused_without_a_fair_reason", 0, all.refusedBut(fair));
  }

  /** Something that must be so many. */
  public void check(String name, long want, long got) {
    check(name, Long.toString(want), Long.toString(got), want == got);
  }

  void check(String name, String want, String got, boolean holds) {
    checks.add(new Check(name, want, got, holds));
  }

  /** A figure that the product promises; one that is no number is never met. */
  public void target(String name, Sense sense, double want, double got) {
    boolean number = Double.isFinite(want) && Double.isFinite(got);
    targets.add(new Target(name, sense, want, got, number ? "" : NO_NUMBER));
  }

  /**
   * A figure that the product promises under settings which this run may not have had.
   *
   * @param hidden what they differ in; empty where they are those
   */
  void target(String name, Sense sense, double want, double got, String hidden) {
    if (hidden.isEmpty()) {
      target(name, sense, want, got);
    } else {
      notMeasurable(name, sense, want, got, hidden);
    }
  }

  /** A figure that this machine's own spread hides: it is never met. */
  void notMeasurable(String name, Sense sense, double want, double got) {
    notMeasurable(name, sense, want, got, SPREAD);
  }

  /**
   * A figure that says nothing of what was promised: it is never met.
   *
   * @param hidden why
   */
  void notMeasurable(String name, Sense sense, double want, double got, String hidden) {
    targets.add(new Target(name, sense, want, got, hidden));
  }

  List<Target> targets() {
    return List.copyOf(targets);
  }

  /** Whether all adds up, and each target was met: one that could not be judged was not. */
  boolean good() {
    return checks.stream().allMatch(Check::holds)
        && (!durable || targets.stream().allMatch(Target::met));
  }

  /** The whole document. Without durable commits a figure is no figure: no target is judged. */
  public ObjectNode json() {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    ORDER.stream().filter(json::has).forEach(name -> document.set(name, json.get(name)));
    for (Map.Entry<String, JsonNode> more : json.properties()) {
      if (!document.has(more.getKey())) {
        document.set(more.getKey(), more.getValue());
      }
    }
    document.set("verified", verified);
    ArrayNode checked = verified.putArray("checks");
    checks.forEach(c ->
        checked
            .addObject()
            .put("name", c.name())
            .put("want", c.want())
            .put("got", c.got())
            .put("holds", c.holds()));
    ArrayNode judged = document.putArray("targets");
    if (durable) {
      targets.forEach(t -> add(judged, t));
    }
    return document;
  }

  private static void add(ArrayNode judged, Target target) {
    ObjectNode json = judged.addObject().put("name", target.name());
    put(json, "want", target.want());
    put(json, "got", target.got());
    json.put("met", target.met()).put("sense", target.sense().name().toLowerCase(Locale.ROOT));
    if (!target.measurable()) {
      json.put("measurable", false).put("hidden", target.hidden());
    }
  }

  /** Puts a figure, unless it is no number. */
  static void put(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, rounded(value));
    }
  }

  static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }
}
