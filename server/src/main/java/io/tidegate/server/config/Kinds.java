package io.tidegate.server.config;

import io.tidegate.platform.http.SharedSecret;
import io.tidegate.server.config.Kind.BadValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that the table of keys is made of. */
final class Kinds {
  /** Longer values are nobody's; the bound keeps error lines and memory small. */
  static final int VALUE_CHARACTERS_MAX = 4_096;

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(KiB|MiB|GiB)");
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
  private static final Pattern SHARE = Pattern.compile("0|1|0\\.[0-9]{1,9}|1\\.0{1,9}");
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%\\-]{1,253}");
  private static final Pattern HOST_PORT =
      Pattern.compile("(?:[A-Za-z0-9._\\-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]):([0-9]{1,5})");
  private static final int PORT_MAX = 65_535;

  private Kinds() {}

  static Kind<Integer> whole(int min, int max) {
    String allowed = "a whole number, " + min + " to " + max;
    return new Kind<>(
        allowed,
        text -> {
          if (!WHOLE.matcher(text).matches()) {
            throw new BadValue("is no whole number");
          }
          long value = Long.parseLong(text);
          if (value < min || value > max) {
            throw new BadValue("is not in " + min + " to " + max);
          }
          return (int) value;
        });
  }

  static Kind<Boolean> yesOrNo() {
    return new Kind<>(
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> throw new BadValue("is neither true nor false");
            });
  }

  static Kind<Duration> duration(Duration min, Duration max) {
    String range = words(min) + " to " + words(max);
    return new Kind<>(
        "a duration such as 500ms, 90s, 15m, 24h or 10d; " + range,
        text -> {
          Matcher parts = DURATION.matcher(text);
          if (!parts.matches()) {
            throw new BadValue("is no duration such as 500ms, 90s, 15m, 24h or 10d");
          }
          Duration value = Duration.of(Long.parseLong(parts.group(1)), unit(parts.group(2)));
          if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new BadValue("is not in " + range);
          }
          return value;
        });
  }

  /** Durations that rise, with commas between them. */
  static Kind<List<Duration>> durations(Duration min, Duration max, int most) {
    Kind<Duration> one = duration(min, max);
    return new Kind<>(
        "1 to " + most + " durations that rise, with commas between them",
        text -> {
          List<Duration> all = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            Duration next = one.reader().read(part.strip());
            if (!all.isEmpty() && next.compareTo(all.getLast()) <= 0) {
              throw new BadValue("does not rise");
            }
            all.add(next);
          }
          if (all.size() > most) {
            throw new BadValue("has more than " + most);
          }
          return List.copyOf(all);
        });
  }

  /** A number of bytes, in powers of 1024. */
  static Kind<Long> bytes(long min, long max) {
    return new Kind<>(
        "a size such as 512MiB or 2GiB; " + sizeWords(min) + " to " + sizeWords(max),
        text -> {
          Matcher parts = SIZE.matcher(text);
          if (!parts.matches()) {
            throw new BadValue("is no size such as 512MiB or 2GiB");
          }
          long value = Long.parseLong(parts.group(1)) << sizeShift(parts.group(2));
          if (value < min || value > max) {
            throw new BadValue("is not in " + sizeWords(min) + " to " + sizeWords(max));
          }
          return value;
        });
  }

  private static int sizeShift(String unit) throws BadValue {
    return switch (unit) {
      case "KiB" -> 10;
      case "MiB" -> 20;
      case "GiB" -> 30;
      default -> throw new BadValue("has no unit such as KiB, MiB or GiB");
    };
  }

  private static String sizeWords(long bytes) {
    return bytes % GIB == 0 && bytes > 0 ? bytes / GIB + "GiB" : bytes / MIB + "MiB";
  }

  private static ChronoUnit unit(String name) throws BadValue {
    return switch (name) {
      case "ms" -> ChronoUnit.MILLIS;
      case "s" -> ChronoUnit.SECONDS;
      case "m" -> ChronoUnit.MINUTES;
      case "h" -> ChronoUnit.HOURS;
      case "d" -> ChronoUnit.DAYS;
      default -> throw new BadValue("has no unit such as ms, s, m, h or d");
    };
  }

  /** A duration as a person writes it. */
  static String words(Duration value) {
    if (value.toMillis() % 1_000 != 0) {
      return value.toMillis() + "ms";
    }
    long seconds = value.toSeconds();
    if (seconds % 86_400 == 0 && seconds > 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0 && seconds > 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 && seconds > 0 ? seconds / 60 + "m" : seconds + "s";
  }

  static Kind<String> host() {
    return new Kind<>(
        "an address or name of this machine",
        text -> {
          if (!HOST.matcher(text).matches()) {
            throw new BadValue("is no address or name of a machine");
          }
          return text;
        });
  }

  /** Text without control characters, up to a length; a name in tokens, for example. */
  static Kind<String> name(int charactersMax) {
    return new Kind<>(
        "text, 1 to " + charactersMax + " characters",
        text -> {
          if (text.isBlank() || text.length() > charactersMax) {
            throw new BadValue("has not 1 to " + charactersMax + " characters");
          }
          return text;
        });
  }

  static Kind<Secret> secret(int charactersMin) {
    return new Kind<>(
        "text, at least " + charactersMin + " characters",
        text -> {
          if (!text.isEmpty() && text.length() < charactersMin) {
            throw new BadValue("is shorter than " + charactersMin + " characters");
          }
          return new Secret(text);
        });
  }

  /** What {@link SharedSecret#of} takes. */
  static Kind<Secret> sharedSecret() {
    return new Kind<>(
        "whsec_ and 24 to 64 bytes in Base64; two with a blank between them while it is changed",
        text -> {
          if (!text.isEmpty()) {
            try {
              SharedSecret.of(text);
            } catch (IllegalArgumentException e) {
              throw new BadValue(String.valueOf(e.getMessage()));
            }
          }
          return new Secret(text);
        });
  }

  static Kind<JdbcUrl> jdbcUrl() {
    return new Kind<>(
        "empty, or " + JdbcUrl.PREFIX + "HOST:PORT/DATABASE?user=...&password=...",
        text -> {
          if (!text.isEmpty() && !text.startsWith(JdbcUrl.PREFIX)) {
            throw new BadValue("does not begin with " + JdbcUrl.PREFIX);
          }
          if (text.equals(JdbcUrl.PREFIX) || text.chars().anyMatch(Character::isWhitespace)) {
            throw new BadValue("is no address of a database");
          }
          return new JdbcUrl(text);
        });
  }

  /** One or several HOST:PORT with semicolons between them, as RocketMQ's clients take them. */
  static Kind<String> nameServers() {
    return new Kind<>(
        "empty, or HOST:PORT, several with ; between them",
        text -> {
          for (String part : text.isEmpty() ? new String[0] : text.split(";", -1)) {
            Matcher parts = HOST_PORT.matcher(part);
            if (!parts.matches() || Integer.parseInt(parts.group(1)) > PORT_MAX) {
              throw new BadValue("is not HOST:PORT, several with ; between them");
            }
          }
          return text;
        });
  }

  static Kind<String> topicPrefix(int charactersMax) {
    return new Kind<>(
        "letters, digits, _ and -, 1 to " + charactersMax,
        text -> {
          if (!text.matches("[A-Za-z0-9_-]{1," + charactersMax + "}")) {
            throw new BadValue("is not 1 to " + charactersMax + " letters, digits, _ and -");
          }
          return text;
        });
  }

  /** The base of other URLs: http or https, without query; empty where there is none. */
  static Kind<String> webAddress() {
    return new Kind<>(
        "empty, or http(s)://HOST:PORT",
        text -> {
          if (text.isEmpty()) {
            return text;
          }
          try {
            URI uri = new URI(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
              throw new BadValue("is no http or https address");
            }
            if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
              throw new BadValue("must have neither query nor fragment");
            }
          } catch (URISyntaxException e) {
            throw new BadValue("is no http or https address");
          }
          return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        });
  }

  static Kind<Double> share() {
    return new Kind<>(
        "a number, 0 to 1",
        text -> {
          if (!SHARE.matcher(text).matches()) {
            throw new BadValue("is no number from 0 to 1");
          }
          return Double.parseDouble(text);
        });
  }

  static Kind<ZoneId> zone() {
    return new Kind<>(
        "a zone such as Asia/Shanghai or UTC",
        text -> {
          try {
            ZoneId zone = ZoneId.of(text);
            if (!(zone instanceof ZoneOffset) && !ZoneId.getAvailableZoneIds().contains(text)) {
              throw new BadValue("is no zone such as Asia/Shanghai or UTC");
            }
            return zone;
          } catch (DateTimeException e) {
            throw new BadValue("is no zone such as Asia/Shanghai or UTC");
          }
        });
  }

  static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
    String allowed = names(type);
    return new Kind<>("one of " + allowed, text -> constant(type, text, allowed));
  }

  /** A list with commas, without the same one twice; in the order of the type. */
  static <E extends Enum<E>> Kind<Set<E>> someOf(Class<E> type) {
    String allowed = names(type);
    return new Kind<>(
        "a list with commas of " + allowed,
        text -> {
          List<E> found = new ArrayList<>();
          for (String part : text.split(",", -1)) {
            E next = constant(type, part.strip(), allowed);
            if (found.contains(next)) {
              throw new BadValue("has " + lower(next) + " twice");
            }
            found.add(next);
          }
          return Set.copyOf(EnumSet.copyOf(found));
        });
  }

  /** A folder of this machine; empty where there is none. */
  static Kind<String> folder(int charactersMax) {
    return new Kind<>(
        "empty, or a folder",
        text -> {
          if (text.length() > charactersMax || text.indexOf(0) >= 0) {
            throw new BadValue("is no folder");
          }
          return text;
        });
  }

  /** Text without control characters that may be empty. */
  static Kind<String> nameOrNone(int charactersMax) {
    return new Kind<>(
        "empty, or text of at most " + charactersMax + " characters",
        text -> {
          if (text.length() > charactersMax || text.chars().anyMatch(Character::isISOControl)) {
            throw new BadValue("is longer than " + charactersMax + ", or no text");
          }
          return text;
        });
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String text, String allowed)
      throws BadValue {
    for (E constant : type.getEnumConstants()) {
      if (lower(constant).equals(text)) {
        return constant;
      }
    }
    throw new BadValue("is not one of " + allowed);
  }

  private static <E extends Enum<E>> String names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(Kinds::lower)
        .collect(Collectors.joining(", "));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
