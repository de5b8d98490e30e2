package io.tidegate.platform.http;

/** What a route does with a request. */
@FunctionalInterface
public interface Handler {
  /**
   * The answer to the request.
   *
   * @throws Problem for every refusal; any other exception becomes a 500 without details
   */
  Reply handle(Request request) throws Exception;
}
