package io.tidegate.harness.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Two people of the staff who go through the lists again and again: returns, refunds that two must
 * approve, refunds that wait for a person, parked money. What they decide is drawn from the seed
 * and the thing's own number, so that it is the same in every run of its seed.
 */
final class Desk {
  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(300);

  /** What was decided shows in the lists until its work is done: it is left alone for so long. */
  private static final Duration DECIDED_FOR = Duration.ofSeconds(4);

  private static final int AT_ONCE_MAX = 8;
  private static final int PAGES_MAX = 20;
  private static final String APPROVALS = "/v1/admin/refunds";
  private static final String RETURNS = "/v1/admin/returns";
  private static final String PARCELS = "/v1/admin/shipments";
  private static final String PARKED = "/v1/admin/parked-payments";

  private final HttpDoor door;
  private final String first;
  private final String second;
  private final Counts counts;
  private final Duel.Findings findings;
  private final long seed;
  private final Map<String, Long> decided = new ConcurrentHashMap<>();
  private final Semaphore places = new Semaphore(AT_ONCE_MAX);
  private @Nullable Thread thread;
  private volatile boolean stopped;

  /**
   * @param first a token
   * @param second of another person
   */
  Desk(
      HttpDoor door,
      String first,
      String second,
      Counts counts,
      Duel.Findings findings,
      long seed) {
    this.door = door;
    this.first = first;
    this.second = second;
    this.counts = counts;
    this.findings = findings;
    this.seed = seed;
  }

