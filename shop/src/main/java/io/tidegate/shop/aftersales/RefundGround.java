package io.tidegate.shop.aftersales;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.messaging.EventLog;
import io.tidegate.shop.effects.PerksBack;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.notification.MessageStore;
import java.time.Duration;

/**
 * What refunds stand on.
 *
 * @param published told after each commit that events wait
 * @param heldBack told after each commit that warehouses have something to hear
 * @param completeAfter how long after delivery an order completes by itself
 */
public record RefundGround(
    Database database,
    EventLog log,
    Runnable published,
    PerksBack perks,
    FulfilmentStore fulfilment,
    Runnable heldBack,
    MessageStore messages,
    RefundPolicy policy,
    Duration completeAfter) {}
