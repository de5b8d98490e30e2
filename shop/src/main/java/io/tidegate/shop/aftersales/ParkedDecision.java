package io.tidegate.shop.aftersales;

import io.tidegate.shop.kernel.OrderNumber;
import io.tidegate.shop.ordering.Cause;

/**
 * What a person decides about a parked capture.
 *
 * @param staff the token's subject
 * @param reason why nothing goes back, for the record; empty where it does
 */
public record ParkedDecision(
    OrderNumber order,
    String provider,
    String transaction,
    ParkedChoice choice,
    String reason,
    String staff,
    Cause cause) {}
