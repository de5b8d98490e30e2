package io.tidegate.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What runs beside the orders gets what they leave of the processors. */
class LowestPriorityTest {
  private static final Path OUR_SESSION = Path.of("/proc/self/autogroup");

  @Test
  void theSessionAndTheProcessHaveTheLowestPriority() throws Exception {
    assertThat(said("nice")).isEqualTo("19\n");
    if (!Files.exists(OUR_SESSION)) {
      return; // The kernel groups nothing by sessions: there the process alone counts.
    }
    String ours = Files.readString(OUR_SESSION);
    assertThat(said("cat", OUR_SESSION.toString())).endsWith("nice 19\n").isNotEqualTo(ours);
    assertThat(Files.readString(OUR_SESSION)).as("ours is as it was").isEqualTo(ours);
  }

  @Test
  void wordsArriveAsTheyWere() throws Exception {
    assertThat(said("printf", "%s|", "a b", "$HOME", "\"c\"", "")).isEqualTo("a b|$HOME|\"c\"||");
  }

  private static String said(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(Children.ofLowestPriority(List.of(command))).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return said;
  }
}
