package io.tidegate.platform.identity;

/** The keys of an issuer cannot be had now; another try may find them. */
public final class IssuerUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  IssuerUnavailable(Throwable cause) {
    super("the issuer's keys cannot be had now", cause);
  }
}
