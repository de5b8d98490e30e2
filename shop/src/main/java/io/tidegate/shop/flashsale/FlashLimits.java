package io.tidegate.shop.flashsale;

import io.tidegate.platform.clock.Clock;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.RateLimit;
import java.time.Duration;

/** How often one user, and one address, may ask for tokens and orders of flash sales. */
final class FlashLimits {

  private static final Duration WINDOW = Duration.ofSeconds(10);

  private final int perUser;
  private final int perAddress;
  private final RateLimit users;
  private final RateLimit addresses;

  /**
   * @param perUser requests in 10 s; 0: no limit
   * @param perAddress requests in 10 s; 0: no limit
   */
  FlashLimits(int perUser, int perAddress, Clock clock) {
    this.perUser = perUser;
    this.perAddress = perAddress;
    this.users = new RateLimit(perUser, WINDOW, clock);
    this.addresses = new RateLimit(perAddress, WINDOW, clock);
  }

  /**
   * One more request.
   *
   * @throws Problem 429 when it is one too many
   */
  void count(long userId, String address) {
    if (!users.none()) {
      check(perUser, users.count(Long.toString(userId)));
    }
    if (!addresses.none()) {
      check(perAddress, addresses.count(address));
    }
  }

  /** Told by a policy's own name: the server's limit of all requests is another one. */
  private static void check(int requestsMax, RateLimit.Left left) {
    if (left.left() < 0) {
      throw Problem.rateLimited(left.resetSeconds())
          .header("RateLimit-Policy", "\"flash\";q=" + requestsMax + ";w=" + WINDOW.toSeconds())
          .header("RateLimit", "\"flash\";r=0;t=" + left.resetSeconds());
    }
  }
}
