package io.tidegate.platform.http;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with one body, gathered so that it is told at once. */
final class JsonErrors {
  /** More are not told: the first ones say enough. */
  static final int ERRORS_MAX = 50;

  private final List<Problem.FieldError> errors = new ArrayList<>(0);

  void add(String pointer, String detail) {
    if (errors.size() < ERRORS_MAX) {
      errors.add(new Problem.FieldError(pointer, detail));
    }
  }

  void throwIfAny() {
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
  }
}
