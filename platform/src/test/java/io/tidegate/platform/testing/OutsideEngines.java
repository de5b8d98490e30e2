package io.tidegate.platform.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Engines that tests are told to use in place of starting their own. */
final class OutsideEngines {

  /** What names there begin with, whichever test JVM made them; nothing else is ever taken away. */
  static final String PREFIX = "tidegate_test_";

  /**
   * A broker doesn't say whether whoever made a topic lives. The build ends a JVM of tests after an
   * hour; one that somebody debugs may take longer.
   */
  private static final Duration LIFE_MAX = Duration.ofDays(1);

  /** No test JVM has made anything there before; a word that looks like a time mostly means one. */
  private static final Instant FIRST = Instant.parse("2025-01-01T00:00:00Z");

  /** So much may the clock of another machine be ahead. */
  private static final Duration AHEAD_MAX = Duration.ofDays(1);

  /** Process and time: short, since a prefix of topics has no more than 32 letters. */
  static final String RUN = "[0-9a-z]{1,6}_[0-9a-z]{8}_";

  private static final int RADIX = Character.MAX_RADIX;
  private static final Pattern MADE = Pattern.compile(PREFIX + "[0-9a-z]{1,6}_([0-9a-z]{8})_.*");

  private static final String OWN =
      PREFIX
          + Long.toString(ProcessHandle.current().pid(), RADIX)
          + "_"
          + Long.toString(System.currentTimeMillis(), RADIX)
          + "_";

  private OutsideEngines() {}

  /** A PostgreSQL's address with a role that may create databases; empty where there is none. */
  static String databaseUrl() {
    return System.getProperty("tidegate.test.db.url", "");
  }

  /** A RocketMQ's name servers; empty where there are none. */
  static String namesrv() {
    return System.getProperty("tidegate.test.rocketmq.namesrv", "");
  }

  /** What names of this JVM's own begin with there, so that many test JVMs can share them. */
  static String ownPrefix() {
    return OWN;
  }

  /** Whether something of that name was made by a test JVM that has certainly ended. */
  static boolean isLeft(String name) {
    return isOlder(name, LIFE_MAX);
  }

  /**
   * Whether something of that name was made by a test JVM that began longer ago. Somebody's own
   * thing may be called alike, but for a time within the years of these tests.
   */
  static boolean isOlder(String name, Duration age) {
    Matcher made = MADE.matcher(name);
    if (!made.matches()) {
      return false;
    }
    Instant begun = Instant.ofEpochMilli(Long.parseLong(made.group(1), RADIX));
    Instant now = Instant.now();
    return !begun.isBefore(FIRST)
        && begun.isBefore(now.plus(AHEAD_MAX))
        && begun.isBefore(now.minus(age));
  }
}
