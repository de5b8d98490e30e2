package io.tidegate.shop.payment;

import io.tidegate.platform.http.OutboundSettings;
import java.net.URI;

/** How a provider is called for its statements: seldom, and for long and large answers. */
public final class StatementCalls {

  /**
   * The longest answer that is read whole: a page of a hundred movements, each with all that their
   * provider knows of it (3 to 5 KB). Files are read as they come, however long.
   */
  private static final int ANSWER_BYTES_MAX = 4 * 1_024 * 1_024;

  private StatementCalls() {}

  public static OutboundSettings of(String provider, URI base) {
    return OutboundSettings.of(provider + "-statement", base)
        .withTryMax(StatementSource.FETCH_MAX)
        .withAnswerBytesMax(ANSWER_BYTES_MAX);
  }
}
