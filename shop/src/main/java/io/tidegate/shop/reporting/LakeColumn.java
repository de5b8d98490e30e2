package io.tidegate.shop.reporting;

/**
 * A column of a table of the lake.
 *
 * @param name as SQL knows it
 */
public record LakeColumn(String name, LakeType type) {}
