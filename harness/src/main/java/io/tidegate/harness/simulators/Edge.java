package io.tidegate.harness.simulators;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Set;

/** Where HTTP meets the simulators: reads bodies, tells problems, and lets faults strike. */
final class Edge {
  static final int BODY_BYTES_MAX = 64 * 1024;

  /** What can strike a call that only asks. */
  static final Set<FaultMode> QUERY =
      Set.of(FaultMode.ERROR, FaultMode.RESET, FaultMode.TIMEOUT_DONE, FaultMode.TIMEOUT_NOT_DONE);

  /** What can strike a call that changes something. */
  static final Set<FaultMode> COMMAND =
      Set.of(
          FaultMode.REFUSE,
          FaultMode.ERROR,
          FaultMode.RESET,
          FaultMode.TIMEOUT_DONE,
          FaultMode.TIMEOUT_NOT_DONE);

  /** A request whose body was read. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared: it lives for one answer.
  record Call(ServerRequest request, byte[] body) {
    /** The id in the path. */
    String id(String name, String what) {
      String id = request.path().pathParameters().get(name);
      if (!Fields.isId(id)) {
        throw Problem.notFound(what);
      }
      return id;
    }

    Fields fields() {
      return new Fields(Json.parse(body));
    }
  }

  /** Answers one kind of call; throws {@link Problem} to refuse. */
  @FunctionalInterface
  interface Route {
    Answer answer(Call call) throws InterruptedException;
  }

  private Edge() {}

  /** A route that no fault strikes. */
  static Handler plain(Route route) {
    return (request, response) -> {
      try {
        send(response, route.answer(call(request)));
      } catch (Problem problem) {
        send(response, problem.answer());
      }
    };
  }

  /** A route that the faults among {@code sensitive} strike. */
  static Handler struck(Faults faults, Set<FaultMode> sensitive, Route route) {
    return plain(call -> answer(faults, faults.strike(sensitive), route, call));
  }

  /** The same of a route about refunds. */
  static Handler struckRefund(Faults faults, Set<FaultMode> sensitive, Route route) {
    return plain(call -> answer(faults, faults.strikeRefund(sensitive), route, call));
  }

  /** The route's answer, as the fault that strikes has it. */
  static Answer answer(Faults faults, Fault fault, Route route, Call call)
      throws InterruptedException {
    return switch (fault.mode()) {
      case OK, DUPLICATE, EARLY, WRONG_AMOUNT, BAD_SIGNATURE, REVERSE -> {
        pause(faults.latency());
        yield route.answer(call);
      }
      case REFUSE -> {
        pause(fault.latencyOr(Duration.ZERO));
        throw Problem.of(422, "refused", "A fault that was asked for refuses this call.");
      }
      case ERROR -> {
        pause(fault.latencyOr(Duration.ZERO));
        throw Problem.of(500, "internal_error", "A fault that was asked for fails this call.");
      }
      case RESET -> {
        pause(fault.latencyOr(Duration.ZERO));
        throw new CloseConnectionException("a fault that was asked for");
      }
      case TIMEOUT_DONE, LATE -> {
        Answer answer = route.answer(call);
        pause(fault.latencyOr(Fault.HOLD));
        yield answer;
      }
      case TIMEOUT_NOT_DONE -> {
        pause(fault.latencyOr(Fault.HOLD));
        throw Problem.of(504, "timed_out", "A fault that was asked for held this call.");
      }
    };
  }

  static void pause(Duration pause) throws InterruptedException {
    if (pause.isPositive()) {
      Thread.sleep(pause);
    }
  }

  private static Call call(ServerRequest request) {
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    return new Call(request, body);
  }

  private static void send(ServerResponse response, Answer answer) {
    response.status(answer.status());
    answer.headers().forEach(response::header);
    if (answer.status() != 204) {
      response.header(HeaderNames.CONTENT_TYPE, answer.contentType());
    }
    if (answer.contentType().startsWith("text/html")) {
      response.header(
          "Content-Security-Policy",
          "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'");
    }
    if (answer.status() == 503) {
      response.header(HeaderNames.RETRY_AFTER, "1");
    }
    response.send(answer.body());
  }
}
