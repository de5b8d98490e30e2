package io.tidegate.shop.ordering;

import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.platform.messaging.LoggedEvent;
import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.kernel.Outcome;
import io.tidegate.shop.ordering.OrderCommand.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Hears that parcels were shipped and delivered, and moves their orders on. */
final class ShipmentConsumer implements EventHandler {

  private static final Logger logger = LoggerFactory.getLogger(ShipmentConsumer.class);
  private static final String SHIPPED = "shipment.shipped.v1";
  private static final String DELIVERED = "shipment.delivered.v1";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final EventLog log;
  private final Duration completeAfter;

  ShipmentConsumer(EventLog log, Duration completeAfter) {
    this.log = log;
    this.completeAfter = completeAfter;
  }

  @Override
  public String name() {
    return "orders";
  }

  @Override
  public Set<String> types() {
    return Set.of(SHIPPED, DELIVERED);
  }

  @Override
  public void handle(Tx tx, List<LoggedEvent> events) {
    OrderBatch batch =
        OrderBatch.load(
            tx,
            events.stream().map(event -> new OrderNumber(event.key())).distinct().toList(),
            List.of());
    RefundedRestBatch rests = RefundedRestBatch.read(tx, lasts(events));
    Instant now = tx.now();
    TreeSet<Long> delivered = new TreeSet<>();
    for (LoggedEvent event : events) {
      OrderFile file = batch.file(new OrderNumber(event.key()));
      if (file == null) {
        throw new IllegalStateException("a parcel of an order that is not here"); // E6: tried again
      }
      JsonNode data = JSON.readTree(event.data());
      boolean all =
          data.path("last").asBoolean()
              && rests.allow(
                  file.order(),
                  event.type().equals(DELIVERED) ? RestOfOrder.DELIVERED : RestOfOrder.SHIPPED);
      Cause cause = Cause.system(event.traceparent());
      if (event.type().equals(DELIVERED) && !all) {
        continue;
      }
      Outcome<Changes, Refusal> outcome =
          event.type().equals(DELIVERED)
              ? OrderRules.delivered(file, cause, now)
              : OrderRules.shipped(file, all, cause, now);
      switch (outcome) {
        case Outcome.Applied<Changes, Refusal>(Changes changes) -> {
          batch.apply(file, changes, event.traceparent());
          if (file.order().status() == Status.DELIVERED) {
            delivered.add(event.key());
          }
        }
        case Outcome.AlreadyApplied<Changes, Refusal> _ -> {}
        case Outcome.Refused<Changes, Refusal> _ ->
            logger.warn("order {} has a parcel on its way and is not paid", event.key());
      }
    }
    if (!delivered.isEmpty()) {
      DueStore.add(
          tx,
          now.plus(completeAfter),
          DueStore.Kind.COMPLETE,
          delivered.stream().mapToLong(Long::longValue).toArray());
    }
    batch.save(tx, log);
  }

  /** Orders whose last parcel is told of: only these may be done with shipping. */
  private static List<Long> lasts(List<LoggedEvent> events) {
    return events.stream()
        .filter(event -> JSON.readTree(event.data()).path("last").asBoolean())
        .map(LoggedEvent::key)
        .distinct()
        .toList();
  }
}
