package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who wins a draw. */
class DrawRulesTest {

  private static final byte[] SEED = new byte[32];

  @Test
  void asManyWinAsThereArePiecesOfTheirGoods() {
    List<DrawEntry> entries = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      entries.add(entry(i, i % 3 == 0 ? "B" : "A", 1));
    }
    List<DrawRules.Ranked> drawn = DrawRules.decide(SEED, entries, Map.of("A", 50L, "B", 7L));
    assertThat(drawn).hasSize(300);
    assertThat(won(drawn, "A")).isEqualTo(50);
    assertThat(won(drawn, "B")).isEqualTo(7);
    List<DrawRules.Ranked> ofA =
        drawn.stream().filter(each -> each.entry().sku().equals("A")).toList();
    assertThat(ofA.subList(0, 50)).allMatch(DrawRules.Ranked::won);
    assertThat(ofA.subList(50, ofA.size())).noneMatch(DrawRules.Ranked::won);
  }

  /** Who wants more than is left loses; who comes behind and wants less may win. */
  @Test
  void anEntryIsNeverServedInPart() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      List<DrawEntry> entries = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        entries.add(entry(random.nextInt(), "A", 1 + random.nextInt(3)));
      }
      long left = 20;
      for (DrawRules.Ranked each : DrawRules.decide(SEED, entries, Map.of("A", 20L))) {
        assertThat(each.won()).isEqualTo(each.entry().quantity() <= left);
        left -= each.won() ? each.entry().quantity() : 0;
      }
      assertThat(left).isBetween(0L, 2L);
    }
  }

  @Test
  void theOrderInWhichTheyCameSaysNothing() {
    List<DrawEntry> entries = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      entries.add(entry(i, "A", 1));
    }
    byte[] hash = DrawRules.entriesHash(entries);
    List<Long> winners = winners(entries);
    Collections.shuffle(entries, new Random(1));
    assertThat(DrawRules.entriesHash(entries)).isEqualTo(hash);
    assertThat(winners(entries)).isEqualTo(winners);
    entries.removeLast();
    assertThat(DrawRules.entriesHash(entries)).as("nobody can be left out").isNotEqualTo(hash);
    assertThat(DrawRules.seed(SEED, hash)).isNotEqualTo(DrawRules.seed(new byte[] {1}, hash));
  }

  private static List<Long> winners(List<DrawEntry> entries) {
    return DrawRules.decide(SEED, entries, Map.of("A", 10L)).stream()
        .filter(DrawRules.Ranked::won)
        .map(each -> each.entry().number())
        .toList();
  }

  private static long won(List<DrawRules.Ranked> drawn, String sku) {
    return drawn.stream().filter(each -> each.won() && each.entry().sku().equals(sku)).count();
  }

  private static DrawEntry entry(int i, String sku, int quantity) {
    byte[] ticket = Sha256.of(ByteBuffer.allocate(4).putInt(i).array());
    return new DrawEntry(i, 1, sku, i, quantity, ticket, "", DrawEntry.State.ENTERED);
  }
}
