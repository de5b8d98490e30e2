package io.tidegate.shop.aftersales;

import java.time.Instant;

/**
 * One step of a return's history.
 *
 * @param to the state that it led to
 * @param actor {@code customer:42}, {@code staff:li}, {@code system}
 */
public record ReturnStep(int version, Instant at, ReturnState to, String actor) {}
