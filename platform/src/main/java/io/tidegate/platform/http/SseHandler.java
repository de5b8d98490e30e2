package io.tidegate.platform.http;

/** Feeds one stream of server-sent events. */
@FunctionalInterface
public interface SseHandler {
  /**
   * Sends events until there are no more; returning ends the stream.
   *
   * @throws InterruptedException when it waits while the client goes or the server stops
   */
  void run(SseStream stream) throws Exception;
}
