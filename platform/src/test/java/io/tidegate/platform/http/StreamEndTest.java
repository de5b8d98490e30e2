package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** How a stream ends whose handler has nothing more to say. */
class StreamEndTest {

  /** A strict client takes a stream without its last chunk for one that broke off. */
  @Test
  void aStreamThatIsOverIsComplete() {
    Routes streams =
        router ->
            router.get(
                "/result",
                Access.open(),
                _ -> Reply.sse(stream -> stream.send("1", "state", "won")));
    try (var server = new TestServer(HttpSettings.onPort(0), streams)) {
      assertThat(server.get("/result").body()).contains("id: 1\n", "data: won\n");
    }
  }
}
