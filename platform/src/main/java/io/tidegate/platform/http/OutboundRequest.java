package io.tidegate.platform.http;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to a third party.
 *
 * @param path with its query, beginning with a slash; the provider's base comes before it. A whole
 *     address, where the provider named one elsewhere
 * @param body sent as it is; null for none
 * @param repeatable whether the provider takes the same request twice as once, so that it may be
 *     tried again when nobody knows whether it arrived
 */
public record OutboundRequest(
    String method,
    String path,
    Map<String, String> headers,
    byte @Nullable [] body,
    boolean repeatable) {

  public OutboundRequest {
    if (!path.startsWith("/") && !isAddress(path)) {
      throw new IllegalArgumentException("a path begins with a slash: " + path);
    }
    headers = Map.copyOf(headers);
  }

  public static OutboundRequest get(String path) {
    return new OutboundRequest("GET", path, Map.of(), null, true);
  }

  /** An address that the provider named, which need not lie at its base. */
  public static OutboundRequest getAt(URI address) {
    return get(address.toString());
  }

  private static boolean isAddress(String path) {
    return path.startsWith("https://") || path.startsWith("http://");
  }

  /** A form under a number of ours: the provider does it once, however often it arrives. */
  public static OutboundRequest postFormOnce(String path, byte[] form) {
    return new OutboundRequest(
        "POST",
        path,
        Map.of("Content-Type", "application/x-www-form-urlencoded;charset=utf-8"),
        form,
        true);
  }

  /** A JSON body under a number of ours: the provider does it once, however often it arrives. */
  public static OutboundRequest postOnce(String path, byte[] json) {
    return new OutboundRequest(
        "POST", path, Map.of("Content-Type", "application/json"), json, true);
  }

  public static OutboundRequest delete(String path) {
    return new OutboundRequest("DELETE", path, Map.of(), null, true);
  }

  /** The same with these headers beside its own. */
  public OutboundRequest withHeaders(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(more);
    return new OutboundRequest(method, path, all, body, repeatable);
  }
}
