package io.tidegate.harness.chaos;

import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The product's own reconciliation of the days of a run, as a member of staff has it made: what is
 * open is resolved by what it offers, and in the end nothing may be open.
 */
final class Statements {
  private static final Duration RUN_MAX = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final int ROUNDS_MAX = 5;
  private static final int PAGES_MAX = 200;

  private final HttpDoor door;
  private final URI simulators;
  private final String staff;
  private final List<Provider> providers;
  private final Counts counts;
  private final Consumer<String> progress;
  private final List<Finding> findings = new ArrayList<>();

  /** Lines of a provider's statements, and those under which nothing differs. */
  record Lines(long lines, long matched) {
    static final Lines NONE = new Lines(0, 0);

    Lines and(Lines other) {
      return new Lines(lines + other.lines, matched + other.matched);
    }
  }

  /** What was compared of each provider, by its name, and what is wrong. */
  record Result(Map<String, Lines> byProvider, List<Finding> findings) {
    long lines() {
      return byProvider.values().stream().mapToLong(Lines::lines).sum();
    }

    long matched() {
      return byProvider.values().stream().mapToLong(Lines::matched).sum();
    }
  }

  /**
   * @param providers whose statements there are
   */
  Statements(
      HttpDoor door,
      URI simulators,
      String staff,
      List<Provider> providers,
      Counts counts,
      Consumer<String> progress) {
    this.door = door;
    this.simulators = simulators;
    this.staff = staff;
    this.providers = List.copyOf(providers);
    this.counts = counts;
    this.progress = progress;
  }

  Result reconcile(List<LocalDate> days) throws InterruptedException {
    Map<String, Lines> byProvider = new TreeMap<>();
    for (Provider provider : providers) {
      Lines lines = Lines.NONE;
      for (LocalDate day : days) {
        lines = lines.and(reconcile(provider, day));
      }
      byProvider.put(provider.wire(), lines);
      progress.accept(
          "statements of %s: %,d of %,d lines match"
              .formatted(provider.wire(), lines.matched(), lines.lines()));
    }
    return new Result(Collections.unmodifiableMap(byProvider), List.copyOf(findings));
  }

  private Lines reconcile(Provider provider, LocalDate day) throws InterruptedException {
    List<JsonNode> open = List.of();
    Lines lines = Lines.NONE;
    for (int round = 0; round < ROUNDS_MAX; round++) {
      Optional<Lines> run = run(provider, day);
      if (run.isEmpty()) {
        return lines;
      }
      lines = run.get();
      open = open(provider, day);
      if (open.isEmpty()) {
        break;
      }
      for (JsonNode difference : open) {
        if (round == 0) {
          counts.add("difference: " + difference.path("kind").asString("?"));
        }
        resolve(difference, round);
      }
    }
    open.stream()
        .limit(20)
        .forEach(d ->
            findings.add(
                Finding.broken(
                    "the statement of %s of %s has %s".formatted(day, provider.wire(), d))));
    return lines;
  }

  private static String query(Provider provider) {
    return "?provider=" + provider.wire();
  }

  /** Has the day matched anew; empty where there is none, or it can't be. */
  private Optional<Lines> run(Provider provider, LocalDate day) throws InterruptedException {
    String path = "/v1/admin/reconciliation/" + day + "/run" + query(provider);
    String key = "reconcile-" + provider.wire() + "-" + day + "-" + System.nanoTime();
    return finished(provider, day, path, key)
        .map(report ->
            new Lines(report.path("lines").longValue(), report.path("matched").longValue()));
  }

  /** A long day takes longer than one request waits: the same again says when it is done. */
  private Optional<JsonNode> finished(Provider provider, LocalDate day, String path, String key)
      throws InterruptedException {
    long until = System.nanoTime() + RUN_MAX.toNanos();
    while (true) {
      Answer answer = door.post(path, staff, key, "{}");
      if (answer instanceof Answer.Done(int _, JsonNode body, boolean _)) {
        return Optional.of(body);
      }
      if (answer instanceof Answer.Refused(int _, String code)
          && code.equals("statement_unavailable")
          && isIdle(provider, day)) {
        return Optional.empty(); // Of a day without trades not everybody has a statement.
      }
      if (answer instanceof Answer.Refused || System.nanoTime() > until) {
        findings.add(Finding.broken(path + " is answered " + answer));
        return Optional.empty();
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** Whether the provider's book has nothing of that day. */
  private boolean isIdle(Provider provider, LocalDate day) throws InterruptedException {
    URI book = URI.create(simulators + "/book" + query(provider) + "&date=" + day);
    return door.sent(HttpRequest.newBuilder(book).GET())
            instanceof Answer.Done(int _, JsonNode all, boolean _)
        && all.path("payments").isEmpty()
        && all.path("refunds").isEmpty();
  }

  private List<JsonNode> open(Provider provider, LocalDate day) throws InterruptedException {
    String first = "/v1/admin/reconciliation/" + day + query(provider) + "&limit=100";
    List<JsonNode> open = new ArrayList<>();
    String next = first;
    for (int i = 0; i < PAGES_MAX && !next.isEmpty(); i++) {
      Answer answer = door.get(next, staff);
      if (!(answer instanceof Answer.Done(int _, JsonNode page, boolean _))) {
        findings.add(Finding.unsettled(next + " is answered " + answer));
        break;
      }
      for (JsonNode difference : page.path("differences")) {
        if (difference.path("state").asString("").equals("open")) {
          open.add(difference);
        }
      }
      String after = page.path("next").asString("");
      next = after.isEmpty() ? "" : first + "&after=" + after;
    }
    return open;
  }

  /**
   * By asking, or by what gives the money back. Nothing is accepted as it is but another amount: a
   * notice told it, and its money is parked.
   */
  private void resolve(JsonNode difference, int round) throws InterruptedException {
    List<String> offered = new ArrayList<>();
    difference.path("actions").forEach(action -> offered.add(action.asString("")));
    List<String> wanted = new ArrayList<>();
    if (round < 2) {
      wanted.add("ask_again");
    }
    wanted.addAll(List.of("retry_refund", "refund"));
    if (difference.path("kind").asString("").equals("amount")) {
      wanted.add("accept");
    }
    for (String action : wanted) {
      if (offered.contains(action)) {
        String path =
            "/v1/admin/reconciliation/differences/%s/resolve"
                .formatted(difference.path("id").asString());
        String body =
            JsonMapper.shared()
                .createObjectNode()
                .put("action", action)
                .put("note", "after a long run")
                .toString();
        Answer answer = door.post(path, staff, "resolve-" + System.nanoTime(), body);
        counts.add(
            "difference resolved: " + action + (answer instanceof Answer.Done ? "" : " refused"));
        return;
      }
    }
  }
}
