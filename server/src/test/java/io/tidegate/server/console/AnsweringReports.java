package io.tidegate.server.console;

import io.tidegate.platform.http.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process of the reports that answers what a test has it answer, and keeps what it was asked. */
final class AnsweringReports implements ReportsWay {
  private final List<String> asked = new ArrayList<>();
  private Answer next = new Answer(500, "", new byte[0]);
  private boolean away;

  /** What it answers from now on. */
  void answers(String json) {
    away = false;
    next = new Answer(200, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  void answersCsv(String csv) {
    away = false;
    next = new Answer(200, "text/csv; charset=utf-8", csv.getBytes(StandardCharsets.UTF_8));
  }

  /** It refuses with a problem document. */
  void refuses(int status, String code, String more) {
    away = false;
    String json = "{\"status\":" + status + ",\"code\":\"" + code + "\"" + more + "}";
    next = new Answer(status, "application/problem+json", json.getBytes(StandardCharsets.UTF_8));
  }

  void goesAway() {
    away = true;
  }

  /** What it was asked since this was asked last. */
  List<String> asked() {
    List<String> all = List.copyOf(asked);
    asked.clear();
    return all;
  }

  @Override
  public Answer get(String pathAndQuery, String token) {
    return answer("GET " + pathAndQuery, token);
  }

  @Override
  public Answer post(String path, String token, byte[] json, String accept) {
    return answer(
        "POST " + path + " " + accept + " " + new String(json, StandardCharsets.UTF_8), token);
  }

  private Answer answer(String question, String token) {
    if (token.isEmpty()) {
      throw new AssertionError("nobody's token came with " + question);
    }
    asked.add(question);
    if (away) {
      throw Problem.unavailable("reports_unavailable", "The reports are away", 5);
    }
    return next;
  }

  @Override
  public Optional<String> figures() {
    return Optional.empty();
  }
}
