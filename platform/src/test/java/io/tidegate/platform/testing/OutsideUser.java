package io.tidegate.platform.testing;

import java.util.List;

/** A test JVM that makes a database and topics, tells their names, and ends with its input. */
final class OutsideUser {

  private OutsideUser() {}

  public static void main(String[] arguments) throws Exception {
    String database = TestPostgres.freshDatabase("outside-user", _ -> {});
    List<String> topics = TestBroker.shared().topics();
    System.out.println(database + " " + topics.getFirst());
    while (System.in.read() >= 0) {
      // Only its end matters.
    }
    System.exit(0); // as the build ends a JVM of tests, whatever threads there are
  }
}
