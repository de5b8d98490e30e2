package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import java.util.Optional;

/** The way to the process of the reports, which asks with the token of whoever looks. */
public interface ReportsWay {

  /**
   * What it answered.
   *
   * @param contentType empty where the body is
   */
  record Answer(int status, String contentType, byte[] body) {}

  /**
   * Asks for something.
   *
   * @param pathAndQuery as in a URL
   * @throws Problem 503 where the process is away
   */
  Answer get(String pathAndQuery, String token);

  /**
   * Asks with a JSON body.
   *
   * @param accept the form of the answer that is wanted
   * @throws Problem 503 where the process is away
   */
  Answer post(String path, String token, byte[] json, String accept);

  /** What it tells of itself, for Prometheus; empty while it does not run. */
  Optional<String> figures();
}
