package io.tidegate.shop.aftersales;

import java.time.Instant;

/**
 * A person's yes to an amount above the limit (C6).
 *
 * @param by the token's subject
 */
public record Approval(String by, Instant at) {}
