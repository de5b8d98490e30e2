package io.tidegate.server.config;

/**
 * A kind of value: how it is read from text, and what a person may write.
 *
 * @param allowed the range in words, as {@code config} and the errors show it
 */
record Kind<T>(String allowed, Reader<T> reader) {
  /** Reads one value. */
  @FunctionalInterface
  interface Reader<T> {
    T read(String text) throws BadValue;
  }

  /** A text that is no value of its kind. The message never repeats the text: it may be secret. */
  static final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    BadValue(String message) {
      super(message, null, false, false);
    }
  }
}
