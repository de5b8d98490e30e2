package io.tidegate.shop.reporting;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a customer did. The order is that of the stored form: new ones come last. */
enum BehaviourType {
  SEARCHED,
  VIEWED,
  CLICKED,
  REVIEWED,
  CARTED;

  private static final Map<String, BehaviourType> BY_WORD =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(BehaviourType::word, Function.identity()));

  private final String word = name().toLowerCase(Locale.ROOT);

  /** As it is written outside. */
  String word() {
    return word;
  }

  static Set<String> words() {
    return BY_WORD.keySet();
  }

  static @Nullable BehaviourType of(String word) {
    return BY_WORD.get(word);
  }
}
