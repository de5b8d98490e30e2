package io.tidegate.server.config;

import java.util.List;

/** What is wrong with the configuration: all of it, a line each. No secret is in it. */
public final class ConfigurationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Where and what, a line each. */
  public List<String> problems() {
    return problems;
  }
}
