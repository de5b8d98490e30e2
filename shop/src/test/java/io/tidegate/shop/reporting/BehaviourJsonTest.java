package io.tidegate.shop.reporting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidegate.platform.http.Fields;
import io.tidegate.platform.http.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What is taken as behaviour, told by both readers alike. */
final class BehaviourJsonTest {

  private static final Instant NOW = Instant.parse("2026-11-26T08:00:00Z");
  private static final long NOW_MICROS = ChronoUnit.MICROS.between(Instant.EPOCH, NOW);
  private static final UUID MADE = new UUID(1, 2);
  private static final JsonFactory TOKENS = new JsonFactory();

  private static BehaviourText strict(String json) {
    return BehaviourJson.strict(Fields.of(utf8(json)), MADE, 42, NOW_MICROS);
  }

  private static BehaviourText plain(String json) {
    byte[] body = utf8(json);
    return BehaviourJson.plain(
        TOKENS.createParser(ObjectReadContext.empty(), body), body.length, MADE, 42, NOW_MICROS);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String one(String members) {
    return "{\"events\":[{" + members + "}]}";
  }

  @Test
  void everyTypeIsTakenWithAllThatItHas() {
    String json =
        """
        {"batch":"0b1c7a3e-5d1f-4a55-9f3a-6c1f2f0d8e11","events":[
         {"type":"searched","query":"  蓝牙  耳机 ＰＲＯ ","session":"s1","region":"330106"},
         {"type":"viewed","category":"phones","happenedAt":"2026-11-26T07:59:58.123456Z"},
         {"type":"clicked","sku":"TG-1"},
         {"type":"reviewed","sku":"TG-1","stars":5,"happenedAt":"2026-11-20T08:00:01+08:00"},
         {"type":"carted","sku":"TG-1","happenedAt":"2026-11-26T08:00:03Z"}]}
        """;
    BehaviourText.Batch batch = BehaviourText.read(strict(json).toBytes());
    assertThat(batch.id()).isEqualTo(UUID.fromString("0b1c7a3e-5d1f-4a55-9f3a-6c1f2f0d8e11"));
    assertThat(batch.named()).isTrue();
    assertThat(batch.user()).isEqualTo(42);
    assertThat(batch.events())
        .containsExactly(
            event(BehaviourType.SEARCHED, NOW_MICROS, "s1", null, null, "蓝牙 耳机 pro", "330106", 0),
            event(
                BehaviourType.VIEWED, NOW_MICROS - 1_876_544, null, null, "phones", null, null, 0),
            event(BehaviourType.CLICKED, NOW_MICROS, null, "TG-1", null, null, null, 0),
            event(
                BehaviourType.REVIEWED,
                ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2026-11-20T00:00:01Z")),
                null,
                "TG-1",
                null,
                null,
                null,
                5),
            event(BehaviourType.CARTED, NOW_MICROS, null, "TG-1", null, null, null, 0));
  }

  private static BehaviourEvent event(
      BehaviourType type,
      long micros,
      String session,
      String sku,
      String category,
      String query,
      String region,
      int stars) {
    return new BehaviourEvent(type, micros, session, sku, category, query, region, stars);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"type\":\"bought\",\"sku\":\"A\" | /events/0/type",
        "\"sku\":\"A\" | /events/0/type",
        "\"type\":\"searched\" | /events/0/query",
        "\"type\":\"searched\",\"query\":\" \\u3000 \" | /events/0/query",
        "\"type\":\"searched\",\"query\":\"a\\u0000\" | /events/0/query",
        "\"type\":\"viewed\" | /events/0/sku",
        "\"type\":\"clicked\",\"session\":\"s\" | /events/0/sku",
        "\"type\":\"reviewed\",\"sku\":\"A\" | /events/0/stars",
        "\"type\":\"reviewed\",\"stars\":4 | /events/0/sku",
        "\"type\":\"reviewed\",\"sku\":\"A\",\"stars\":6 | /events/0/stars",
        "\"type\":\"reviewed\",\"sku\":\"A\",\"stars\":0 | /events/0/stars",
        "\"type\":\"viewed\",\"sku\":\"A\",\"stars\":3 | /events/0/stars",
        "\"type\":\"carted\",\"category\":\"c\" | /events/0/sku",
        "\"type\":\"viewed\",\"sku\":\"no sku\" | /events/0/sku",
        "\"type\":\"viewed\",\"sku\":\"A\",\"region\":\"33010\" | /events/0/region",
        "\"type\":\"viewed\",\"sku\":\"A\",\"session\":\"\" | /events/0/session",
        "\"type\":\"viewed\",\"sku\":\"A\",\"price\":1 | /events/0/price",
        "\"type\":\"viewed\",\"sku\":\"A\",\"happenedAt\":\"2026-11-26T08:00:06Z\" | /events/0/happenedAt",
        "\"type\":\"viewed\",\"sku\":\"A\",\"happenedAt\":\"2026-11-19T08:00:00Z\" | /events/0/happenedAt",
        "\"type\":\"viewed\",\"sku\":\"A\",\"happenedAt\":\"yesterday\" | /events/0/happenedAt",
        "\"type\":\"viewed\",\"sku\":null | /events/0/sku",
        "\"type\":\"viewed\",\"sku\":\"A\",\"sku\":\"B\" | /events/0/sku",
      })
  void whatIsWrongIsToldWithItsPointer(String members, String pointer) {
    String json = one(members);
    assertThat(plain(json)).isNull();
    Problem problem = catchThrowableOfType(Problem.class, () -> strict(json));
    assertThat(problem.status()).isEqualTo(400);
    assertThat(problem.errors()).extracting(Problem.FieldError::pointer).containsExactly(pointer);
  }

