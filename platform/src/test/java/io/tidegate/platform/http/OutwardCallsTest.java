package io.tidegate.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidegate.platform.http.OutwardAnswer.Answered;
import io.tidegate.platform.http.OutwardAnswer.Failed;
import io.tidegate.platform.http.ScriptedServer.Act;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls go where they were looked at to go, and are over in time. */
class OutwardCallsTest {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress ELSEWHERE = InetAddress.ofLiteral("1.1.1.1");

  private final ScriptedServer server = new ScriptedServer(_ -> new Act.Say(200, "fine"));
  private final List<String> lookedUp = new ArrayList<>();
  private final List<OutwardCalls> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(OutwardCalls::close);
    server.close();
  }

  private OutwardCalls calls(boolean allowPrivate, Duration callMax, InetAddress[]... told) {
    OutwardCalls calls =
        new OutwardCalls(
            new OutwardCalls.Settings(allowPrivate, callMax),
            name -> {
              lookedUp.add(name);
              return told[Math.min(lookedUp.size(), told.length) - 1];
            });
    opened.add(calls);
    return calls;
  }

  private static InetAddress[] of(InetAddress... addresses) {
    return addresses;
  }

  private OutwardAnswer post(OutwardCalls calls, String host) {
    return post(calls, "http", host);
  }

  private OutwardAnswer post(OutwardCalls calls, String scheme, String host) {
    URI url = URI.create(scheme + "://" + host + ":" + server.base().getPort() + "/in?a=b");
    return calls.post(url, Map.of("X-One", "1"), "{}".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aNameIsLookedUpOnceAndDialledWhereItPointedThen() {
    OutwardCalls calls = calls(true, LONG, of(HERE), of(InetAddress.ofLiteral("127.9.9.9")));

    assertThat(post(calls, "shop.example")).isEqualTo(new Answered(200, ""));
    assertThat(lookedUp).containsExactly("shop.example");
    assertThat(server.asked()).extracting(ScriptedServer.Asked::path).containsExactly("/in?a=b");
  }

  @Test
  void nothingIsOpenedBeforeTheFirstCallAndNothingIsCalledAfterTheEnd() {
    OutwardCalls calls = calls(true, LONG, of(HERE));
    assertThat(calls.refusal("https://shop.example/in")).isEmpty();
    assertThat(calls.isOpen()).isFalse();
    assertThat(post(calls, "shop.example")).isEqualTo(new Answered(200, ""));
    assertThat(calls.isOpen()).isTrue();

    calls.close();
    assertThat(post(calls, "shop.example")).isEqualTo(new Failed(Failed.Why.STOPPING));
    OutwardCalls never = calls(true, LONG, of(HERE));
    never.close();
    assertThat(post(never, "shop.example")).isEqualTo(new Failed(Failed.Why.STOPPING));
    assertThat(never.isOpen()).isFalse();
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void whatIsUnderWayAtTheEndIsNoFaultOfTheOther() throws Exception {
    OutwardCalls calls = calls(true, LONG, of(HERE));
    CountDownLatch asked = new CountDownLatch(1);
    server.script(_ -> {
      asked.countDown();
      new CountDownLatch(1).await();
      return new Act.Reset();
    });
    CompletableFuture<OutwardAnswer> answer =
        CompletableFuture.supplyAsync(() -> post(calls, "a.example"), Thread.ofVirtual()::start);
    asked.await();
    calls.close();
    assertThat(answer.get()).isEqualTo(new Failed(Failed.Why.STOPPING));
  }

  @Test
  void aNameThatPointsInwardsIsNotCalled() {
    OutwardCalls calls = calls(false, LONG, of(HERE), of(ELSEWHERE, HERE), of());

    assertThat(post(calls, "https", "inward.example"))
        .isEqualTo(new Failed(Failed.Why.FORBIDDEN_ADDRESS));
    assertThat(post(calls, "https", "both.example"))
        .as("one address of several")
        .isEqualTo(new Failed(Failed.Why.FORBIDDEN_ADDRESS));
    assertThat(post(calls, "https", "nothing.example"))
        .isEqualTo(new Failed(Failed.Why.NO_ADDRESS));
    assertThat(lookedUp).hasSize(3);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void anAddressWrittenInAnotherWayIsLookedAtToo() throws UnknownHostException {
    OutwardCalls calls =
        new OutwardCalls(new OutwardCalls.Settings(false, LONG), InetAddress::getAllByName);
    opened.add(calls);
    for (String host : List.of("127.0.0.1", "2130706433", "127.1", "[::1]", "[::ffff:7f00:1]")) {
      assertThat(post(calls, "https", host))
          .as(host)
          .isEqualTo(new Failed(Failed.Why.FORBIDDEN_ADDRESS));
    }
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void whatWasTypedInWhileItWasAllowedIsNotCalledWithoutTlsAfterwards() {
    OutwardCalls calls = calls(false, LONG, of(ELSEWHERE));
    assertThat(post(calls, "http", "shop.example")).isEqualTo(new Failed(Failed.Why.TLS));
    assertThat(post(calls, "HTTP", "shop.example")).isEqualTo(new Failed(Failed.Why.TLS));
    assertThat(lookedUp).isEmpty();
    assertThat(calls.isOpen()).isFalse();
  }

  @Test
  void urlsThatMayNeverBeCalledAreRefused() {
    OutwardCalls strict = calls(false, LONG, of(ELSEWHERE));
    for (String bad :
        List.of(
            "shop.example/in",
            "ftp://shop.example/",
            "http://shop.example/",
            "https:///in",
            "https://user:word@shop.example/",
            "https://shop.example/#part",
            "https://shop.example:70000/",
            "https://shop.example/a b",
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://169.254.169.254/latest",
            "https://localhost/",
            "https://shop.example/" + "a".repeat(2_100))) {
      assertThat(strict.refusal(bad)).as(bad).isPresent();
    }
    assertThat(strict.refusal("https://shop.example/in?a=b")).isEmpty();
    assertThat(strict.refusal("https://1.1.1.1:8443/in")).isEmpty();
    OutwardCalls open = calls(true, LONG, of(ELSEWHERE));
    assertThat(open.refusal("http://127.0.0.1:1/in")).isEmpty();
    assertThat(open.refusal("gopher://127.0.0.1:1/in")).isPresent();
  }

  @Test
  void silenceAndDripsEndWithTheirTime() {
    OutwardCalls calls = calls(true, Duration.ofSeconds(1), of(HERE));
    server.script(_ -> {
      new CountDownLatch(1).await();
      return new Act.Reset();
    });
    assertThat(post(calls, "a.example")).isEqualTo(new Failed(Failed.Why.TIMED_OUT));
    server.script(_ -> new Act.Half());
    assertThat(post(calls, "a.example"))
        .as("the status came, the rest never does")
        .isEqualTo(new Answered(200, ""));
  }

  @Test
  void whatBreaksAndWhatIsTooLongIsTold() {
    OutwardCalls calls = calls(true, LONG, of(HERE));
    server.script(_ -> new Act.Reset());
    assertThat(post(calls, "a.example")).isEqualTo(new Failed(Failed.Why.BROKEN));
    server.script(_ -> new Act.Say(503, "x".repeat(1 << 20)));
    assertThat(post(calls, "a.example")).isEqualTo(new Answered(503, ""));
    server.script(_ -> new Act.Say(302, ""));
    assertThat(post(calls, "a.example")).isEqualTo(new Answered(302, ""));
    assertThat(server.asked()).as("nothing is followed or repeated").hasSize(3);
  }

  @Test
  void whoeverSpeaksNoTlsIsTold() throws Exception {
    OutwardCalls calls = calls(true, LONG, of(HERE));
    try (ServerSocket plain = new ServerSocket(0, 1, HERE)) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket one = plain.accept()) {
              one.getOutputStream()
                  .write("HTTP/1.1 400 No\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              one.getInputStream().readAllBytes();
            } catch (IOException _) {
              // the client went away
            }
          });
      URI url = URI.create("https://a.example:" + plain.getLocalPort() + "/");
      assertThat(calls.post(url, Map.of(), new byte[0])).isEqualTo(new Failed(Failed.Why.TLS));
    }
  }

  @Test
  void aClosedPortIsNoConnection() {
    OutwardCalls calls = calls(true, LONG, of(HERE));
    server.close();
    assertThat(post(calls, "a.example")).isEqualTo(new Failed(Failed.Why.NO_CONNECTION));
  }
}
