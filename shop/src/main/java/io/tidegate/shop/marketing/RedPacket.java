package io.tidegate.shop.marketing;

import io.tidegate.shop.kernel.Money;
import java.time.Instant;

/**
 * A customer's red packet.
 *
 * @param id rises with time
 * @param orderNumber the order that brought it
 */
public record RedPacket(long id, long orderNumber, Money money, GrantState state, Instant at) {}