  @Test
  void anEmptyOrNamelessBatchIsRefused() {
    for (String json :
        List.of(
            "{\"events\":[]}",
            "{}",
            "{\"batch\":\"1-1-1-1-1\",\"events\":[{\"type\":\"viewed\",\"sku\":\"A\"}]}",
            "{\"events\":[{\"type\":\"viewed\",\"sku\":\"A\"}],\"more\":1}",
            "{\"events\":[{\"type\":\"viewed\",\"sku\":\"A\"}]}]")) {
      assertThat(plain(json)).as(json).isNull();
      assertThat(catchThrowableOfType(Problem.class, () -> strict(json))).as(json).isNotNull();
    }
  }

  @Test
  void theOrdinaryIsReadTheFastWay() {
    assertThat(
            plain(
                """
                {"batch":"0b1c7a3e-5d1f-4a55-9f3a-6c1f2f0d8e11","events":[
                 {"type":"searched","query":"耳机 pro","session":"s1","happenedAt":"2026-11-26T07:00:00.5Z"},
                 {"type":"reviewed","sku":"TG-1","stars":5}]}
                """))
        .isNotNull();
  }

  /** Both ways agree on whatever the fast one takes, however a body is put together. */
  @Test
  void theFastReaderNeverDiffersFromTheStrictOne() {
    Random random = new Random(20261126);
    int fast = 0;
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      String json = Scribble.batch(random);
      BehaviourText plain = plain(json);
      if (plain != null) {
        fast++;
        assertThat(plain.toBytes()).as(json).isEqualTo(strict(json).toBytes());
      } else if (catchThrowableOfType(Problem.class, () -> strict(json)) != null) {
        refused++;
      }
    }
    assertThat(fast).isGreaterThan(2_000);
    assertThat(refused).isGreaterThan(2_000);
  }

  /** Bodies of which about every other one is well. */
  private static final class Scribble {
    private static final List<String> MEMBERS =
        List.of(
            "\"type\":\"viewed\"",
            "\"type\":\"searched\"",
            "\"type\":\"reviewed\"",
            "\"sku\":\"TG-PHN-001\"",
            "\"sku\":\"TG-PHN-001\"",
            "\"sku\":\"tg\"",
            "\"query\":\"Phone  Case\"",
            "\"query\":\"手机\\u0020壳\"",
            "\"query\":\"\\uD83D\\uDE00 a\"",
            "\"query\":\"e\\u0301tui\"",
            "\"category\":\"手机\"",
            "\"category\":\" \"",
            "\"session\":\"s-1\"",
            "\"session\":\"a\\tb\"",
            "\"stars\":3",
            "\"stars\":3.0",
            "\"stars\":99999999999",
            "\"region\":\"330106\"",
            "\"region\":\"３３０１０６\"",
            "\"happenedAt\":\"2026-11-26T07:59:59.25Z\"",
            "\"happenedAt\":\"2026-11-25T23:59:59Z\"",
            "\"happenedAt\":\"2026-11-26T08:00:04.999999Z\"",
            "\"happenedAt\":\"2026-11-26T07:00:00.1234567Z\"",
            "\"happenedAt\":\"2026-11-31T07:00:00Z\"",
            "\"happenedAt\":\"2026-11-26T15:59:59+08:00\"",
            "\"odd\":{}");

    static String batch(Random random) {
      StringBuilder json = new StringBuilder("{");
      if (random.nextInt(4) == 0) {
        json.append("\"batch\":\"")
            .append(new UUID(random.nextLong(), random.nextLong()))
            .append("\",");
      }
      json.append("\"events\":[");
      int events = 1 + random.nextInt(2);
      for (int i = 0; i < events; i++) {
        json.append(i == 0 ? "{" : ",{");
        int members = 1 + random.nextInt(3);
        json.append("\"type\":\"").append(random.nextBoolean() ? "viewed" : "searched").append('"');
        if (random.nextInt(3) > 0) {
          json.append(",\"sku\":\"A\",\"query\":\"a b\"");
        }
        for (int j = 1; j < members; j++) {
          json.append(',').append(MEMBERS.get(random.nextInt(MEMBERS.size())));
        }
        json.append('}');
      }
      return json.append("]}").toString();
    }
  }

  @Test
  void plainTimesAreThoseOfTheCalendar() {
    Random random = new Random(7);
    int known = 0;
    for (int i = 0; i < 50_000; i++) {
      Instant moment =
          Instant.ofEpochSecond(
              random.nextLong(4_102_444_800L), random.nextInt(1_000) * 1_000_000L);
      long micros = BehaviourRules.plainMicros(moment.toString());
      if (micros != BehaviourRules.NO_TIME) {
        known++;
        assertThat(micros)
            .as(moment.toString())
            .isEqualTo(BehaviourRules.micros(moment.toString()));
      }
    }
    assertThat(known).isGreaterThan(40_000);
  }

  @Test
  void queriesAreEvenAndShort() {
    assertThat(BehaviourRules.normalised("a b")).isEqualTo("a b");
    assertThat(BehaviourRules.normalised(" A\t\n B ")).isEqualTo("a b");
    assertThat(BehaviourRules.normalised("x".repeat(63) + " yz")).isEqualTo("x".repeat(63));
    assertThat(BehaviourRules.normalised("x".repeat(63) + "\uD83D\uDE00"))
        .isEqualTo("x".repeat(63));
    assertThat(BehaviourRules.normalised("　ＡＢＣ　")).isEqualTo("abc");
    assertThat(BehaviourRules.normalised(" \t")).isEmpty();
  }

  @Test
  void aBatchThatIsNoneIsRefused() {
    byte[] whole = strict(one("\"type\":\"viewed\",\"sku\":\"A\"")).toBytes();
    for (int length : List.of(0, 1, 20, whole.length - 1)) {
      assertThat(
              catchThrowableOfType(
                  IllegalArgumentException.class,
                  () -> BehaviourText.read(Arrays.copyOf(whole, length))))
          .as("%s bytes", length)
          .isNotNull();
    }
  }
}
