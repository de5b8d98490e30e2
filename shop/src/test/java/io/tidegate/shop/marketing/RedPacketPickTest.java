package io.tidegate.shop.marketing;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.Money;
import io.tidegate.shop.marketing.RedPacketPick.Missing;
import io.tidegate.shop.marketing.RedPacketPick.Part;
import io.tidegate.shop.marketing.RedPacketPick.Picked;
import io.tidegate.shop.marketing.RedPacketPick.TooLittle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which packets pay. */
class RedPacketPickTest {

  private static final List<RedPacket> PACKETS =
      List.of(
          packet(1, 100, 0, 0, true),
          packet(2, 500, 100, 100, true),
          packet(3, 300, 300, 0, true),
          packet(4, 900, 0, 0, false),
          new RedPacket(5, 42, 5, new Money(900, "USD"), 0, 0, 0, Instant.EPOCH));

  @Test
  void anAmountIsMadeUpOfTheFullestFirst() {
    assertThat(pick(250)).isEqualTo(picked(new Part(2, 250)));
    assertThat(pick(350)).isEqualTo(picked(new Part(2, 300), new Part(1, 50)));
    assertThat(pick(400)).isEqualTo(picked(new Part(2, 300), new Part(1, 100)));
    assertThat(pick(401)).isEqualTo(new TooLittle(Money.cny(400)));
    assertThat(pick(0)).isEqualTo(picked());
  }

  @Test
  void namedOnesPayInTheirOrderUntilNothingIsLeft() {
    assertThat(named(1_000, 1, 2)).isEqualTo(picked(new Part(1, 100), new Part(2, 300)));
    assertThat(named(150, 1, 2)).isEqualTo(picked(new Part(1, 100), new Part(2, 50)));
    assertThat(named(100, 1, 2)).isEqualTo(picked(new Part(1, 100)));
    assertThat(named(100, 3)).isEqualTo(new Missing(3)); // all of it is held
    assertThat(named(100, 4)).isEqualTo(new Missing(4)); // reclaimed
    assertThat(named(100, 5)).isEqualTo(new Missing(5)); // of another currency
    assertThat(named(100, 1, 9)).isEqualTo(new Missing(9));
    assertThat(named(1_000, 1, 1)).isEqualTo(new Missing(1));
  }

  @Test
  void anOrderTakesFromSoManyPacketsOnly() {
    List<RedPacket> many = new ArrayList<>();
    for (int i = 1; i <= RedPacketPick.PACKETS_MAX + 1; i++) {
      many.add(packet(i, 10, 0, 0, true));
    }
    assertThat(RedPacketPick.forAmount(many, Money.cny(501)))
        .isEqualTo(new TooLittle(Money.cny(500)));
  }

  @Test
  void randomAmountsAreMadeUpExactly() {
    Random random = new Random(3);
    for (int i = 0; i < 5_000; i++) {
      List<RedPacket> packets = new ArrayList<>();
      long all = 0;
      for (int p = 1; p <= random.nextInt(8); p++) {
        RedPacket packet = packet(p, random.nextInt(100), 0, 0, true);
        packets.add(packet);
        all += packet.remaining().amount();
      }
      long amount = random.nextInt(400);
      switch (RedPacketPick.forAmount(packets, Money.cny(amount))) {
        case Picked picked -> {
          assertThat(picked.total()).isEqualTo(amount);
          assertThat(picked.parts())
              .allSatisfy(part ->
                  assertThat(part.amount())
                      .isBetween(1L, packets.get((int) part.packetId() - 1).money().amount()));
        }
        case TooLittle(Money available) -> {
          assertThat(available.amount()).isEqualTo(all);
          assertThat(all).isLessThan(amount);
        }
        case Missing missing -> throw new AssertionError(missing);
      }
    }
  }

  private static RedPacketPick pick(long fen) {
    return RedPacketPick.forAmount(PACKETS, Money.cny(fen));
  }

  private static RedPacketPick named(long most, long... ids) {
    return RedPacketPick.forIds(
        PACKETS, java.util.Arrays.stream(ids).boxed().toList(), Money.cny(most));
  }

  private static Picked picked(Part... parts) {
    return new Picked(List.of(parts));
  }

  private static RedPacket packet(long id, long amount, long held, long used, boolean granted) {
    long gone = granted ? 0 : amount - held - used;
    return new RedPacket(id, 42, id, Money.cny(amount), held, used, gone, Instant.EPOCH);
  }
}
