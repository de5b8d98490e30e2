package io.tidegate.server.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The variables of the environment that set keys. */
final class Environment {
  static final String PREFIX = "TIDEGATE_";

  /** Variables of the launcher, and where PostgreSQL's binaries are unpacked. */
  private static final Set<String> NO_KEYS =
      Set.of(
          "TIDEGATE_CACHE",
          "TIDEGATE_JAVA_HOME",
          "TIDEGATE_JAVA_OPTS",
          "TIDEGATE_NO_BUILD",
          "TIDEGATE_NO_AOT",
          "TIDEGATE_AOT_OUT");

  /** What Kubernetes puts into every container beside a service of this name. */
  private static final Pattern SERVICE_LINK =
      Pattern.compile("TIDEGATE_(SERVICE_(HOST|PORT)(_.*)?|PORT(_[0-9]+_(TCP|UDP)(_.*)?)?)");

  private Environment() {}

  static List<Given> read(Map<String, String> variables, Problems problems) {
    List<Given> given = new ArrayList<>();
    new TreeMap<>(variables)
        .forEach((name, value) -> {
          if (!name.startsWith(PREFIX) || isForeign(name)) {
            return;
          }
          Origin origin = new Origin.Variable(name);
          Keys.all().stream()
              .filter(key -> key.variable().equals(name))
              .findFirst()
              .ifPresentOrElse(
                  key -> given.add(new Given(key.name(), value, origin)),
                  () -> problems.add(origin.toString(), Keys.unknown(likeKey(name))));
        });
    return given;
  }

  private static boolean isForeign(String name) {
    return NO_KEYS.contains(name) || SERVICE_LINK.matcher(name).matches();
  }

  /** A key that the variable may have meant, to look for the nearest one. */
  private static String likeKey(String name) {
    return name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
