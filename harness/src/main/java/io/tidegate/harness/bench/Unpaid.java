package io.tidegate.harness.bench;

/**
 * An order whose payment was started and not made.
 *
 * @param amount in the currency's minor unit
 */
record Unpaid(int customer, byte[] order, byte[] payment, long amount) {}
