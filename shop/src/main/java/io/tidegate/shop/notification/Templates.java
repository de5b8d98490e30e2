package io.tidegate.shop.notification;

import io.tidegate.shop.kernel.ResourceLines;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The texts of all messages to customers, with placeholders such as <code>{number}</code>. */
public final class Templates {

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)}");
  private static final String CHINESE = "zh";
  private static final String ENGLISH = "en";
  private static final Map<String, String> TEXTS = read();

  private Templates() {}

  /**
   * Fills in a text: Chinese for a Chinese locale, English for all others. Values are put in as
   * they are (a brace in one is no placeholder); those that the text doesn't use are ignored.
   *
   * @param template such as {@code order_paid}
   * @throws IllegalArgumentException for an unknown template or a placeholder without a value
   */
  public static String render(String template, Locale locale, Map<String, String> values) {
    return PLACEHOLDER
        .matcher(text(template, locale))
        .replaceAll(found -> Matcher.quoteReplacement(value(template, found.group(1), values)));
  }

  /** The names of all templates, in alphabetical order. */
  public static List<String> names() {
    Set<String> names = new TreeSet<>();
    TEXTS.keySet().forEach(key -> names.add(key.substring(0, key.indexOf('.'))));
    return List.copyOf(names);
  }

  private static String text(String template, Locale locale) {
    String language = locale.getLanguage().equals(CHINESE) ? CHINESE : ENGLISH;
    String text = TEXTS.get(template + "." + language);
    if (text == null) {
      throw new IllegalArgumentException("no template " + template);
    }
    return text;
  }

  private static String value(String template, String placeholder, Map<String, String> values) {
    String value = values.get(placeholder);
    if (value == null) {
      throw new IllegalArgumentException("template " + template + " needs {" + placeholder + "}");
    }
    return value;
  }

  private static Map<String, String> read() {
    Map<String, String> texts = new HashMap<>();
    for (String line : ResourceLines.of(Templates.class, "templates.tsv")) {
      String[] fields = ResourceLines.fields(line, 3);
      texts.put(fields[0] + "." + fields[1], fields[2]);
    }
    return Map.copyOf(texts);
  }
}
