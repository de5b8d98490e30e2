package io.tidegate.harness.bench;

import java.net.ConnectException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flash sales of a bench that may sell still. Those of a system which goes on after the bench
 * are stopped, also where the bench fails or a signal ends it; and each ends by itself, for what
 * nobody can stop any more.
 */
final class OpenSales implements AutoCloseable {
  /** An answer that takes longer is none, of those that are waited for when the bench ends. */
  static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  /** All are stopped in so many times as long as an answer is waited for, or are told. */
  static final int SETTLED_ANSWERS_MAX = 2;

  private static final Duration ASK_EVERY = Duration.ofMillis(250);
  private static final String PATH = "/v1/admin/flash-sales";
  private static final List<String> OVER = List.of("ended", "stopped");

  private final Staff staff;
  private final Duration answerMax;
  private final Report report;
  private final @Nullable Thread hook;

  /** By the key that each was planned under. */
  private final Map<String, Planned> planned = new LinkedHashMap<>();

  private boolean abandoned;

  /**
   * A sale that was asked for.
   *
   * @param id absent where nobody was told it yet
   */
  private record Planned(String key, String json, Instant endsAt, @Nullable String id) {
    @Override
    public String toString() {
      return id == null ? "a sale that may be planned" : "sale " + id;
    }
  }

  /**
   * None yet.
   *
   * @param goesOn whether the system does, after the bench
   * @param report is told whether all could be stopped
   */
  OpenSales(Staff staff, boolean goesOn, Report report) {
    this(staff, ANSWER_MAX, goesOn, report);
  }

  /** The same with another limit for each answer. */
  OpenSales(Staff staff, Duration answerMax, boolean goesOn, Report report) {
    this.staff = staff;
    this.answerMax = answerMax;
    this.report = report;
    this.hook = goesOn ? new Thread(this::abandon) : null;
    if (hook != null) {
      Runtime.getRuntime().addShutdownHook(hook);
    }
  }

  /**
   * Plans one. It is noted before it is asked for: where no answer tells which it is, the same
   * again does.
   *
   * @return its id
   */
  String plan(String json, Instant endsAt) throws BenchFailure, InterruptedException {
    Planned sale = new Planned(staff.key(), json, endsAt, null);
    note(sale);
    try {
      return made(sale, Staff.ANSWER_MAX);
    } catch (UnknownOutcome e) {
      if (e.getCause() instanceof ConnectException) {
        forget(sale.key()); // Nobody was reached.
      }
      throw e;
    } catch (BenchFailure e) {
      forget(sale.key()); // It was refused.
      throw e;
    }
  }

  private String made(Planned sale, Duration within) throws BenchFailure, InterruptedException {
    String id = staff.post(PATH, sale.key(), sale.json(), within).path("id").asString("");
    if (id.isEmpty()) {
      throw new UnknownOutcome("a sale that was planned has no id");
    }
    tell(new Planned(sale.key(), sale.json(), sale.endsAt(), id));
    return id;
  }

  /** Stops one, as part of what is measured. */
  void stop(String id) throws BenchFailure, InterruptedException {
    staff.post(PATH + "/" + id + "/stop", "{}");
    forgetSale(id);
  }

  private synchronized void note(Planned sale) throws BenchFailure {
    if (abandoned) {
      throw new BenchFailure("the bench was broken off");
    }
    planned.put(sale.key(), sale);
  }

  /** What was stopped meanwhile stays forgotten. */
  private synchronized void tell(Planned sale) {
    planned.replace(sale.key(), sale);
  }

  private synchronized void forget(String key) {
    planned.remove(key);
  }

  private synchronized void forgetSale(String id) {
    planned.values().removeIf(sale -> id.equals(sale.id()));
  }

  private synchronized List<Planned> left() {
    return List.copyOf(planned.values());
  }

  /** No other is planned; what is under way is not waited for, but asked for again. */
  private void abandon() {
    synchronized (this) {
      abandoned = true;
    }
    areStopped();
  }

  /** Stops them, each whatever becomes of the others, and says which may go on. */
  private boolean areStopped() {
    long until = System.nanoTime() + answerMax.multipliedBy(SETTLED_ANSWERS_MAX).toNanos();
    for (Planned sale : left()) {
      try {
        end(sale, until);
      } catch (BenchFailure e) {
        tellLeft(sale, e);
      } catch (InterruptedException e) {
        tellLeft(sale, e);
        Thread.currentThread().interrupt();
        break;
      }
    }
    return left().isEmpty();
  }

  /** By its id, where that was found meanwhile. */
  private synchronized void tellLeft(Planned sale, Exception why) {
    System.err.println(
        "bench: "
            + planned.getOrDefault(sale.key(), sale)
            + " could not be stopped, it ends at "
            + sale.endsAt()
            + ": "
            + why);
  }

  private void end(Planned sale, long until) throws BenchFailure, InterruptedException {
    // A busy shop may be at work at it still, and say so only later.
    String id = sale.id() == null ? again(until, () -> made(sale, within(until))) : sale.id();
    again(until, () -> stopped(PATH + "/" + id, until));
    forget(sale.key());
  }

  private boolean stopped(String path, long until) throws BenchFailure, InterruptedException {
    try {
      staff.post(path + "/stop", staff.key(), "{}", within(until));
    } catch (BenchFailure e) {
      if (!OVER.contains(staff.get(path, within(until)).path("state").asString(""))) {
        throw e;
      }
    }
    return true;
  }

  private interface Asked<T> {
    T answer() throws BenchFailure, InterruptedException;
  }

  /** What is answered at last: beside a flood somebody may be turned away many times. */
  private static <T> T again(long until, Asked<T> asked) throws BenchFailure, InterruptedException {
    while (true) {
      try {
        return asked.answer();
      } catch (BenchFailure e) {
        if (System.nanoTime() >= until) {
          throw e;
        }
      }
      Thread.sleep(ASK_EVERY);
    }
  }

  private Duration within(long until) {
    Duration left = Duration.ofNanos(Math.max(0, until - System.nanoTime()));
    return left.compareTo(answerMax) < 0 ? left : answerMax;
  }

  /** One that may go on is a check that fails: what was measured is told all the same. */
  @Override
  public void close() {
    if (hook == null) {
      return;
    }
    boolean stopped = areStopped();
    Launcher.unhook(hook);
    report.check("sales_are_stopped", "stopped", stopped ? "stopped" : "left: " + left(), stopped);
  }
}
