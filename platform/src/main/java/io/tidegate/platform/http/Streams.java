package io.tidegate.platform.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** The open event streams of a server, with their heartbeats and their end. */
final class Streams implements AutoCloseable {
  private final int streamsMax;
  private final Semaphore places;
  private final Duration heartbeat;
  private final Set<SseStream> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  Streams(int streamsMax, Duration heartbeat) {
    this.streamsMax = streamsMax;
    this.places = new Semaphore(streamsMax);
    this.heartbeat = heartbeat;
  }

  /** Takes a place for a stream; false when there is none. */
  boolean enter() {
    return !closed && places.tryAcquire();
  }

  /** Runs a stream that has entered until it ends. */
  void run(SseStream stream, SseHandler handler) throws Exception {
    Thread beats = Thread.ofVirtual().name("sse-heartbeat").unstarted(() -> beat(stream));
    try {
      open.add(stream);
      if (closed) {
        return;
      }
      beats.start();
      handler.run(stream);
    } finally {
      stream.finished();
      beats.interrupt();
      open.remove(stream);
      places.release();
    }
  }

  private void beat(SseStream stream) {
    try {
      while (stream.open()) {
        Thread.sleep(heartbeat);
        stream.heartbeat();
      }
    } catch (InterruptedException e) {
      // the stream has ended
    }
  }

  int size() {
    return streamsMax - places.availablePermits();
  }

  /** Ends all streams. */
  @Override
  public void close() {
    closed = true;
    open.forEach(SseStream::end);
  }
}
