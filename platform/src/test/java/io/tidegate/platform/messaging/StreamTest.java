package io.tidegate.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tidegate.platform.testing.TestBroker;
import io.tidegate.platform.testing.TestLimits;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What streams promise: taken parts arrive, each once; nothing waits without a bound. */
final class StreamTest {

  private static final Duration ARRIVAL_MAX = TestLimits.PATIENCE;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  private static StreamSettings settings() {
    return StreamSettings.of(TestBroker.shared().topicPrefix() + "other");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void partsOfManyTravelTogetherAndEachArrivesOnce() throws Exception {
    String run = UUID.randomUUID().toString();
    int count = 2_000;
    List<Future<StreamAnswer>> answers = new ArrayList<>();
    try (StreamSender sender = new StreamSender(TestBroker.shared().namesrv(), settings(), meters);
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        byte[] part = bytes(run + ' ' + i);
        Callable<StreamAnswer> call = () -> sender.send(part);
        answers.add(callers.submit(call));
      }
      for (Future<StreamAnswer> answer : answers) {
        assertThat(answer.get()).isEqualTo(StreamAnswer.TAKEN);
      }
    }
    assertThat(meters.get("tidegate.stream.message.parts").summary().count())
        .as("messages for %s parts", count)
        .isLessThan(count / 4);
    assertThat(meters.get("tidegate.stream.waiting").gauge().value()).isZero();

    Map<String, Integer> arrived = new HashMap<>();
    try (StreamReader reader =
        new StreamReader(TestBroker.shared().namesrv(), settings().topic(), "group-" + run)) {
      List<StreamReader.Queue> queues = reader.queues();
      assertThat(queues).hasSizeGreaterThan(1);
      queues.forEach(queue -> reader.read(queue, 0));
      await()
          .atMost(ARRIVAL_MAX)
          .until(() -> {
            take(reader, run, arrived);
            return arrived.size() == count;
          });
      long end = 0;
      for (StreamReader.Queue queue : queues) {
        end = Math.max(end, reader.end(queue));
      }
      assertThat(end).isPositive();
    }
    assertThat(arrived.values()).containsOnly(1);
  }

  private static void take(StreamReader reader, String run, Map<String, Integer> arrived)
      throws InterruptedException {
    StreamReader.Pulled pulled = reader.next(Duration.ofMillis(100));
    if (pulled == null) {
      return;
    }
    long offset = -1;
    for (StreamReader.Sent message : pulled.messages()) {
      assertThat(message.offset()).isGreaterThan(offset).isLessThan(pulled.nextOffset());
      offset = message.offset();
      for (byte[] part : message.parts()) {
        String text = new String(part, StandardCharsets.UTF_8);
        if (text.startsWith(run)) {
          arrived.merge(text, 1, Integer::sum);
        }
      }
    }
  }

  @Test
  void anOffsetThatTheBrokerDoesNotHaveBeginsAtItsFirst() throws Exception {
    String run = UUID.randomUUID().toString();
    try (StreamSender sender =
        new StreamSender(TestBroker.shared().namesrv(), settings(), meters)) {
      assertThat(sender.send(bytes(run))).isEqualTo(StreamAnswer.TAKEN);
    }
    Map<String, Integer> arrived = new HashMap<>();
    try (StreamReader reader =
        new StreamReader(TestBroker.shared().namesrv(), settings().topic(), "group-" + run)) {
      reader.queues().forEach(queue -> reader.read(queue, 1_000_000_000));
      await()
          .atMost(ARRIVAL_MAX)
          .until(() -> {
            take(reader, run, arrived);
            return !arrived.isEmpty();
          });
    }
  }

  @Test
  void withoutABrokerPartsAreRefusedAndFewTry() throws Exception {
    StreamSettings patient =
        new StreamSettings(
            "nowhere",
            Duration.ofMillis(1),
            1_024,
            2,
            4_096,
            Duration.ofSeconds(2),
            Duration.ofMinutes(10));
    try (StreamSender sender = new StreamSender("127.0.0.1:9", patient, meters)) {
      for (int i = 0; i < 50; i++) {
        assertThat(sender.send(bytes("a"))).isEqualTo(StreamAnswer.UNAVAILABLE);
      }
    }
    assertThat(meters.get("tidegate.stream.failures").counter().count()).isEqualTo(1);
    assertThat(meters.get("tidegate.stream.refused").counter().count()).isEqualTo(49);
  }

  @Test
  void afterAWhileOneTriesAgain() throws Exception {
    try (StreamSender sender =
        new StreamSender(
            TestBroker.shared().namesrv(),
            new StreamSettings(
                TestBroker.shared().topicPrefix() + "unheard-of",
                Duration.ofMillis(1),
                1_024,
                2,
                4_096,
                Duration.ofSeconds(2),
                Duration.ofMillis(1)),
            meters)) {
      assertThat(sender.send(bytes("a"))).isEqualTo(StreamAnswer.UNAVAILABLE);
      double failures = meters.get("tidegate.stream.failures").counter().count();
      await()
          .atMost(ARRIVAL_MAX)
          .until(() -> {
            assertThat(sender.send(bytes("b"))).isEqualTo(StreamAnswer.UNAVAILABLE);
            return meters.get("tidegate.stream.failures").counter().count() > failures;
          });
    }
  }

  @Test
  void moreThanMayWaitIsRefusedAtOnce() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
        StreamSender sender =
            new StreamSender(
                "127.0.0.1:" + silent.getLocalPort(),
                StreamSettings.of("nowhere").withRoom(32, 1, 64),
                meters)) {
      List<Future<StreamAnswer>> answers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Callable<StreamAnswer> call = () -> sender.send(new byte[16]);
        answers.add(callers.submit(call));
      }
      await()
          .atMost(ARRIVAL_MAX)
          .until(() -> answers.stream().filter(Future::isDone).count() >= 14);
      assertThat(
              answers.stream()
                  .filter(Future::isDone)
                  .map(Future::resultNow)
                  .filter(answer -> answer == StreamAnswer.FULL)
                  .count())
          .isGreaterThanOrEqualTo(14);
    }
  }

  @Test
  void framesAreReadAsTheyWereWritten() {
    List<byte[]> parts = List.of(bytes("a"), bytes(""), bytes("bcd"));
    assertThat(StreamFrame.split(StreamFrame.join(parts))).containsExactlyElementsOf(parts);
    assertThat(StreamFrame.split(new byte[0])).isEmpty();
    for (byte[] odd : List.of(new byte[3], new byte[] {0, 0, 0, 5, 1}, new byte[] {-1, 0, 0, 0})) {
      assertThatThrownBy(() -> StreamFrame.split(odd)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
