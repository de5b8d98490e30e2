package io.tidegate.platform.identity;

/** A token that proves nothing; its message says which check failed and nothing of the token. */
public final class InvalidToken extends RuntimeException {
  private static final long serialVersionUID = 1;

  InvalidToken(String reason) {
    super(reason, null, false, false);
  }
}
