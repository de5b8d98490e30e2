package io.tidegate.harness.simulators;

import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A provider's way to send, with a trace of whoever wants to find it again. */
record Traced(NoticeStyle style, String traceparent) implements NoticeStyle {

  private static final Pattern TRACEPARENT = Pattern.compile("[0-9a-f-]{1,64}");
  private static final int TRACEPARENT_CHARS_MAX = 64;

  /** The member {@code traceparent} of what somebody asks for; absent: none. */
  static @Nullable String traceparent(Fields fields) {
    String trace = fields.optionalText("traceparent", TRACEPARENT_CHARS_MAX);
    if (trace != null && !TRACEPARENT.matcher(trace).matches()) {
      fields.complain("traceparent", "is none");
    }
    return trace;
  }

  /** The notice, sent with this trace; as it is where there is none. */
  static Notice of(Notice notice, @Nullable String traceparent) {
    return traceparent == null
        ? notice
        : new Notice(
            notice.id(),
            notice.url(),
            notice.body(),
            new Traced(notice.style(), traceparent),
            notice.tried());
  }

  @Override
  public String headers(byte[] body) {
    return style.headers(body) + "traceparent: " + traceparent + "\r\n";
  }

  @Override
  public boolean acknowledges(int status, ByteBuffer answer) {
    return style.acknowledges(status, answer);
  }
}
