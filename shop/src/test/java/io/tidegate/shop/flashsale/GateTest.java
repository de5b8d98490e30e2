package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.PreparedProblem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A gate refuses from memory who comes in vain, and lets a repeated key through. */
class GateTest {

  private static final long START = Instant.parse("2026-11-11T00:00:00Z").toEpochMilli();
  private static final long END = START + 60_000;
  private static final String KEY = "\"mine\"";
  private static final int HASH = KeyHash.of(KEY);

  private final Gate gate = new Gate(sale(Mode.FIRST_COME, Stage.WARM, 1L), 0, START - 60_000);

  @Test
  void beforeTheStartEverybodyIsToldHowLongToWait() {
    assertThat(refused(START - 1)).isEqualTo("not_started");
    assertThat(refused(START - 5_000)).isEqualTo("not_started");
    assertThat(gate.secondsToStart(START - 5_000)).isEqualTo(5);
    assertThat(gate.secondsToStart(START - 5_001)).isEqualTo(6);
    assertThat(gate.secondsToStart(START)).as("it is not warm yet").isEqualTo(1);
    assertThat(gate.secondsToStart(START - Duration.ofDays(2).toMillis())).isEqualTo(3_600);
    gate.become(sale(Mode.FIRST_COME, Stage.PLANNED, (Long) null), START);
    assertThat(refused(START + 1)).as("nothing is set aside").isEqualTo("not_started");
  }

  @Test
  void whatIsNotReadYetIsNotGone() {
    assertThat(refused(START)).isEqualTo("nothing");
  }

  @Test
  void whatIsGoneIsRefusedAndComesBack() {
    see(0);
    assertThat(refused(START)).isEqualTo("sold_out");
    see(1);
    assertThat(refused(START)).isEqualTo("nothing");
    Shelf.Reservation reservation = Objects.requireNonNull(shelf().reserve(1));
    assertThat(refused(START)).as("the last one is under way").isEqualTo("sold_out");
    reservation.giveUp();
    assertThat(refused(START)).isEqualTo("nothing");
  }

  @Test
  void onlyWhenAllGoodsAreGoneTheSaleIs() {
    Gate two =
        new Gate(
            sale(Mode.FIRST_COME, Stage.WARM, List.of(item("A", 1L), item("B", 2L))), 0, START);
    see(two, "A", 0);
    see(two, "B", 1);
    assertThat(two.isGone()).isFalse();
    see(two, "B", 0);
    assertThat(two.isGone()).isTrue();
  }

  @Test
  void aRepeatedKeyComesFirst() {
    see(0);
    assertThat(refused(KEY, START)).isEqualTo("sold_out");
    gate.keys().granted(HASH, 42);
    assertThat(refused(KEY, START)).isEqualTo("nothing");
    assertThat(refused("mine", START)).as("the same, bare").isEqualTo("nothing");
    assertThat(refused("other", START)).isEqualTo("sold_out");
    settle();
    assertThat(refused(KEY, END + 50_000)).as("after the end too").isEqualTo("nothing");
    assertThat(refused("other", END + 50_000)).isEqualTo("ended");
    assertThat(gate.keys().mayRepeat(HASH, 42)).isTrue();
    assertThat(gate.keys().mayRepeat(HASH, 43)).as("another's").isFalse();
  }

  @Test
  void whoWaitsMayAskAgain() {
    see(0);
    gate.keys().waits(HASH);
    gate.keys().waits(HASH);
    gate.keys().waitsNoMore(HASH);
    assertThat(refused(KEY, START)).isEqualTo("nothing");
    gate.keys().waitsNoMore(HASH);
    assertThat(refused(KEY, START)).isEqualTo("sold_out");
  }

  @Test
  void afterTheEndNobodyIsLetInButWhoMayHaveBoughtElsewhereAtTheLastMoment() {
    see(5);
    assertThat(refused(KEY, END - 1)).isEqualTo("nothing");
    assertThat(refused((String) null, END)).as("without a key").isEqualTo("ended");
    assertThat(refused(KEY, END)).as("not all keys are known").isEqualTo("nothing");
    gate.wasRead(END, false);
    assertThat(refused(KEY, END)).isEqualTo("nothing");
    assertThat(gate.wantsLooks(END)).isTrue();
    settle();
    assertThat(refused(KEY, END + 50_000)).isEqualTo("ended");
    assertThat(gate.wantsLooks(END + 50_000)).isFalse();
  }

