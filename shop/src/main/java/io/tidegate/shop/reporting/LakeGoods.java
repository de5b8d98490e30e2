package io.tidegate.shop.reporting;

import java.util.Collection;
import java.util.Map;

/** What the shop knows of goods and pools, for the rows of events that only name them. */
interface LakeGoods {

  /**
   * Where a SKU stands in the catalogue.
   *
   * @param product its product's id
   */
  record Place(String product, String category) {}

  /** Those of these SKUs that are known. */
  Map<String, Place> places(Collection<String> skus);

  /** The flash sales of those of these pools that have one. */
  Map<String, String> sales(Collection<String> pools);
}
