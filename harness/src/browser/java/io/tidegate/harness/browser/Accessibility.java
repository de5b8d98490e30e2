package io.tidegate.harness.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.util.List;

/** What axe finds wrong on a page: names of controls, landmarks, languages, contrast and more. */
final class Accessibility {

  /**
   * All rules are asked, and only what is wrong comes back: what is right is a hundred times as
   * long, and took longer to read than to find.
   */
  private static final String ASK =
      """
      () => axe.run({ resultTypes: ['violations'] }).then(found => found.violations.flatMap(rule =>
        rule.nodes.map(node => rule.id + ': ' + node.html + ' ' + node.failureSummary)))
      """;

  private Accessibility() {}

  static List<String> faults(Page page) {
    assertThat(page.frames()).as("frames: what is within them is not looked at").hasSize(1);
    if (page.evaluate("typeof axe").equals("undefined")) {
      page.evaluate("() => {" + AxeBuilder.getAxeScript() + "}");
    }
    return ((List<?>) page.evaluate(ASK)).stream().map(String::valueOf).toList();
  }
}
