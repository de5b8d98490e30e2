package io.tidegate.harness.simulators;

import java.nio.ByteBuffer;

/** How a provider sends its notices. */
interface NoticeStyle {
  /** Header lines of one try, each with its line break: content type, and signatures. */
  String headers(byte[] body);

  /** Whether this answer says that the merchant has it. */
  boolean acknowledges(int status, ByteBuffer answer);
}
