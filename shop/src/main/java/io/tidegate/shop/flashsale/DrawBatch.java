package io.tidegate.shop.flashsale;

import io.tidegate.platform.db.IdempotencyTable.Entry;
import io.tidegate.shop.customer.Consignee;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The working copy of a batch of entries: keys are claimed, their sales are locked. */
final class DrawBatch {

  final Map<String, Entry> known;
  final Map<Long, DrawEntry> replays;
  final Map<Long, Sale> sales;
  final List<DrawEntry> entries = new ArrayList<>();
  final List<Consignee> consignees = new ArrayList<>();
  final List<Entry> kept = new ArrayList<>();
  final List<byte[]> released = new ArrayList<>(0);
  final Map<String, Twin> byKey = new HashMap<>();
  final Set<DrawStore.Wanted> entered;
  final Map<Long, Long> counts;

  /** What an earlier command of the batch made of a key. */
  record Twin(byte[] commandHash, DrawEntry entry) {}

  /**
   * @param known keys that had an answer before
   * @param replays what they were answered, by number
   * @param entered who has entered for what
   * @param counts of entries, by sale
   */
  DrawBatch(
      Map<String, Entry> known,
      Map<Long, DrawEntry> replays,
      Map<Long, Sale> sales,
      Set<DrawStore.Wanted> entered,
      Map<Long, Long> counts) {
    this.known = known;
    this.replays = replays;
    this.sales = sales;
    this.entered = new HashSet<>(entered);
    this.counts = new HashMap<>(counts);
  }
}
