package io.tidegate.harness.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An answer with all of its body. A request's own time-out is over with the answer's first lines:
 * who stops after those would be waited for for ever.
 */
final class WholeAnswer {
  private WholeAnswer() {}

  /**
   * What a single request is answered, by a connection of its own.
   *
   * @param within so long all of it is waited for
   */
  static HttpResponse<String> once(HttpRequest request, Duration within)
      throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    try {
      return to(client, request, within);
    } finally {
      client.shutdownNow(); // To close it would be to wait for the answer.
    }
  }

  /**
   * What a request is answered.
   *
   * @param within so long all of it is waited for
   */
  static HttpResponse<String> to(HttpClient client, HttpRequest request, Duration within)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    try {
      return answer.get(within.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("request timed out");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      answer.cancel(true); // Whatever is still to come, nobody waits for.
    }
  }
}
