package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as a plain request, and what has to go to the reader that knows all of HTTP. */
class PlainRequestTest {
  private static @Nullable PlainRequest read(String text) {
    return PlainRequest.of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void aUsualRequestSaysWhatItIs() {
    PlainRequest request =
        Objects.requireNonNull(
            read(
                String.join(
                    "\r\n",
                    "POST /v1/orders/7-a_b.c~/cancel HTTP/1.1",
                    "hOsT:[::1]:80",
                    "Accept: */*;q=0.5\t",
                    "TRACEPARENT: \t one ",
                    "Traceparent: two",
                    "Connection: Keep-Alive",
                    "X-Empty:",
                    "Content-Length: 007",
                    "",
                    "\r\n{\u00fc} x")));
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/orders/7-a_b.c~/cancel");
    assertThat(request.traceparent()).isEqualTo("one");
    assertThat(request.bodyBytes()).isEqualTo(7);
    PlainRequest bare = Objects.requireNonNull(read("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n"));
    assertThat(bare.method()).isEqualTo("DELETE");
    assertThat(bare.traceparent()).isNull();
    assertThat(bare.bodyBytes()).isZero();
  }

  @Test
  void everyPartOfAPlainRequestIsNone() {
    String whole = "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab";
    assertThat(read(whole)).isNotNull();
    for (int length = 0; length < whole.length(); length++) {
      assertThat(read(whole.substring(0, length))).as("%d bytes", length).isNull();
    }
    assertThat(read(whole + "G")).isNull();
    assertThat(read(whole + whole)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD / HTTP/1.1",
        "OPTIONS / HTTP/1.1",
        "get / HTTP/1.1",
        "GETS / HTTP/1.1",
        " GET / HTTP/1.1",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.0",
        "GET / HTTP/1.1 ",
        "GET /",
        "GET * HTTP/1.1",
        "GET http://x/ HTTP/1.1",
        "GET /?a=b HTTP/1.1",
        "GET /%41 HTTP/1.1",
        "GET /a;b HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /\u00e4 HTTP/1.1",
        "PRI * HTTP/2.0"
      })
  void anotherFirstLineIsNotPlain(String line) {
    assertThat(read(line + "\r\nHost: x\r\n\r\n")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Encoding: gzip",
        "content-encoding: identity",
        "Transfer-Encoding: chunked",
        "transfer-encoding: identity",
        "Expect: 100-continue",
        "Upgrade: h2c",
        "Connection: close",
        "Connection: keep-alive, close",
        "Connection: upgrade",
        "Content-Length: 0\r\nContent-Length: 0",
        "Content-Length: 0, 0",
        "Content-Length: +0",
        "Content-Length: -0",
        "Content-Length: 0x0",
        "Content-Length:",
        "Content-Length: 1",
        "Content-Length: 000000",
        "Content-Length : 0",
        "Host: y",
        " Folded: x",
        "\tFolded: x",
        ": no name",
        "No colon",
        "A: b\nC: d",
        "A: b\rC: d",
        "A: b\r",
        "A: b\u0000c",
        "A: b\u007f",
        "A: \u00e4",
        "A b: c",
        "A\u0000: c"
      })
  void anUnusualHeaderIsNotPlain(String header) {
    assertThat(read("GET / HTTP/1.1\r\nHost: x\r\n" + header + "\r\n\r\n")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A: b",
        "Host:",
        "Host: a b",
        "Host: a,b",
        "Host: a/b",
        "Host: u@b",
        "Host: a:",
        "Host: a:b",
        "Host: a:80x",
        "Host: a:8:0",
        "Host: a:-1",
        "Host: :80",
        "Host: []",
        "Host: []:80",
        "Host: [::1",
        "Host: ::1]",
        "Host: [::1]80",
        "Host: [::1]:",
        "Host: [::1]:x",
        "Host: [[::1]]",
        "Host: a[b"
      })
  void withoutOneHostItIsNotPlain(String header) {
    assertThat(read("GET / HTTP/1.1\r\n" + header + "\r\n\r\n")).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b-c:8080", "127.0.0.1:1", "[::1]", "[fe80::1]:443"})
  void aHostMayHaveAPort(String host) {
    assertThat(read("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")).isNotNull();
  }

  @Test
  void bareLineFeedsAreNotPlain() {
    assertThat(read("GET / HTTP/1.1\nHost: x\n\n")).isNull();
    assertThat(read("GET / HTTP/1.1\r\nHost: x\n\r\n")).isNull();
    assertThat(read("\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")).isNull();
  }

  @Test
  void whatIsLongIsNotPlain() {
    String path = "/" + "a".repeat(PlainRequest.PATH_BYTES_MAX - 1);
    assertThat(read("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")).isNotNull();
    assertThat(read("GET " + path + "a HTTP/1.1\r\nHost: x\r\n\r\n")).isNull();
    String head = "GET / HTTP/1.1\r\nHost: x\r\nA: \r\n\r\n";
    String filled = head.replace("A: ", "A: " + "b".repeat(PlainRequest.BYTES_MAX - head.length()));
    assertThat(read(filled)).isNotNull();
    assertThat(read(filled.replace("A: ", "A: b"))).isNull();
  }
}