  void start() {
    thread =
        Thread.ofVirtual()
            .name("desk")
            .start(() -> {
              try {
                while (!stopped) {
                  round();
                  LockSupport.parkNanos(BETWEEN_ROUNDS.toNanos());
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  void stop() throws InterruptedException {
    stopped = true;
    if (thread != null) {
      LockSupport.unpark(thread);
      thread.join();
    }
  }

  @FunctionalInterface
  private interface Work {
    void on(String id, JsonNode item) throws InterruptedException;
  }

  /** Goes through all lists once. Returns how much stood in them, or -1 where one can't be read. */
  int round() throws InterruptedException {
    List<Integer> found = new ArrayList<>();
    found.add(through(RETURNS + "?state=requested", this::judge));
    found.add(
        through(
            RETURNS + "?state=in_transit",
            (id, _) -> act(id, "/receive", "{}", "return received")));
    found.add(through(RETURNS + "?state=received", this::inspect));
    found.add(through(APPROVALS + "?state=awaiting_approval", this::approve));
    found.add(through(APPROVALS + "?state=waiting", this::resolve));
    found.add(through(PARKED, this::unpark));
    return found.contains(-1) ? -1 : found.stream().mapToInt(Integer::intValue).sum();
  }

  private int through(String list, Work work) throws InterruptedException {
    int found = 0;
    String next = list + (list.contains("?") ? "&" : "?") + "limit=100";
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int page = 0; page < PAGES_MAX; page++) {
        if (!(door.get(next, first) instanceof Answer.Done(int _, JsonNode body, boolean _))) {
          return -1;
        }
        for (JsonNode item : body.path("data")) {
          found++;
          String id = idOf(item);
          if (isNew(list, id)) {
            places.acquire();
            threads.execute(() -> worked(work, id, item));
          }
        }
        String after = body.path("next").asString("");
        if (after.isEmpty()) {
          break;
        }
        next = list + (list.contains("?") ? "&" : "?") + "limit=100&after=" + after;
      }
    }
    return found;
  }

  /** Parked money has no number of its own: it is the order's, and the provider's transaction. */
  private static String idOf(JsonNode item) {
    String transaction = item.path("transaction").asString("");
    return transaction.isEmpty()
        ? item.path("id").asString("")
        : item.path("order").asString("") + "/" + transaction;
  }

  private boolean isNew(String list, String id) {
    long now = System.nanoTime();
    String key = list + " " + id;
    Long before = decided.get(key);
    if (before != null && now - before < DECIDED_FOR.toNanos()) {
      return false;
    }
    decided.put(key, now);
    return true;
  }

  private void worked(Work work, String id, JsonNode item) {
    try {
      work.on(id, item);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private int dice(String id, int sides) {
    return new SplittableRandom(seed ^ (id.hashCode() * 0x9E3779B97F4A7C15L)).nextInt(sides);
  }

  private void judge(String id, JsonNode item) throws InterruptedException {
    if (dice(id, 100) < 93) {
      act(id, "/approve", "{}", "return approved");
    } else {
      act(id, "/reject", "{\"reason\":\"too late\"}", "return rejected");
    }
  }

  private void inspect(String id, JsonNode item) throws InterruptedException {
    int dice = dice(id, 100);
    ObjectNode body = JsonMapper.shared().createObjectNode().put("accept", dice >= 10);
    String what = dice < 10 ? "return not accepted" : "return accepted";
    JsonNode lines = item.path("lines");
    if (dice >= 10 && dice < 30 && !lines.isEmpty()) {
      // Of its first line one piece less, where there are several; the other lines not at all.
      JsonNode line = lines.get(0);
      int quantity = line.path("quantity").intValue();
      body.putArray("lines")
          .addObject()
          .put("line", line.path("line").intValue())
          .put("quantity", Math.max(1, quantity - 1));
      what = "return accepted in part";
    }
    act(id, "/inspect", body.toString(), what);
  }

  private void act(String id, String act, String body, String what) throws InterruptedException {
    note(what, id, send(RETURNS + "/" + id + act, first, body));
  }

  private void approve(String id, JsonNode item) throws InterruptedException {
    decide("refund approved", id, APPROVALS + "/" + id + "/approve", "{}");
  }

  /**
   * Decides, and where a second person is wanted, both do. The same person twice is one person, so
   * what is proposed stays so.
   */
  private void decide(String what, String id, String path, String body)
      throws InterruptedException {
    Answer answer = send(path, first, body);
    if (wantsAnother(answer)) {
      counts.add("staff: a second person was wanted");
      if (dice(id, 4) == 0) {
        Answer again = send(path, first, body);
        if (again instanceof Answer.Done(int _, JsonNode told, boolean _)
            && told.path("outcome").asString("").equals("applied")) {
          findings.add(Finding.broken(path + " was decided by one person twice: " + again));
        }
      }
      answer = send(path, second, body);
    }
    note(what, id, answer);
  }

  private static boolean wantsAnother(Answer answer) {
    return switch (answer) {
      case Answer.Done(int _, JsonNode told, boolean _) ->
          told.path("outcome").asString("").equals("proposed");
      case Answer.Refused(int _, String code) -> code.equals("second_person_needed");
      case Answer.NotYet _, Answer.Unknown _ -> false;
    };
  }

  /**
   * Unpacks what the warehouse had packed before it heard of the stop; then one of the choices that
   * are offered: mostly to try again, at times to end it.
   */
  private void resolve(String id, JsonNode item) throws InterruptedException {
    for (JsonNode parcel : item.path("packedParcels")) {
      String path = PARCELS + "/" + parcel.asString("") + "/unpack";
      note("parcel unpacked", id, send(path, first, "{}"));
    }
    if (!(door.get(APPROVALS + "/" + id, first)
        instanceof Answer.Done(int _, JsonNode shown, boolean _))) {
      return;
    }
    List<String> offered = new ArrayList<>();
    shown.path("choices").forEach(choice -> offered.add(choice.path("action").asString("")));
    // Another choice each time: what a provider refuses for good is not tried for ever.
    String action = chosen(offered, dice(id + "/" + shown.path("decisions").size(), 100));
    if (action.isEmpty()) {
      return;
    }
    ObjectNode body =
        JsonMapper.shared().createObjectNode().put("action", action).put("note", "by the desk");
    if (action.equals("by_hand")) {
      body.put("reference", "bank-" + id);
    }
    decide("waiting: " + action, id, APPROVALS + "/" + id + "/resolve", body.toString());
  }

  private static String chosen(List<String> offered, int dice) {
    List<String> wanted =
        dice < 45
            ? List.of("retry", "new_number")
            : dice < 92
                ? List.of("new_number", "retry")
                : dice < 96
                    ? List.of("by_hand", "new_number", "retry")
                    : List.of("give_up", "new_number", "retry");
    return wanted.stream().filter(offered::contains).findFirst().orElse("");
  }

  private void unpark(String id, JsonNode item) throws InterruptedException {
    boolean back = dice(id, 100) < 85;
    decide(
        back ? "parked money given back" : "parked money dismissed",
        id,
        PARKED + "/" + id + (back ? "/refund" : "/dismiss"),
        back ? "{}" : "{\"reason\":\"kept on record\"}");
  }

  /** Some acts want a key, and none minds one. */
  private Answer send(String path, String token, String body) throws InterruptedException {
    return door.post(path, token, "desk-" + System.nanoTime(), body);
  }

  /** What somebody else did meanwhile is no fault; a 4xx that says the request is wrong is one. */
  private void note(String what, String id, Answer answer) {
    switch (answer) {
      case Answer.Done _ -> counts.add("staff: " + what);
      case Answer.Refused(int status, String code) -> {
        counts.add("staff: " + what + " refused: " + code);
        if (status != 409 && status != 404) {
          findings.add(Finding.broken("staff, %s, %s: %s".formatted(what, id, answer)));
        }
      }
      case Answer.NotYet _, Answer.Unknown _ -> {} // The next round sees it again.
    }
  }
}
