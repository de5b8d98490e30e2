package io.tidegate.platform.http;

import java.util.ArrayList;
import java.util.List;

/** What is wrong with one body, gathered so that it is told at once. */
final class JsonErrors {
  /** More are not told: the first ones say enough. */
  static final int ERRORS_MAX = 50;

  private final List<Problem.FieldError> errors = new ArrayList<>(0);
  private boolean overflowed;

  /** Notes the first thing that is wrong with a part; what follows from it says nothing new. */
  void add(String pointer, String detail) {
    boolean noted = errors.stream().anyMatch(error -> error.pointer().equals(pointer));
    if (noted) {
      return;
    }
    if (errors.size() < ERRORS_MAX) {
      errors.add(new Problem.FieldError(pointer, detail));
    } else {
      overflowed = true;
    }
  }

  /** Takes out what is wrong at a pointer and below. */
  List<Problem.FieldError> take(String pointer) {
    if (overflowed) {
      throw Problem.invalid(errors); // what was not noted may be there as well
    }
    List<Problem.FieldError> there =
        errors.stream()
            .filter(error ->
                error.pointer().equals(pointer) || error.pointer().startsWith(pointer + "/"))
            .toList();
    errors.removeAll(there);
    return there;
  }

  void throwIfAny() {
    if (!errors.isEmpty()) {
      throw Problem.invalid(errors);
    }
  }
}
