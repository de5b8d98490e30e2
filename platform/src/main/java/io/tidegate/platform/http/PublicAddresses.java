package io.tidegate.platform.http;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * The addresses of the public internet: what is left without private networks, this machine, its
 * links, groups, and ranges that stand for other addresses.
 *
 * <p>The lists are those of RFC 6890 with its updates. Of IPv6 only what is handed out as global
 * unicast is public, less what carries an IPv4 address within or belongs to documents.
 */
final class PublicAddresses {

  private static final String[] PRIVATE_V4 = {
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4"
  };

  private static final Range GLOBAL_V6 = Range.of("2000::/3");
  private static final String[] PRIVATE_V6 = {
    "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"
  };

  private static final Range[] NOT_V4 = ranges(PRIVATE_V4);
  private static final Range[] NOT_V6 = ranges(PRIVATE_V6);

  private PublicAddresses() {}

  /** Whether an address is one of the public internet. */
  static boolean has(InetAddress address) {
    byte[] bytes = address.getAddress(); // a mapped IPv4 address has become one by now
    return switch (address) {
      case Inet4Address _ -> !isIn(NOT_V4, bytes);
      case Inet6Address _ -> GLOBAL_V6.has(bytes) && !isIn(NOT_V6, bytes);
      default -> false;
    };
  }

  private static boolean isIn(Range[] ranges, byte[] address) {
    for (Range range : ranges) {
      if (range.has(address)) {
        return true;
      }
    }
    return false;
  }

  private static Range[] ranges(String[] texts) {
    Range[] ranges = new Range[texts.length];
    for (int i = 0; i < texts.length; i++) {
      ranges[i] = Range.of(texts[i]);
    }
    return ranges;
  }

  /** Addresses that begin with the same bits. */
  private static final class Range {

    private final byte[] first;
    private final int bits;

    private Range(byte[] first, int bits) {
      this.first = first;
      this.bits = bits;
    }

    static Range of(String text) {
      int slash = text.indexOf('/');
      return new Range(
          InetAddress.ofLiteral(text.substring(0, slash)).getAddress(),
          Integer.parseInt(text.substring(slash + 1)));
    }

    boolean has(byte[] address) {
      if (address.length != first.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit & 7);
        if ((address[bit >> 3] & mask) != (first[bit >> 3] & mask)) {
          return false;
        }
      }
      return true;
    }
  }
}
