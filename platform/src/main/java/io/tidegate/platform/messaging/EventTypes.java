package io.tidegate.platform.messaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which types of events somebody wants: named exactly, or by how they begin ({@code order.*}).
 *
 * @param wanted as they were written; empty for all
 */
public record EventTypes(List<String> wanted) {

  /** All types. */
  public static final EventTypes ALL = new EventTypes(List.of());

  private static final int WANTED_MAX = 50;
  private static final Pattern ONE = Pattern.compile("[a-z][a-z0-9_.]{0,63}(\\.\\*)?");

  public EventTypes {
    wanted = List.copyOf(wanted);
  }

  /** Reads types with commas between; empty where one is no type. */
  public static Optional<EventTypes> parse(String text) {
    return of(List.of(text.split(",", -1)));
  }

  /** The same of a list. */
  public static Optional<EventTypes> of(List<String> wanted) {
    List<String> types = new ArrayList<>();
    for (String type : wanted) {
      if (!ONE.matcher(type).matches() || types.size() == WANTED_MAX) {
        return Optional.empty();
      }
      types.add(type);
    }
    return Optional.of(new EventTypes(types));
  }

  /** Whether this type is wanted. */
  public boolean has(String type) {
    if (wanted.isEmpty()) {
      return true;
    }
    for (String one : wanted) {
      boolean prefix = one.endsWith("*");
      if (prefix ? type.startsWith(one.substring(0, one.length() - 1)) : type.equals(one)) {
        return true;
      }
    }
    return false;
  }
}
