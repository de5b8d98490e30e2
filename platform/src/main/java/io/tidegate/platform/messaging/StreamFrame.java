package io.tidegate.platform.messaging;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** How parts lie in a message of a stream: each behind its length in four bytes. */
final class StreamFrame {
  static final int HEAD_BYTES = Integer.BYTES;

  private StreamFrame() {}

  static byte[] join(List<byte[]> parts) {
    int bytes = 0;
    for (byte[] part : parts) {
      bytes += HEAD_BYTES + part.length;
    }
    ByteBuffer body = ByteBuffer.allocate(bytes);
    for (byte[] part : parts) {
      body.putInt(part.length).put(part);
    }
    return body.array();
  }

  /**
   * The parts of a message.
   *
   * @throws IllegalArgumentException when it is none of a stream
   */
  static List<byte[]> split(byte[] body) {
    List<byte[]> parts = new ArrayList<>();
    ByteBuffer left = ByteBuffer.wrap(body);
    while (left.hasRemaining()) {
      int length = left.remaining() < HEAD_BYTES ? -1 : left.getInt();
      if (length < 0 || length > left.remaining()) {
        throw new IllegalArgumentException("a part ends behind its message");
      }
      byte[] part = new byte[length];
      left.get(part);
      parts.add(part);
    }
    return parts;
  }
}
