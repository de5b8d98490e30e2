package io.tidegate.platform.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One open stream of server-sent events.
 *
 * <p>The handler's thread is interrupted when the stream ends from outside, so a handler may wait
 * on a queue or a condition. Comments are sent beside the events as heartbeats.
 */
public final class SseStream {
  private final OutputStream out;
  private final Thread handler;
  private final @Nullable String lastEventId;
  private final Object state = new Object();
  private volatile boolean open = true;

  SseStream(OutputStream out, Thread handler, @Nullable String lastEventId) {
    this.out = out;
    this.handler = handler;
    this.lastEventId = lastEventId;
  }

  /** The id of the last event that the client saw, from {@code Last-Event-ID}; null at first. */
  public @Nullable String lastEventId() {
    return lastEventId;
  }

  /** Whether anybody may still be listening. */
  public boolean open() {
    return open;
  }

  /** Tells the client how long to wait before it connects again. */
  public void retry(Duration after) throws IOException {
    write("retry: " + after.toMillis() + "\n\n");
  }

  /**
   * Sends one event.
   *
   * @param id what the client shows as {@code Last-Event-ID} later; null: the one before stays
   * @param event its type; null: {@code message}
   * @param data its text; every line becomes a data line
   * @throws IOException when the client has gone
   */
  public void send(@Nullable String id, @Nullable String event, String data) throws IOException {
    var text = new StringBuilder(data.length() + 64);
    if (id != null) {
      text.append("id: ").append(singleLine(id)).append('\n');
    }
    if (event != null) {
      text.append("event: ").append(singleLine(event)).append('\n');
    }
    data.lines().forEach(line -> text.append("data: ").append(line).append('\n'));
    if (data.isEmpty()) {
      text.append("data:\n");
    }
    write(text.append('\n').toString());
  }

  /** Sends a comment; ends the stream when the client has gone. */
  void heartbeat() {
    try {
      write(":\n\n");
    } catch (IOException e) {
      end();
    }
  }

  /** Ends the stream from outside; never waits for a write that a slow client blocks. */
  void end() {
    synchronized (state) {
      if (open) {
        open = false;
        handler.interrupt();
      }
    }
  }

  /** The handler has returned: from here on nothing interrupts its thread. */
  void finished() {
    synchronized (state) {
      open = false;
    }
  }

  private synchronized void write(String text) throws IOException {
    if (!open) {
      throw new IOException("the stream has ended");
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (RuntimeException e) {
      throw new IOException("the client has gone", e);
    }
  }

  private static String singleLine(String text) {
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("an id or a type is one line");
    }
    return text;
  }
}
