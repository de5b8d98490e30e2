package io.tidegate.server.console;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.identity.Caller;
import io.tidegate.shop.staff.StaffStore;
import java.time.Duration;

/**
 * Looks at people that are masked otherwise: each is on record before anything is shown, and nobody
 * may look at many.
 */
final class Reveals {
  static final String ACT = "consignee.reveal";
  static final Duration WINDOW = Duration.ofHours(1);

  private final Database database;

  Reveals(Database database) {
    this.database = database;
  }

  /**
   * Writes a look down, in a transaction of its own: it stays on record whatever comes after it.
   *
   * @throws Problem 403 where the member's role shows nobody, 429 where it was too often
   */
  void record(Caller member, String order) {
    int most = perWindowMax(member);
    if (most == 0) {
      throw Problem.forbidden();
    }
    boolean allowed =
        database.write(
            "reveal",
            tx ->
                StaffStore.recordUnlessOften(
                    tx, member.subject(), ACT, "order " + order, most, WINDOW));
    if (!allowed) {
      throw Problem.rateLimited(WINDOW.toSeconds());
    }
  }

  /** How many people a member may look at within {@link #WINDOW}: the most that a role allows. */
  static int perWindowMax(Caller member) {
    return member.roles().stream().mapToInt(Reveals::perWindowMax).max().orElse(0);
  }

  private static int perWindowMax(String role) {
    return switch (role) {
      case "admin" -> 120;
      case "support", "warehouse" -> 60;
      case "finance" -> 20;
      default -> 0;
    };
  }
}
