package io.tidegate.shop.payment;

import io.tidegate.platform.http.OutboundAnswer;
import io.tidegate.platform.http.OutboundProvider;
import io.tidegate.platform.http.OutboundRequest;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.Consumer;

/** The sandbox provider's statements: its book of a day, as CSV. */
public final class SandboxStatementClient implements StatementSource {

  private final OutboundProvider calls;

  public SandboxStatementClient(OutboundProvider calls) {
    this.calls = calls;
  }

  @Override
  public String provider() {
    return SandboxClient.NAME;
  }

  /** The sandbox cuts its days in the business zone by itself. */
  @Override
  public void fetch(LocalDate day, ZoneId zone, Consumer<StatementLine> each) {
    OutboundAnswer answer;
    try {
      answer =
          calls.read(
              OutboundRequest.get("/statement/sandbox?date=" + day),
              in -> StatementText.read(in, each));
    } catch (StatementText.Malformed e) {
      throw new Unavailable("unreadable: " + e.getMessage());
    }
    switch (answer) {
      case OutboundAnswer.Answered answered when answered.status() == 200 -> {}
      case OutboundAnswer.Answered answered -> throw new Unavailable("status " + answered.status());
      case OutboundAnswer.NotSent(var why) -> throw new Unavailable("not sent: " + why);
      case OutboundAnswer.Unknown(var why) -> throw new Unavailable("broken off: " + why);
    }
  }
}
