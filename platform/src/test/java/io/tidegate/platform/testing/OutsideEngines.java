package io.tidegate.platform.testing;

/** Engines that tests are told to use in place of starting their own. */
final class OutsideEngines {

  private OutsideEngines() {}

  /** A PostgreSQL's address with a superuser and its password; empty where there is none. */
  static String databaseUrl() {
    return System.getProperty("tidegate.test.db.url", "");
  }

  /** A RocketMQ's name servers; empty where there are none. */
  static String namesrv() {
    return System.getProperty("tidegate.test.rocketmq.namesrv", "");
  }

  /** What names of this JVM's own begin with there, so that many test JVMs can share them. */
  static String ownPrefix() {
    return "test_" + ProcessHandle.current().pid() + "_" + System.currentTimeMillis() + "_";
  }
}
