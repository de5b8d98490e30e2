package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  private static Fields read(String json) {
    return StrictJson.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Problem.FieldError> errors(Fields fields) {
    return catchThrowableOfType(Problem.class, fields::check).errors();
  }

  @Test
  void aGoodBodyIsReadByNameAndType() {
    Fields body =
        read(
            """
            {"name":"茶 \\ud83c\\udf75","count":3,"gift":true,"price":{"amount":1990,"currency":"CNY"},
             "lines":[{"sku":"A","quantity":-0},{"sku":"B","quantity":9223372036854775807}],"tags":["x"],
             "kind":"red"}
            """);
    assertThat(body.string("name", 10)).isEqualTo("茶 🍵");
    assertThat(body.integer("count", 1, 9)).isEqualTo(3);
    assertThat(body.bool("gift")).isTrue();
    assertThat(body.money("price")).isEqualTo(new Fields.Amount(1990, "CNY"));
    List<Fields> lines = body.array("lines", 1, 10);
    assertThat(lines).extracting(line -> line.string("sku", 5)).containsExactly("A", "B");
    assertThat(lines)
        .extracting(line -> line.integer("quantity", 0, Long.MAX_VALUE))
        .containsExactly(0L, Long.MAX_VALUE);
    assertThat(body.strings("tags", 1, 2, 5)).containsExactly("x");
    assertThat(body.choice("kind", Set.of("red", "blue"))).isEqualTo("red");
    assertThat(body.optionalString("absent", 5)).isNull();
    assertThat(body.optionalInteger("absent", 0, 1)).isNull();
    body.check();
  }

  @Test
  void anArrayThatIsTooLongIsOneErrorAndNotOneForEachElement() {
    Fields body = read("{\"items\":[" + "{\"sku\":\"A\"},".repeat(100) + "{\"sku\":\"A\"}]}");
    assertThat(body.array("items", 1, 100)).isEmpty();
    assertThat(errors(body))
        .containsExactly(new Problem.FieldError("/items", "must have 1 to 100 elements"));
  }

  @Test
  void anElementsErrorsAreTakenOutOnceAndTheBodyStands() {
    Fields body = read("{\"items\":[{\"n\":\"x\",\"odd\":1},{\"n\":1}],\"more\":1}");
    List<Fields> items = body.array("items", 1, 2);
    items.forEach(item -> item.integer("n", 1, 9));
    assertThat(items.getFirst().takeErrors())
        .containsExactly(
            new Problem.FieldError("/items/0/n", "must be an integer"),
            new Problem.FieldError("/items/0/odd", "is not known here"));
    assertThat(items.getLast().takeErrors()).isEmpty();
    assertThat(errors(body)).containsExactly(new Problem.FieldError("/more", "is not known here"));
    // What was no longer noted might be in an element that looks good.
    Fields full = read("{\"items\":[{" + "\"n\":\"\\u0000\"},{".repeat(60) + "\"n\":1}]}");
    Fields last = full.array("items", 1, 100).getLast();
    assertThat(catchThrowableOfType(Problem.class, last::takeErrors).errors()).hasSize(50);
  }

  @Test
  void whatFollowsFromAnErrorIsNoOtherOne() {
    Fields body = read("{\"a\":\"\\u0000\",\"b\":\"too long\",\"c\":7,\"d\":{\"x\":1}}");
    for (String member : List.of("a", "b", "c", "e")) {
      assertThat(body.string(member, 3)).as("a placeholder").isEmpty();
      body.refuse(member, "is not good either");
    }
    body.refuse("d", "does not go with a");
    assertThat(body.optionalObject("d")).isNotNull();
    assertThat(errors(body))
        .extracting(Problem.FieldError::pointer)
        .containsExactly("/a", "/b", "/c", "/e", "/d");
  }

  @Test
  void allErrorsAreToldAtOnceWithTheirPointers() {
    Fields body =
        read(
            """
            {"name":"","count":"3","gift":1,"half":1.0,"huge":1e400,"big":99999999999999999999,
             "lines":[{"sku":"A","colour":"red"},7],"a/b~c":1,"nothing":null,"z":"\\u0000"}
            """);
    body.string("name", 5);
    body.integer("count", 0, 9);
    body.bool("gift");
    body.integer("half", 0, 9);
    body.integer("huge", 0, 9);
    body.integer("big", 0, 9);
    body.array("lines", 1, 5).forEach(line -> line.string("sku", 5));
    body.optionalString("nothing", 5);
    body.string("z", 5);
    body.object("address").string("street", 9);
    assertThat(errors(body))
        .extracting(e -> e.pointer() + " " + e.detail())
        .containsExactlyInAnyOrder(
            "/name must not be empty",
            "/count must be an integer",
            "/gift must be true or false",
            "/half must be an integer",
            "/huge must be an integer",
            "/big is too large",
            "/lines/0/colour is not known here",
            "/lines/1 must be an object",
            "/a~1b~0c is not known here",
            "/nothing must not be null: leave it out",
            "/z must not contain U+0000 or half a surrogate pair",
            "/address is required");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "1",
        "\"x\"",
        "{",
        "{\"a\":1",
        "{\"a\":1}{}",
        "{\"a\":1} x",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1,}",
        "{\"a\":+1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"b\":1}}",
        "{\"a\":[[1]]}",
        "{\"a\":.5}",
        "{\"\\u0000\":1}",
        "{\"\\ud800\":1}",
        "{\"a\":\"\t\"}",
        "// x\n{}",
        "{\"a\":tru}",
        "{\"a\":1 /**/}"
      })
  void whatIsNoStrictObjectIsRefused(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(Problem.class).hasMessage("invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "\\udc00", "\\ud800x", "\\udc00\\ud800", "a\\u0000b"})
  void textThatADatabaseRefusesIsAnErrorOfItsField(String escaped) {
    Fields body = read("{\"a\":\"" + escaped + "\"}");
    body.string("a", 10);
    assertThat(errors(body)).extracting(Problem.FieldError::pointer).containsExactly("/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ff", "c080", "eda080", "e282", "f8888080", "c1bf", "f4908080", "80"})
  void badUtf8IsRefused(String hex) {
    byte[] json = HexFormat.of().parseHex("7b2261223a22" + hex + "227d");
    assertThatThrownBy(() -> StrictJson.read(json)).isInstanceOf(Problem.class);
  }

  @Test
  void otherEncodingsAreRefused() {
    for (var charset :
        List.of(StandardCharsets.UTF_16, StandardCharsets.UTF_16LE, StandardCharsets.UTF_32BE)) {
      assertThatThrownBy(() -> StrictJson.read("{\"a\":1}".getBytes(charset)))
          .isInstanceOf(Problem.class);
    }
    assertThatThrownBy(() -> read("\ufeff{\"a\":1}")).isInstanceOf(Problem.class);
  }

  @Test
  void depthNumbersAndNamesAreBounded() {
    assertThatThrownBy(() -> read("{\"a\":".repeat(10_000))).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> read("{\"a\":" + "9".repeat(5_000) + "}")).isInstanceOf(Problem.class);
    assertThatThrownBy(() -> read("{\"" + "a".repeat(5_000) + "\":1}")).isInstanceOf(Problem.class);
    var many = new StringBuilder("{\"a\":1");
    for (int i = 0; i < Fields.MEMBERS_MAX; i++) {
      many.append(",\"n").append(i).append("\":1");
    }
    assertThatThrownBy(() -> read(many.append('}').toString())).isInstanceOf(Problem.class);
  }

  @Test
  void errorsAreBounded() {
    var lines = new StringBuilder("{\"a\":[0");
    lines.append(",0".repeat(500)).append("]}");
    Fields body = read(lines.toString());
    body.array("a", 0, 1_000);
    assertThat(errors(body)).hasSize(JsonErrors.ERRORS_MAX);
  }

  @Test
  void whatIsWrittenCanBeReadAgain() {
    String text = "quote \" slash \\ line \n tab \t bell \u0007 del \u007f 茶 é 🍵";
    var json = new JsonWriter(1);
    json.beginObject().field("a", text).field("n", Long.MIN_VALUE).field("t", true);
    json.name("list").beginArray().value("x").value("y").endArray();
    json.money("m", 5, "JPY").endObject();
    Fields back = StrictJson.read(json.toBytes());
    assertThat(back.string("a", 100)).isEqualTo(text);
    assertThat(back.integer("n", Long.MIN_VALUE, 0)).isEqualTo(Long.MIN_VALUE);
    assertThat(back.bool("t")).isTrue();
    assertThat(back.strings("list", 2, 2, 1)).containsExactly("x", "y");
    assertThat(back.money("m")).isEqualTo(new Fields.Amount(5, "JPY"));
    back.check();
  }
}
