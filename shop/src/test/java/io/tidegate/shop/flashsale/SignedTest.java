package io.tidegate.shop.flashsale;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.shop.kernel.OrderNumber;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is signed is good for whom, for what and until when it was signed, and for nothing else. */
class SignedTest {

  private static final byte[] SECRET = secret(1);
  private static final Instant NOW = Instant.parse("2026-11-11T00:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(60);

  private final PurchaseTokens tokens = new PurchaseTokens(SECRET);
  private final TicketText tickets = new TicketText(SECRET);
  private final Challenge challenge = new ProofOfWork(SECRET);

  @Test
  void aTokenIsGoodForItsCustomerAndItsSaleUntilItsEnd() {
    String token = tokens.issue(7, 42, LATER);
    assertThat(token).hasSize(PurchaseTokens.CHARS);
    assertThat(tokens.isGood(token, 7, 42, NOW)).isTrue();
    assertThat(tokens.isGood(token, 7, 42, LATER.minusMillis(1))).isTrue();
    assertThat(tokens.isGood(token, 7, 42, LATER)).as("expired").isFalse();
    assertThat(tokens.isGood(token, 8, 42, NOW)).as("of another sale").isFalse();
    assertThat(tokens.isGood(token, 7, 43, NOW)).as("another's").isFalse();
    assertThat(new PurchaseTokens(secret(2)).isGood(token, 7, 42, NOW)).as("forged").isFalse();
    assertThat(tokens.isGood("", 7, 42, NOW)).isFalse();
    assertThat(tokens.isGood("!".repeat(PurchaseTokens.CHARS), 7, 42, NOW)).isFalse();
  }

  @Test
  void anyOtherCharacterMakesATokenWorthless() {
    String token = tokens.issue(7, 42, LATER);
    for (String altered : altered(token)) {
      assertThat(tokens.isGood(altered, 7, 42, NOW)).as(altered).isFalse();
    }
  }

  @Test
  void aTicketTellsWhatItWasMadeOf() {
    Ticket ticket =
        new Ticket(7, new OrderNumber(9_000_000_000_000L), 42, LATER, new Ticket.Wish(1, 2, 3));
    String text = tickets.of(ticket);
    assertThat(text).hasSize(TicketText.CHARS);
    assertThat(tickets.read(text)).contains(ticket);
    assertThat(new TicketText(secret(2)).read(text)).isEmpty();
    assertThat(tickets.read("")).isEmpty();
    for (String altered : altered(text)) {
      assertThat(tickets.read(altered)).as(altered).isEmpty();
    }
  }

  @Test
  void whatIsSignedForOneUseIsNothingToAnother() {
    assertThat(new Hmac("a", SECRET).sign(32, 1, 2))
        .isNotEqualTo(new Hmac("b", SECRET).sign(32, 1, 2));
  }

  @Test
  void aChallengeIsMetByWorkAlone() throws Exception {
    int bits = 12;
    Challenge.Asked asked = challenge.ask(7, 42, bits, NOW);
    assertThat(asked.bits()).isEqualTo(bits);
    assertThat(asked.kind()).isEqualTo("proof_of_work");
    String answer = solve(asked.seed(), bits, bits + 1);
    assertThat(challenge.isMet(7, 42, bits, answer, NOW)).isTrue();
    assertThat(challenge.isMet(7, 42, bits, solve(asked.seed(), bits - 1, bits), NOW))
        .as("one bit short")
        .isFalse();
    assertThat(challenge.isMet(7, 42, bits, answer, NOW.plus(ProofOfWork.STRETCH)))
        .as("asked in the stretch before")
        .isTrue();
    assertThat(challenge.isMet(7, 42, bits, answer, NOW.plus(ProofOfWork.STRETCH.multipliedBy(2))))
        .as("too old")
        .isFalse();
    assertThat(challenge.isMet(8, 42, bits, answer, NOW)).as("of another sale").isFalse();
    assertThat(challenge.isMet(7, 43, bits, answer, NOW)).as("another's").isFalse();
    assertThat(challenge.isMet(7, 42, bits, answer + "x", NOW)).isFalse();
    String tooLong = "x".repeat(Challenge.ANSWER_CHARS_MAX + 1);
    assertThat(challenge.isMet(7, 42, 0, tooLong, NOW)).isFalse();
  }

  @Test
  void aSeedStaysTheSameWhileItIsGood() {
    String seed = challenge.ask(7, 42, 10, NOW).seed();
    Duration within = ProofOfWork.STRETCH.minusSeconds(1);
    assertThat(challenge.ask(7, 42, 10, NOW.plus(within)).seed()).isEqualTo(seed);
    assertThat(challenge.ask(7, 42, 11, NOW).seed()).isNotEqualTo(seed);
  }

  @Test
  void aKeyIsTheSameQuotedOrBare() {
    assertThat(KeyHash.of("\"a\\\"b\"")).isEqualTo(KeyHash.of("ab"));
    assertThat(KeyHash.of("ab")).isNotEqualTo(KeyHash.of("ba"));
    assertThat(KeyHash.of(null)).isEqualTo(KeyHash.NONE);
  }

  /** An answer with at least so many zero bits and fewer than others; as a client does it. */
  private static String solve(String seed, int least, int below) throws Exception {
    for (int i = 0; ; i++) {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest((seed + i).getBytes(StandardCharsets.UTF_8));
      int head = (digest[0] & 0xff) << 16 | (digest[1] & 0xff) << 8 | digest[2] & 0xff;
      if (head >>> 24 - least == 0 && head >>> 24 - below != 0) {
        return Integer.toString(i);
      }
    }
  }

  private static Set<String> altered(String text) {
    Set<String> all = new HashSet<>();
    for (int i = 0; i < text.length(); i++) {
      for (char other : new char[] {'A', 'B', 'C', 'D', 'E', 'g', '-', '_', '9'}) {
        all.add(text.substring(0, i) + other + text.substring(i + 1));
      }
    }
    all.remove(text);
    return all;
  }

  private static byte[] secret(int value) {
    byte[] secret = new byte[32];
    secret[0] = (byte) value;
    return secret;
  }
}
