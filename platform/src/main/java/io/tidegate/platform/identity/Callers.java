package io.tidegate.platform.identity;

/** Finds who stands behind a bearer token. */
public interface Callers {
  /**
   * The caller that the token names.
   *
   * @throws InvalidToken when the token proves nothing
   * @throws IssuerUnavailable when the keys that would prove it cannot be had now
   */
  Caller verify(String bearer);
}
