package io.tidegate.harness.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads HTTP/1.1 responses from bytes as they come, however they are cut: by Content-Length,
 * chunked, or up to the end of the connection. One reader serves one connection and is used again
 * for each response; it makes no garbage.
 */
public final class ResponseReader {
  /** Longer header lines are refused. */
  public static final int LINE_BYTES_MAX = 8 * 1024;

  /** What is kept of a body; the rest is counted and dropped. */
  public static final int BODY_BYTES_KEPT = 4 * 1024;

  /** Larger bodies, as told by their length, are refused. */
  public static final long BODY_BYTES_MAX = 64L * 1024 * 1024;

  private static final byte[] CONTENT_LENGTH = ascii("content-length:");
  private static final byte[] TRANSFER_ENCODING = ascii("transfer-encoding:");
  private static final byte[] CONNECTION = ascii("connection:");
  private static final byte[] REPLAYED = ascii("idempotent-replayed:");
  private static final byte[] CHUNKED = ascii("chunked");
  private static final byte[] CLOSE = ascii("close");
  private static final byte[] TRUE = ascii("true");

  /** A response that breaks the protocol; its connection is of no further use. */
  public static final class BadResponse extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadResponse(String message) {
      super(message);
    }
  }

  private enum Part {
    STATUS,
    HEADER,
    BODY,
    BODY_TO_END,
    CHUNK_SIZE,
    CHUNK,
    CHUNK_END,
    TRAILER,
    DONE
  }

  private final byte[] line = new byte[LINE_BYTES_MAX];
  private final byte[] body = new byte[BODY_BYTES_KEPT];
  private int lineLength;
  private int bodyKept;
  private long left;
  private boolean chunked;
  private boolean hasLength;
  private Part part = Part.STATUS;
  private int status;
  private boolean closes;
  private boolean replayed;
  private boolean started;

  /** Makes ready for the next response. */
  public void reset() {
    part = Part.STATUS;
    lineLength = 0;
    bodyKept = 0;
    status = 0;
    closes = false;
    replayed = false;
    started = false;
    startHeaders();
  }

  private void startHeaders() {
    left = 0;
    chunked = false;
    hasLength = false;
  }

  /**
   * Takes bytes until the response is whole or there are no more.
   *
   * @return whether the response is whole; bytes after it stay in the buffer
   * @throws BadResponse when it breaks the protocol or a limit
   */
  public boolean read(ByteBuffer in) {
    while (part != Part.DONE && in.hasRemaining()) {
      started = true;
      switch (part) {
        case BODY, CHUNK, BODY_TO_END -> takeBody(in);
        case STATUS, HEADER, CHUNK_SIZE, CHUNK_END, TRAILER -> {
          if (takeLine(in)) {
            endLine();
            lineLength = 0;
          }
        }
        case DONE -> throw new IllegalStateException("done");
      }
    }
    return part == Part.DONE;
  }

  /** Tells that the connection ended. Returns whether that made the response whole. */
  public boolean end() {
    if (part == Part.BODY_TO_END) {
      part = Part.DONE;
      return true;
    }
    return false;
  }

  /** Whether a byte of the response has come. */
  public boolean started() {
    return started;
  }

  public int status() {
    return status;
  }

  /** Whether the server will close the connection after this response. */
  public boolean closes() {
    return closes;
  }

  /** Whether the response says {@code Idempotent-Replayed: true}. */
  public boolean replayed() {
    return replayed;
  }

  /** The start of the body, valid until the next reset; {@link #bodyLength} bytes of it count. */
  public byte[] body() {
    return body;
  }

  public int bodyLength() {
    return bodyKept;
  }

  private boolean takeLine(ByteBuffer in) {
    while (in.hasRemaining()) {
      byte b = in.get();
      if (b == '\n') {
        if (lineLength > 0 && line[lineLength - 1] == '\r') {
          lineLength--;
        }
        return true;
      }
      if (lineLength == LINE_BYTES_MAX) {
        throw new BadResponse("a header line is longer than " + LINE_BYTES_MAX + " bytes");
      }
      line[lineLength++] = b;
    }
    return false;
  }

  private void takeBody(ByteBuffer in) {
    int take = part == Part.BODY_TO_END ? in.remaining() : (int) Math.min(left, in.remaining());
    int keep = Math.min(take, BODY_BYTES_KEPT - bodyKept);
    in.get(body, bodyKept, keep);
    bodyKept += keep;
    in.position(in.position() + take - keep);
    left -= take;
    if (left == 0 && part == Part.BODY) {
      part = Part.DONE;
    } else if (left == 0 && part == Part.CHUNK) {
      part = Part.CHUNK_END;
    }
  }

  private void endLine() {
    switch (part) {
      case STATUS -> readStatus();
      case HEADER -> {
        if (lineLength == 0) {
          endHeaders();
        } else {
          readHeader();
        }
      }
      case CHUNK_SIZE -> {
        left = number(0, 16);
        part = left == 0 ? Part.TRAILER : Part.CHUNK;
      }
      case CHUNK_END -> {
        if (lineLength != 0) {
          throw new BadResponse("a chunk is longer than it said");
        }
        part = Part.CHUNK_SIZE;
      }
      case TRAILER -> part = lineLength == 0 ? Part.DONE : Part.TRAILER;
      case BODY, BODY_TO_END, CHUNK, DONE -> throw new IllegalStateException("no line here");
    }
  }

  private void readStatus() {
    boolean http =
        lineLength >= 12 && line[0] == 'H' && line[4] == '/' && line[5] == '1' && line[8] == ' ';
    if (!http) {
      throw new BadResponse("not an HTTP/1.1 status line");
    }
    status = 0;
    for (int i = 9; i < 12; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new BadResponse("a status that is no number");
      }
      status = status * 10 + digit;
    }
    closes = line[7] == '0'; // HTTP/1.0 closes unless it says otherwise.
    part = Part.HEADER;
  }

  private void readHeader() {
    if (startsWith(CONTENT_LENGTH)) {
      hasLength = true;
      left = number(CONTENT_LENGTH.length, 10);
    } else if (startsWith(TRANSFER_ENCODING)) {
      chunked = contains(CHUNKED, TRANSFER_ENCODING.length);
    } else if (startsWith(CONNECTION)) {
      closes = contains(CLOSE, CONNECTION.length);
    } else if (startsWith(REPLAYED)) {
      replayed = contains(TRUE, REPLAYED.length);
    }
  }

  private void endHeaders() {
    if (status < 200) {
      startHeaders();
      part = Part.STATUS; // An interim response; the real one follows.
    } else if (status == 204 || status == 304) {
      part = Part.DONE;
    } else if (chunked) {
      part = Part.CHUNK_SIZE;
    } else if (!hasLength) {
      closes = true;
      part = Part.BODY_TO_END;
    } else {
      part = left == 0 ? Part.DONE : Part.BODY;
    }
  }

  /**
   * The number that starts at {@code from}, after blanks; ends at a blank, a ';' or the line's end.
   */
  private long number(int from, int base) {
    int i = from;
    while (i < lineLength && line[i] == ' ') {
      i++;
    }
    int first = i;
    long value = 0;
    for (; i < lineLength && line[i] != ' ' && line[i] != ';'; i++) {
      int digit = Character.digit(line[i], base);
      value = value * base + digit;
      if (digit < 0 || value > BODY_BYTES_MAX) {
        throw new BadResponse("a length that is no number, or too large");
      }
    }
    if (i == first) {
      throw new BadResponse("a length is missing");
    }
    return value;
  }

  private boolean startsWith(byte[] name) {
    return lineLength >= name.length && matches(name, 0);
  }

  private boolean contains(byte[] word, int from) {
    for (int i = from; i + word.length <= lineLength; i++) {
      if (matches(word, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(byte[] lowerCase, int at) {
    for (int i = 0; i < lowerCase.length; i++) {
      int b = line[at + i];
      int lower = b >= 'A' && b <= 'Z' ? b + 32 : b;
      if (lower != lowerCase[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
