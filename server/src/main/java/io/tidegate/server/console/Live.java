package io.tidegate.server.console;

import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Parts of pages that look for changes every two seconds and stay untouched where there are none.
 */
final class Live {
  private Live() {}

  /** What the browser has, in short: a hash over all that the part shows. */
  static String seen(Object shown) {
    CRC32C hash = new CRC32C();
    hash.update(shown.toString().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(hash.getValue());
  }

  /** The part, or 204 where the browser has it already: focus and selection stay as they are. */
  static Reply reply(
      Pages pages, Visitor visitor, Request request, String part, Object model, String seen) {
    return seen.equals(request.query("seen"))
        ? Reply.noContent().header("Cache-Control", "no-store")
        : pages.part(visitor, part, model).as(200);
  }
}
