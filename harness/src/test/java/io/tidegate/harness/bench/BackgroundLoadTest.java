package io.tidegate.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidegate.harness.load.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A load beside another one ends with it, also where that fails. */
@Timeout(60)
final class BackgroundLoadTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final String NAME = "load of a test";

  private static Load load(ServerSocket server) {
    return new Load(
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort())),
        1,
        new Load.AtRate(10),
        LONG,
        LONG);
  }

  private static boolean runs() {
    Set<Thread> threads = Thread.getAllStackTraces().keySet();
    return threads.stream().anyMatch(t -> t.getName().equals(NAME.replace(' ', '-')));
  }

  /** Nobody accepts here, let alone answers. */
  private static ServerSocket silent() throws IOException {
    return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @Test
  void one_whose_bench_fails_ends() throws Exception {
    try (ServerSocket server = silent()) {
      assertThatThrownBy(
              () -> {
                try (BackgroundLoad under =
                    BackgroundLoad.start(NAME, load(server), SampleReport.traffic())) {
                  under.awaitBegin();
                  assertThat(runs()).isTrue();
                  throw new BenchFailure("the bench failed");
                }
              })
          .hasMessage("the bench failed");
      assertThat(runs()).isFalse();
    }
  }

  @Test
  void one_that_fails_says_whose_it_is() throws Exception {
    ServerSocket server = silent();
    server.close();
    try (BackgroundLoad under = BackgroundLoad.start(NAME, load(server), SampleReport.traffic())) {
      under.awaitBegin();
      assertThatThrownBy(under::result)
          .isInstanceOf(BenchFailure.class)
          .hasMessageStartingWith("the load of a test failed: java.io.IOException: no connection");
    }
  }
}
