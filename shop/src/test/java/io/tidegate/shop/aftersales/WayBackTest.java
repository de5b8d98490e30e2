package io.tidegate.shop.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of the way back, in code and in docs. */
class WayBackTest {

  @Test
  void theDocsShowTheTableOfTheCode() throws IOException {
    List<String> shown =
        Files.readAllLines(docs().resolve("refunds.md")).stream()
            .dropWhile(line -> !line.startsWith("| step |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    assertThat(shown)
        .containsExactlyElementsOf(
            Arrays.stream(WayBack.values())
                .map(step -> "| `%s` | %s | %s |".formatted(step.wire(), step.does(), step.undo()))
                .toList());
  }

  @Test
  void eachStepHasABitOfItsOwn() {
    assertThat(Arrays.stream(WayBack.values()).mapToInt(WayBack::bit).sum())
        .isEqualTo((1 << WayBack.values().length) - 1);
  }

  private static Path docs() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("docs")) ? here.resolve("docs") : here.resolve("../docs");
  }
}
