package io.tidegate.shop.reporting;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Bulkhead;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.platform.messaging.StreamSender;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What customers do, told by their programs: {@code POST /v1/behaviour}. It goes to a topic of its
 * own and is taken once the broker has it; no database is asked.
 */
public final class BehaviourRoutes implements Routes {

  /** The topic's name, without the prefix. */
  public static final String TOPIC = "behaviour";

  private static final long RETRY_SECONDS = 1;
  private static final int INSIDE_MAX = 1_024;

  private final StreamSender sender;
  private final InstantSource clock;
  private final Bulkhead own = new Bulkhead(INSIDE_MAX);
  private final Counter taken;

  public BehaviourRoutes(StreamSender sender, InstantSource clock, MeterRegistry meters) {
    this.sender = sender;
    this.clock = clock;
    this.taken =
        Counter.builder("tidegate.behaviour.events")
            .description("Events of customers' behaviour that the broker has")
            .register(meters);
  }

  @Override
  public void register(Router router) {
    // A bound of its own: however many of these there are, orders have their places.
    router.post("/v1/behaviour", Access.customer(), this::take).bulkhead(own);
  }

  private Reply take(Request request) throws InterruptedException {
    BehaviourText batch = read(request);
    return switch (sender.send(batch.toBytes())) {
      case TAKEN -> {
        taken.increment(batch.events());
        yield Reply.empty(202);
      }
      case FULL -> throw Problem.overloaded(RETRY_SECONDS);
      case UNAVAILABLE ->
          throw Problem.unavailable(
              "behaviour_unavailable", "The broker does not take it now", RETRY_SECONDS);
    };
  }

  private BehaviourText read(Request request) {
    long user = request.caller().customer();
    long nowMicros = clock.millis() * 1_000;
    ThreadLocalRandom random = ThreadLocalRandom.current();
    UUID made = new UUID(random.nextLong(), random.nextLong());
    BehaviourText plain =
        BehaviourJson.plain(request.jsonTokens(), request.body().length, made, user, nowMicros);
    return plain != null ? plain : BehaviourJson.strict(request.json(), made, user, nowMicros);
  }
}
