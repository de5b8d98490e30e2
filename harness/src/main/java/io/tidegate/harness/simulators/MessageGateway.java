package io.tidegate.harness.simulators;

import io.helidon.webserver.http.HttpRouting;
import java.util.HashSet;
import java.util.Set;

/**
 * A gateway for text messages and pushes that swallows them. It remembers their ids, never what
 * they say or to whom.
 */
final class MessageGateway {
  private final Faults faults;
  private final Remembered<Boolean> seen = new Remembered<>();

  MessageGateway(Faults faults) {
    this.faults = faults;
  }

  void addTo(HttpRouting.Builder routing) {
    Set<FaultMode> command = new HashSet<>(Edge.COMMAND);
    command.add(FaultMode.LATE);
    routing
        .post("/sms/messages", Edge.struck(faults, command, this::send))
        .get("/sms/messages", Edge.plain(_ -> count()));
  }

  private Answer send(Edge.Call call) {
    Fields fields = call.fields();
    String message = fields.id("message");
    String channel = fields.text("channel", 4);
    if (!channel.isEmpty() && !channel.equals("sms") && !channel.equals("push")) {
      fields.complain("channel", "must be sms or push");
    }
    fields.text("to", 128);
    fields.text("text", 2_000);
    fields.check();
    seen.put(message, true);
    return Answer.json(202, Json.object().put("message", message));
  }

  /** How many different messages came, as far as they are remembered. */
  private Answer count() {
    return Answer.json(200, Json.object().put("messages", seen.size()));
  }
}
