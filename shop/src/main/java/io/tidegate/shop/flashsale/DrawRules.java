package io.tidegate.shop.flashsale;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * How a draw is decided: by a secret that was fixed before anybody entered, and by the list of all
 * who did. Anyone can do the same from its transcript.
 */
final class DrawRules {

  /** What a transcript says of it. */
  static final String ALGORITHM =
      "entriesHash = SHA-256 of the lines \"TICKET SKU QUANTITY\\n\", sorted by ticket;"
          + " seed = SHA-256(secret || entriesHash); rank = SHA-256(seed || ticket);"
          + " in the order of ranks an entry wins where so many pieces of its SKU are left";

  private DrawRules() {}

  /**
   * An entry as it was drawn.
   *
   * @param rank 32 bytes; lower ones come first
   */
  record Ranked(DrawEntry entry, byte[] rank, boolean won) {}

  /** The hash of all entries, in whatever order they come. */
  static byte[] entriesHash(List<DrawEntry> entries) {
    StringBuilder lines = new StringBuilder(entries.size() * 96);
    entries.stream()
        .sorted(Comparator.comparing(DrawEntry::ticket, Arrays::compareUnsigned))
        .forEach(entry -> lines.append(line(entry)));
    return Sha256.of(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String line(DrawEntry entry) {
    return HexFormat.of().formatHex(entry.ticket())
        + ' '
        + entry.sku()
        + ' '
        + entry.quantity()
        + '\n';
  }

  static byte[] seed(byte[] secret, byte[] entriesHash) {
    return Sha256.of(secret, entriesHash);
  }

  /**
   * All entries, in the order of their ranks.
   *
   * @param pieces for each SKU
   */
  static List<Ranked> decide(byte[] seed, List<DrawEntry> entries, Map<String, Long> pieces) {
    List<Ranked> drawn = new ArrayList<>(entries.size());
    entries.forEach(entry -> drawn.add(new Ranked(entry, Sha256.of(seed, entry.ticket()), false)));
    drawn.sort(Comparator.comparing(Ranked::rank, Arrays::compareUnsigned));
    Map<String, Long> left = new HashMap<>(pieces);
    for (int i = 0; i < drawn.size(); i++) {
      Ranked next = drawn.get(i);
      long there = left.getOrDefault(next.entry().sku(), 0L);
      int quantity = next.entry().quantity();
      if (quantity <= there) {
        left.put(next.entry().sku(), there - quantity);
        drawn.set(i, new Ranked(next.entry(), next.rank(), true));
      }
    }
    return List.copyOf(drawn);
  }

  /** Pieces for each SKU of a sale. */
  static Map<String, Long> pieces(Sale sale) {
    Map<String, Long> pieces = new HashMap<>();
    sale.items().forEach(item -> pieces.put(item.sku(), item.allocation()));
    return pieces;
  }
}