  @Test
  void whatIsCommittedLateIsWaitedForAsLongAsTicketsDo() {
    see(5);
    gate.wasRead(END + TicketDesk.COMMITTED_WITHIN.toMillis() - 1, false);
    assertThat(refused(KEY, END + 60_000)).as("it may come yet").isEqualTo("nothing");
    gate.wasRead(END + 200, true);
    assertThat(refused(KEY, END + 60_000)).as("nothing comes of closed pools").isEqualTo("ended");
  }

  @Test
  void aStoppedSaleIsOverAtOnce() {
    see(5);
    gate.become(sale(Mode.FIRST_COME, Stage.STOPPED, 1L), START + 10);
    assertThat(refused((String) null, START + 10)).isEqualTo("ended");
    assertThat(refused(KEY, START + 10)).isEqualTo("nothing");
    gate.wasRead(START + 10 + Gate.SETTLED_AFTER.toMillis(), false);
    assertThat(refused(KEY, START + 50_000)).isEqualTo("ended");
  }

  @Test
  void aFullLineTurnsNewOnesAway() {
    see(5);
    assertThat(word(gate.refusal(KEY, true, START))).isEqualTo("overloaded");
    gate.keys().granted(HASH, 42);
    assertThat(word(gate.refusal(KEY, true, START))).isEqualTo("nothing");
  }

  @Test
  void aDrawTakesAllWhoComeInTime() {
    Gate draw = new Gate(sale(Mode.DRAW, Stage.WARM, 1L), 0, START);
    see(draw, "S", 0);
    assertThat(word(draw.refusal(KEY, false, START - 1))).isEqualTo("not_started");
    assertThat(word(draw.refusal(KEY, false, START))).isEqualTo("nothing");
    assertThat(word(draw.refusal(KEY, false, END)))
        .as("it may be a repeated key")
        .isEqualTo("nothing");
    assertThat(word(draw.refusal(null, false, END))).isEqualTo("ended");
    assertThat(word(draw.refusal(KEY, true, START))).isEqualTo("overloaded");
    draw.keys().entered(HASH);
    assertThat(word(draw.refusal(KEY, true, START))).as("entered before").isEqualTo("nothing");
  }

  @Test
  void whatIsRefusedIsCounted() {
    see(0);
    refused(START);
    refused(START);
    refused(START - 1);
    assertThat(gate.refused()).containsEntry("sold_out", 2L).containsEntry("not_started", 1L);
    assertThat(gate.counted()).isEqualTo(3);
  }

  private void settle() {
    gate.wasRead(END + Gate.SETTLED_AFTER.toMillis(), false);
  }

  private String refused(long millis) {
    return refused("new", millis);
  }

  private String refused(@Nullable String key, long millis) {
    return word(gate.refusal(key, false, millis));
  }

  private static String word(@Nullable PreparedProblem problem) {
    return problem == null ? "nothing" : problem.code();
  }

  private Shelf shelf() {
    return Objects.requireNonNull(gate.shelf("S"));
  }

  private void see(long free) {
    see(gate, "S", free);
  }

  private static void see(Gate gate, String sku, long free) {
    Shelf shelf = Objects.requireNonNull(gate.shelf(sku));
    shelf.seen(shelf.beginLook(), free, 1);
  }

  private static SaleItem item(String sku, @Nullable Long pool) {
    return new SaleItem(sku, sku, 100, 2, 10, pool);
  }

  private static Sale sale(Mode mode, Stage stage, @Nullable Long pool) {
    return sale(mode, stage, List.of(item("S", pool)));
  }

  private static Sale sale(Mode mode, Stage stage, List<SaleItem> items) {
    boolean draw = mode == Mode.DRAW;
    return new Sale(
        1,
        "sale",
        mode,
        stage,
        1,
        "CNY",
        Instant.ofEpochMilli(START),
        Instant.ofEpochMilli(draw ? END + 60_000 : END),
        Duration.ofMinutes(5),
        0,
        items,
        draw ? Instant.ofEpochMilli(END) : null,
        draw ? "00" : null);
  }
}
