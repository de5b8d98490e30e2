package io.tidegate.shop.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.customer.Invoice;
import io.tidegate.shop.kernel.Money;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quotes as customers carry them. */
class QuoteTextTest {

  private static final byte[] SECRET =
      "a secret of thirty-two bytes ...".getBytes(StandardCharsets.UTF_8);
  private final QuoteText quotes = new QuoteText(SECRET);

  @Test
  void itComesBackAsItWas() {
    for (Quote quote : List.of(full(2), bare())) {
      assertThat(quotes.open(quotes.seal(quote))).contains(quote);
    }
    // Another node has the same secret from the database.
    assertThat(new QuoteText(SECRET.clone()).open(quotes.seal(bare()))).contains(bare());
  }

  @Test
  void whatWasNotSealedHereIsNone() {
    String text = quotes.seal(full(2));
    byte[] other = SECRET.clone();
    other[0]++;
    assertThat(new QuoteText(other).open(text)).isEmpty();
    for (String bad : List.of("", "x", "..", "a.b.c", text.substring(1), text + "x")) {
      assertThat(quotes.open(bad)).as(bad).isEmpty();
    }
    String[] parts = text.split("\\.");
    String content = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
    String cheaper =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(content.replace("1990", "1").getBytes(StandardCharsets.UTF_8));
    assertThat(content).contains("1990");
    assertThat(quotes.open(parts[0] + "." + cheaper + "." + parts[2])).isEmpty();
    String unsigned =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                "{\"alg\":\"none\",\"typ\":\"quote\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(quotes.open(unsigned + "." + parts[1] + ".")).isEmpty();
  }

  @Test
  void theAddressIsNotInIt() {
    String content =
        new String(
            Base64.getUrlDecoder().decode(quotes.seal(full(2)).split("\\.")[1]),
            StandardCharsets.UTF_8);
    assertThat(content)
        .doesNotContain(TestNode.ADDRESS.name())
        .doesNotContain(TestNode.ADDRESS.phone())
        .doesNotContain(TestNode.ADDRESS.line());
  }

  @Test
  void theLargestFits() {
    assertThat(quotes.seal(full(Order.LINES_MAX)).length()).isLessThan(QuoteText.CHARS_MAX);
    assertThat(quotes.open(quotes.seal(full(Order.LINES_MAX)))).isPresent();
  }

  private static Quote full(int lines) {
    List<PlaceOrder.Line> all = new ArrayList<>();
    List<Long> prices = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      all.add(new PlaceOrder.Line("S".repeat(61) + "%03d".formatted(i), 999));
      prices.add(1_990L);
    }
    return new Quote(
        42,
        Given.NOW,
        Given.NOW.plus(Duration.ofMinutes(15)),
        true,
        all,
        prices,
        "330106",
        QuoteText.hash(TestNode.ADDRESS),
        5L,
        "express",
        9L,
        100,
        List.of(new Wishes.PacketWish(3, 88, Money.CNY)),
        new Invoice.Company("一家公司", "91350211M000100Y43"),
        new Amounts(Money.CNY, 3_980, 188, 800),
        List.of(
            new Quoted.Saved(Discount.Kind.PROMOTION, "3", 88),
            new Quoted.Saved(Discount.Kind.POINTS, "100", 100)));
  }

  private static Quote bare() {
    return new Quote(
        42,
        Given.NOW,
        Given.NOW.plus(Duration.ofMinutes(15)),
        false,
        List.of(new PlaceOrder.Line("A", 1)),
        List.of(1_000L),
        "330106",
        QuoteText.hash(TestNode.ADDRESS),
        null,
        null,
        null,
        0,
        List.of(),
        Invoice.none(),
        new Amounts(Money.CNY, 1_000, 0, 0),
        List.of());
  }
}
