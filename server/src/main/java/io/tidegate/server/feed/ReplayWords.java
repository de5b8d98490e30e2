package io.tidegate.server.feed;

import io.tidegate.platform.messaging.EventTypes;
import io.tidegate.platform.messaging.ReplayDesk;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A replay as somebody asks for it.
 *
 * @param from {@code start}, a time, or a position: the id of the first event wanted
 */
public record ReplayWords(
    String group,
    String from,
    @Nullable String to,
    @Nullable List<String> types,
    @Nullable Long perSecond) {

  public static final int GROUP_CHARS_MAX = 64;
  public static final int FROM_CHARS_MAX = 40;
  public static final int TYPE_CHARS_MAX = 66;
  public static final int PER_SECOND = 1_000;

  private static final Pattern GROUP = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");
  private static final Pattern POSITION = Pattern.compile("[1-9][0-9]{0,17}");

  /**
   * What is asked for; empty where something is wrong.
   *
   * @param refuse takes the member that is wrong, and why
   */
  public Optional<ReplayDesk.Wish> wish(BiConsumer<String, String> refuse) {
    boolean wrong = false;
    if (!GROUP.matcher(group).matches()) {
      refuse.accept("group", "is a letter, then letters, digits, _ and -");
      wrong = true;
    }
    boolean position = POSITION.matcher(from).matches();
    Instant fromAt = position || from.equals("start") ? null : time(from);
    if (!position && fromAt == null && !from.equals("start")) {
      refuse.accept("from", "is start, a time, or an event's id");
      wrong = true;
    }
    Instant toAt = to == null ? null : time(to);
    if (to != null && toAt == null) {
      refuse.accept("to", "is a time");
      wrong = true;
    }
    Optional<EventTypes> wanted =
        types == null ? Optional.of(EventTypes.ALL) : EventTypes.of(types);
    if (wanted.isEmpty()) {
      refuse.accept("types", "are such as order.paid.v1 or order.*");
      wrong = true;
    }
    if (wrong) {
      return Optional.empty();
    }
    Long fast = perSecond;
    return Optional.of(
        new ReplayDesk.Wish(
            group,
            wanted.orElseThrow(),
            fromAt,
            position ? Long.valueOf(from) : null,
            toAt,
            fast == null ? PER_SECOND : fast.intValue()));
  }

  private static @Nullable Instant time(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException _) {
      return null;
    }
  }
}
