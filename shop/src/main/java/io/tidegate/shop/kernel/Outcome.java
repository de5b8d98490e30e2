package io.tidegate.shop.kernel;

/**
 * Which of three happened to a command.
 *
 * @param <T> what the caller wanted
 * @param <W> why it was refused
 */
public sealed interface Outcome<T, W> {

  /** It was done now. */
  record Applied<T, W>(T value) implements Outcome<T, W> {}

  /** It had been done before; nothing was written. */
  record AlreadyApplied<T, W>(T value) implements Outcome<T, W> {}

  /** It is not allowed; nothing was written. */
  record Refused<T, W>(W why) implements Outcome<T, W> {}

  static <T, W> Outcome<T, W> applied(T value) {
    return new Applied<>(value);
  }

  static <T, W> Outcome<T, W> alreadyApplied(T value) {
    return new AlreadyApplied<>(value);
  }

  static <T, W> Outcome<T, W> refused(W why) {
    return new Refused<>(why);
  }
}
