package io.tidegate.harness.browser;

import com.deque.html.axecore.playwright.AxeBuilder;
import java.util.List;

/** What axe finds wrong on a page: names of controls, landmarks, languages, contrast and more. */
final class Accessibility {
  private Accessibility() {}

  static List<String> faults(AxeBuilder axe) {
    return axe.analyze().getViolations().stream()
        .flatMap(rule ->
            rule.getNodes().stream()
                .map(node -> rule.getId() + ": " + node.getHtml() + " " + node.getFailureSummary()))
        .toList();
  }
}
