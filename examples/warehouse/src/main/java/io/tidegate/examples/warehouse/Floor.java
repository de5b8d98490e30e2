package io.tidegate.examples.warehouse;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where parcels are picked, packed and handed over, one after the other. What Tidegate has not
 * heard is told again, for as long as it takes.
 */
final class Floor implements AutoCloseable {

  private static final Duration ROUND = Duration.ofMillis(100);

  /** After a report that nobody heard: the others wait as well, since it is the same receiver. */
  private static final Duration DEAF_PAUSE = Duration.ofSeconds(1);

  /** After a report of one parcel that came to nothing, the others go first. */
  private static final Duration PARCEL_PAUSE = Duration.ofSeconds(10);

  private final Book book;
  private final Tidegate tidegate;
  private final Duration step;

  /** Until when parcels wait, for the floor's thread; no more than there are open ones. */
  private final Map<String, Long> waits = new HashMap<>();

  private @Nullable Thread thread;

  /**
   * A floor.
   *
   * @param step how long each step takes
   */
  Floor(Book book, Tidegate tidegate, Duration step) {
    this.book = book;
    this.tidegate = tidegate;
    this.step = step;
  }

  void start() {
    thread = Thread.ofPlatform().name("floor").start(this::run);
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(round() ? ROUND : DEAF_PAUSE);
      }
    } catch (InterruptedException _) {
      // The house closes.
    }
  }

  /**
   * Does what is due; false where Tidegate did not hear. Whatever comes of one parcel, the next
   * round goes on with the others.
   */
  boolean round() throws InterruptedException {
    tidy();
    for (Parcel parcel : book.open()) {
      if (now() < waits.getOrDefault(key(parcel), 0L)) {
        continue;
      }
      try {
        if (!work(parcel)) {
          waits.put(key(parcel), now() + PARCEL_PAUSE.toMillis());
          return false;
        }
      } catch (RuntimeException e) {
        waits.put(key(parcel), now() + PARCEL_PAUSE.toMillis());
        say(parcel, "a step broke, again soon: " + e);
      }
    }
    return true;
  }

  private void tidy() {
    try {
      book.tidy(now());
    } catch (RuntimeException e) {
      System.err.println("again in the next round: " + e);
    }
  }

  private boolean work(Parcel parcel) throws InterruptedException {
    if (parcel.told() != parcel.state()) {
      return tell(parcel);
    }
    return now() - parcel.sinceMillis() < step.toMillis() || step(parcel);
  }

  private boolean step(Parcel parcel) throws InterruptedException {
    return switch (parcel.state()) {
      case ACCEPTED -> go(parcel, State.PICKED);
      case PICKED -> pack(parcel);
      case PACKED -> go(parcel, State.SHIPPED);
      case SHIPPED -> go(parcel, State.DELIVERED);
      case DELIVERED, STOPPED -> true;
    };
  }

  private boolean go(Parcel parcel, State next) {
    book.change(parcel, seen -> seen.in(next, now()));
    return true; // told in the next round
  }

  /** Asks first: from here on no refund can stop it, and Tidegate decides which of both won. */
  private boolean pack(Parcel parcel) throws InterruptedException {
    Tidegate.Heard heard = tidegate.report(parcel, State.PACKED);
    if (heard == Tidegate.Heard.YES) {
      book.change(parcel, seen -> seen.in(State.PACKED, now()).toldOf(State.PACKED));
    }
    return after(parcel, heard);
  }

  private boolean tell(Parcel parcel) throws InterruptedException {
    Tidegate.Heard heard = tidegate.report(parcel, parcel.state());
    if (heard == Tidegate.Heard.YES) {
      book.change(parcel, seen -> seen.toldOf(seen.state()));
    }
    return after(parcel, heard);
  }

  /** What follows from an answer; false where there was none that says anything. */
  private boolean after(Parcel parcel, Tidegate.Heard heard) {
    return switch (heard) {
      case YES -> {
        waits.remove(key(parcel));
        yield true;
      }
      case STOPPED -> {
        book.change(
            parcel,
            seen ->
                seen.state() == State.PICKED
                    ? seen.in(State.STOPPED, now()).toldOf(State.STOPPED)
                    : seen.toldOf(seen.state()));
        yield true;
      }
      case LATER -> {
        waits.put(key(parcel), now() + PARCEL_PAUSE.toMillis());
        yield true;
      }
      case NEVER -> {
        waits.put(key(parcel), Long.MAX_VALUE);
        say(
            parcel,
            "given up until the next start, or until it is told again by another ticket: Tidegate doesn't know it, or not this report, or another house has it");
        yield true;
      }
      case UNKNOWN -> false;
    };
  }

  /** Told again by another ticket, it is another matter. */
  private static String key(Parcel parcel) {
    return parcel.name() + " " + parcel.ticket();
  }

  private static void say(Parcel parcel, String what) {
    System.err.println("parcel " + parcel + ": " + what);
  }

  private static long now() {
    return System.currentTimeMillis();
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
