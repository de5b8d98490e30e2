package io.tidegate.harness.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Responses are read whole, wherever the network cuts them. */
final class ResponseReaderTest {
  private static final String SIZED =
      "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nIDEMPOTENT-Replayed: true\r\n\r\nhello";
  private static final String CHUNKED =
      String.join(
          "\r\n",
          "HTTP/1.1 100 Continue",
          "",
          "HTTP/1.1 409 Conflict",
          "Transfer-Encoding: chunked",
          "",
          "3;x=y",
          "hel",
          "2",
          "lo",
          "0",
          "Trailer: 1",
          "",
          "");

  private final ResponseReader reader = new ResponseReader();

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  private String body() {
    return new String(reader.body(), 0, reader.bodyLength(), StandardCharsets.US_ASCII);
  }

  @Test
  void reads_both_kinds_cut_at_every_place() {
    for (String response : new String[] {SIZED, CHUNKED}) {
      for (int cut = 0; cut < response.length(); cut++) {
        reader.reset();
        assertThat(reader.read(bytes(response.substring(0, cut)))).isFalse();
        ByteBuffer rest = bytes(response.substring(cut) + "more");
        assertThat(reader.read(rest)).isTrue();
        assertThat(rest.remaining()).isEqualTo(4);
        assertThat(body()).isEqualTo("hello");
        assertThat(reader.status()).isEqualTo(response.equals(SIZED) ? 201 : 409);
        assertThat(reader.replayed()).isEqualTo(response.equals(SIZED));
      }
    }
  }

  @Test
  void reads_to_the_end_and_without_a_body() {
    reader.reset();
    assertThat(reader.read(bytes("HTTP/1.1 204 No Content\r\n\r\n"))).isTrue();
    reader.reset();
    assertThat(reader.read(bytes("HTTP/1.1 200 OK\r\n\r\nabc"))).isFalse();
    assertThat(reader.end()).isTrue();
    assertThat(body()).isEqualTo("abc");
    assertThat(reader.closes()).isTrue();
    reader.reset();
    reader.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"));
    assertThat(reader.end()).isFalse();
  }

  @Test
  void keeps_the_start_of_a_long_body() {
    reader.reset();
    String body = "x".repeat(10_000);
    assertThat(reader.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n" + body)))
        .isTrue();
    assertThat(reader.bodyLength()).isEqualTo(ResponseReader.BODY_BYTES_KEPT);
  }

  @Test
  void refuses_what_is_no_http() {
    for (String bad :
        new String[] {
          "SSH-2.0-x\r\n",
          "HTTP/1.1 2x0 OK\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
          "HTTP/1.1 200 OK\r\nX: " + "x".repeat(9_000)
        }) {
      reader.reset();
      assertThatThrownBy(() -> reader.read(bytes(bad)))
          .as(bad)
          .isInstanceOf(ResponseReader.BadResponse.class);
    }
  }
}
