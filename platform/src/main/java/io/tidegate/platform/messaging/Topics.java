package io.tidegate.platform.messaging;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How types are laid out on topics: one topic for the first part of a type's name.
 *
 * @param prefix what topics of this installation begin with
 */
record Topics(String prefix) {

  String of(String type) {
    int dot = type.indexOf('.');
    if (dot < 1) {
      throw new IllegalArgumentException("a type has at least two parts: " + type);
    }
    return prefix + type.substring(0, dot);
  }

  Set<String> of(Set<String> types) {
    return types.stream().map(this::of).collect(Collectors.toCollection(TreeSet::new));
  }

  /** RocketMQ's filter for the types of one topic. */
  String filter(String topic, Set<String> types) {
    return types.stream()
        .filter(type -> of(type).equals(topic))
        .sorted()
        .collect(Collectors.joining(" || "));
  }

  /** Which of a topic's queues carries a key. */
  static int queue(long key, int queues) {
    long mixed = key * 0x9E3779B97F4A7C15L; // neighbouring keys spread over all queues
    return (int) Long.remainderUnsigned(mixed ^ (mixed >>> 32), queues);
  }
}
