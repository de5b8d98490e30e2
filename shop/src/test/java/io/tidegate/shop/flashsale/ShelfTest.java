package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A shelf lets in no more than can be sold, and a margin; and it never forgets what is there. */
class ShelfTest {

  private static final int MARGIN = 2;
  private static final long LONG_AFTER = 2 * Shelf.BATCH_MAX.toNanos();

  private final Shelf shelf = new Shelf("S", 1, MARGIN);
  private long nanos = 1;

  @Test
  void nothingIsKnownBeforeItIsRead() {
    assertThat(shelf.room()).isEqualTo(Shelf.Room.UNKNOWN);
    assertThat(shelf.reserve(1)).isNull();
  }

  @Test
  void whatIsFreeAndAMarginIsLetIn() {
    look(3);
    for (int i = 0; i < 3 + MARGIN; i++) {
      assertThat(shelf.room()).isEqualTo(Shelf.Room.SOME);
      assertThat(shelf.reserve(1)).isNotNull();
    }
    assertThat(shelf.room()).isEqualTo(Shelf.Room.NONE);
    assertThat(shelf.reserve(1)).isNull();
  }

  @Test
  void noMarginIsLetInToWhatIsGone() {
    look(0);
    assertThat(shelf.room()).isEqualTo(Shelf.Room.NONE);
    assertThat(shelf.reserve(1)).isNull();
  }

  @Test
  void nobodyIsLetInForMoreThanThereIs() {
    look(2);
    assertThat(shelf.reserve(3)).isNull();
    assertThat(shelf.reserve(2)).isNotNull();
  }

  @Test
  void itOpensAgainWhenPiecesComeBack() {
    look(0);
    look(1);
    assertThat(shelf.room()).isEqualTo(Shelf.Room.SOME);
    assertThat(shelf.reserve(1)).isNotNull();
  }

  @Test
  void whoGivesUpGivesHisPlaceBackOnce() {
    look(1);
    Shelf.Reservation one = reserved(1);
    reserved(1);
    one.giveUp();
    one.giveUp();
    assertThat(shelf.underWay()).isEqualTo(1);
  }

  @Test
  void aBatchSettlesItsOwnAndTellsWhatIsLeft() {
    look(5);
    Shelf.Reservation one = reserved(2);
    Shelf.Reservation other = reserved(1);
    shelf.batchBegins(nanos);
    shelf.batchEnds(3, List.of(one));
    assertThat(shelf.free()).isEqualTo(3);
    assertThat(shelf.underWay()).isEqualTo(1);
    one.giveUp();
    assertThat(shelf.underWay()).as("it was settled").isEqualTo(1);
    other.giveUp();
    assertThat(shelf.underWay()).isZero();
  }

  @Test
  void aLookThatABatchOvertookIsDropped() {
    look(5);
    long early = shelf.beginLook();
    shelf.batchBegins(nanos);
    shelf.seen(early, 9, nanos);
    assertThat(shelf.free()).as("a batch is under way").isEqualTo(5);
    long during = shelf.beginLook();
    shelf.batchEnds(3, List.of());
    shelf.seen(early, 9, nanos);
    shelf.seen(during, 9, nanos);
    assertThat(shelf.free()).as("the batch knew better").isEqualTo(3);
    look(9);
    assertThat(shelf.free()).isEqualTo(9);
  }

  @Test
  void aBatchThatFailedBlocksNoLookForEver() {
    look(5);
    shelf.batchBegins(nanos);
    nanos += LONG_AFTER;
    look(4);
    assertThat(shelf.free()).isEqualTo(4);
  }

  /**
   * Many come, batches decide some of them, other nodes sell and orders close in between: whatever
   * the order, nobody is let in beyond the last reading and the margin, and at rest the shelf has
   * what the pool has.
   */
  @Test
  void whateverHappensNoMoreAreLetInThanCanBeSold() {
    for (long seed = 1; seed <= 200; seed++) {
      walk(new Random(seed), "seed " + seed);
    }
  }

  private static void walk(Random random, String seed) {
    Shelf shelf = new Shelf("S", 1, MARGIN);
    long free = random.nextInt(30);
    long nanos = 1;
    List<Shelf.Reservation> open = new ArrayList<>();
    List<Integer> quantities = new ArrayList<>();
    shelf.seen(shelf.beginLook(), free, nanos);
    for (int step = 0; step < 300; step++) {
      nanos += random.nextInt(1_000_000);
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          int quantity = 1 + random.nextInt(3);
          long before = sum(quantities);
          Shelf.Reservation reservation = shelf.reserve(quantity);
          assertThat(reservation != null)
              .as(seed)
              .isEqualTo(shelf.free() >= quantity && before + quantity <= shelf.free() + MARGIN);
          if (reservation != null) {
            open.add(reservation);
            quantities.add(quantity);
          }
        }
        case 2 -> { // a batch takes the oldest of them; a look is under way meanwhile
          long look = shelf.beginLook();
          long stale = free;
          shelf.batchBegins(nanos);
          int count = random.nextInt(open.size() + 1);
          List<Shelf.Reservation> mine = new ArrayList<>(open.subList(0, count));
          for (int i = 0; i < count; i++) {
            free -= free >= quantities.get(i) ? quantities.get(i) : 0;
          }
          open.subList(0, count).clear();
          quantities.subList(0, count).clear();
          shelf.batchEnds(free, mine);
          shelf.seen(look, stale, nanos);
          assertThat(shelf.free()).as(seed).isEqualTo(free);
        }
        case 3 -> free = Math.max(0, free - random.nextInt(4)); // another node sells
        case 4 -> {
          if (!open.isEmpty()) {
            int index = random.nextInt(open.size());
            open.remove(index).giveUp();
            quantities.subList(index, index + 1).clear();
          }
        }
        case 5 -> {
          free += random.nextInt(3); // an order closes, and somebody looks
          shelf.seen(shelf.beginLook(), free, nanos);
        }
        default -> throw new AssertionError();
      }
      assertThat(shelf.underWay()).as(seed).isEqualTo(sum(quantities));
      assertThat(shelf.room() == Shelf.Room.SOME)
          .as(seed)
          .isEqualTo(shelf.free() > 0 && shelf.underWay() < shelf.free() + MARGIN);
    }
    open.forEach(Shelf.Reservation::giveUp);
    shelf.seen(shelf.beginLook(), free, nanos);
    assertThat(shelf.free()).as(seed).isEqualTo(free);
    assertThat(shelf.underWay()).as(seed).isZero();
  }

  private static long sum(List<Integer> quantities) {
    return quantities.stream().mapToLong(Integer::longValue).sum();
  }

  private void look(long free) {
    shelf.seen(shelf.beginLook(), free, nanos);
  }

  private Shelf.Reservation reserved(int quantity) {
    return Objects.requireNonNull(shelf.reserve(quantity));
  }
}
