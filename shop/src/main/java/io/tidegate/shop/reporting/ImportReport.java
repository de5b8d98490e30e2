package io.tidegate.shop.reporting;

/**
 * What an import came to.
 *
 * @param rows rows of the files
 * @param badRows things that are wrong with some of them
 * @param orders orders of the files
 * @param badOrders orders of which a row is bad
 * @param same orders that were taken before
 * @param taken orders that are taken now, or would be
 * @param months months they lie in
 * @param all whether it came to its end
 */
public record ImportReport(
    long rows,
    long badRows,
    long orders,
    long badOrders,
    long same,
    long taken,
    int months,
    boolean all) {}
