package io.tidegate.shop.reporting;

import io.tidegate.platform.db.DatabaseFailure;
import io.tidegate.platform.db.Tx;
import io.tidegate.platform.messaging.EventHandler;
import io.tidegate.platform.messaging.LoggedEvent;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * Hears every event and writes it into the lake, once (E7): the files are on the disk before the
 * transaction of receipts and offsets names them, so both count or neither. What a transaction that
 * failed has written nobody names, and it is swept.
 */
public final class LakeWriter implements EventHandler {

  /** The consumer's name. */
  public static final String NAME = "lake";

  /** Every type that there is, so that batches are dense ranges of the log. */
  public static final Set<String> TYPES =
      Set.of(
          "order.placed.v1",
          "order.paid.v1",
          "order.closed.v1",
          "order.cancelled.v1",
          "order.partially_shipped.v1",
          "order.shipped.v1",
          "order.delivered.v1",
          "order.completed.v1",
          "order.partially_refunded.v1",
          "order.refunded.v1",
          "order.refund_reversed.v1",
          "payment.given_back.v1",
          "payment.parked.v1",
          "payment.dismissed.v1",
          "refund.requested.v1",
          "refund.approval_needed.v1",
          "refund.refused.v1",
          "refund.succeeded.v1",
          "refund.failed.v1",
          "refund.reversed.v1",
          "refund.ended.v1",
          "return.requested.v1",
          "return.approved.v1",
          "return.rejected.v1",
          "return.in_transit.v1",
          "return.received.v1",
          "return.inspected.v1",
          "return.done.v1",
          "shipment.planned.v1",
          "shipment.picked.v1",
          "shipment.packed.v1",
          "shipment.shipped.v1",
          "shipment.delivered.v1",
          "shipment.cancelled.v1",
          "sale.planned.v1",
          "sale.warmed.v1",
          "sale.started.v1",
          "sale.stock_added.v1",
          "sale.stopped.v1",
          "sale.ended.v1",
          "sale.drawn.v1",
          "stock.adjusted.v1");

  private final LakeRowsJson rows;
  private final LakeOutput output;
  private final LakeSettings settings;
  private final Runnable changed;

  /**
   * @param changed told after a commit: there are new files
   */
  public LakeWriter(LakeGround ground, Runnable changed) {
    this.rows = ground.rows();
    this.output = ground.output();
    this.settings = ground.lake().settings();
    this.changed = changed;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> types() {
    return TYPES;
  }

  @Override
  public boolean once() {
    return true;
  }

  @Override
  public void handle(Tx tx, List<LoggedEvent> events) {
    Positions positions = Positions.of(events.stream().mapToLong(LoggedEvent::position).toArray());
    try {
      List<LakeFile.Written> made = output.write(positions, 0, sink -> rows.rows(events, sink));
      LakeHome.demand(tx, settings);
      LakeFiles.add(tx, made);
    } catch (IOException | SQLException e) {
      // A full disk, or memory: of that no event is the cause, so none is parked.
      throw new DatabaseFailure.Transient("the lake can't be written: " + e.getMessage(), e);
    }
  }

  @Override
  public void committed() {
    changed.run();
  }
}
