package io.tidegate.platform.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tidegate.platform.testing.TestBroker;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that dies comes back; one that lost its parent is no obstacle; none is left behind. */
final @Tag("own-engine") class EmbeddedBrokerTest {

  @TempDir Path directory;

  @Test
  void aKilledBrokerComesBackOnTheSamePorts() throws Exception {
    ProcessHandle last;
    try (EmbeddedBroker broker = EmbeddedBroker.start(directory, TestBroker.settings(), _ -> {})) {
      broker.whenReady().get(TestBroker.START_MAX.toSeconds(), SECONDS);
      String address = broker.namesrv();
      long first = broker.pid();

      ProcessHandle.of(first).orElseThrow().destroyForcibly();

      await().atMost(TestBroker.START_MAX).until(() -> broker.isUp() && broker.pid() != first);
      assertThat(broker.namesrv()).isEqualTo(address);
      last = ProcessHandle.of(broker.pid()).orElseThrow();
    }
    assertThat(last.isAlive()).isFalse();
    assertThat(directory.resolve("store/abort")).as("an orderly stop leaves none").doesNotExist();
  }

  @Test
  void anOrphanThatHoldsTheDirectoryIsEnded() throws Exception {
    BrokerPorts ports = BrokerPorts.of(directory);
    Process orphan = BrokerProcess.launch(directory, ports, TestBroker.settings());
    try (BufferedReader lines = orphan.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("ready");
      assertThat(Files.readString(directory.resolve("broker.pid")))
          .isEqualTo(Long.toString(orphan.pid()));

      try (EmbeddedBroker broker =
          EmbeddedBroker.start(directory, TestBroker.settings(), _ -> {})) {
        broker.whenReady().get(TestBroker.START_MAX.toSeconds(), SECONDS);
        assertThat(orphan.isAlive()).isFalse();
        assertThat(broker.namesrv()).endsWith(":" + ports.namesrv());
      }
    } finally {
      orphan.destroyForcibly();
    }
  }

  @Test
  void aBrokerEndsWhenItsParentsPipeEnds() throws Exception {
    Process child =
        BrokerProcess.launch(directory, BrokerPorts.of(directory), TestBroker.settings());
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("ready");
      child.getOutputStream().close();
      assertThat(lines.readLine()).isEqualTo("stopping");
      assertThat(lines.readLine()).isEqualTo("stopped");
      assertThat(child.waitFor(TestBroker.START_MAX.toSeconds(), SECONDS)).isTrue();
    } finally {
      child.destroyForcibly();
    }
  }

  @Test
  void damagedPortsAreRefused() throws Exception {
    Files.writeString(directory.resolve("ports"), "12 abc");
    assertThatThrownBy(() -> BrokerPorts.of(directory))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("not two port numbers");
  }
}
