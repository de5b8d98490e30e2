package io.tidegate.server.contract;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A published fact beside what is said of the same place now. What we send may become narrower, for
 * who could read the wider reads it; what we take may become wider. A closed list of values is a
 * promise to both: it keeps its values, and what we send has no others.
 */
final class FactChange {

  private static final Set<String> EXACT =
      Set.of("pattern", "format", "multipleOf", "uniqueItems", "ref", "not");
  private static final Set<String> LOWER =
      Set.of("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties");
  private static final Set<String> UPPER =
      Set.of("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties");

  private final Fact before;
  private final Fact after;
  private final List<String> breaks = new ArrayList<>();

  FactChange(Fact before, Fact after) {
    this.before = before;
    this.after = after;
    presence();
    type();
    values();
    if (!before.keyword("topic").equals(after.keyword("topic"))) {
      changed("topic");
    }
    security();
    EXACT.forEach(this::exact);
    LOWER.forEach(name -> bound(name, 1));
    UPPER.forEach(name -> bound(name, -1));
  }

  List<String> breaks() {
    return breaks;
  }

  private void presence() {
    if (before.way().sent() && before.required() && !after.required()) {
      tell("was always there, and may now be absent");
    }
    if (before.way().received() && !before.required() && after.required()) {
      tell("could be left out, and must now be given");
    }
  }

  private void type() {
    Set<String> old = kinds(before);
    Set<String> fresh = kinds(after);
    boolean wider = fresh.isEmpty() ? !old.isEmpty() : !old.isEmpty() && !old.containsAll(fresh);
    boolean narrower =
        old.isEmpty() ? !fresh.isEmpty() : !fresh.isEmpty() && !fresh.containsAll(old);
    if (before.way().sent() && wider || before.way().received() && narrower) {
      changed("type");
    }
  }

  /** A whole number is a number too. */
  private static Set<String> kinds(Fact fact) {
    Set<String> kinds = texts(fact, "type");
    if (kinds.contains("number")) {
      kinds.add("integer");
    }
    return kinds;
  }

  private void values() {
    Set<String> old = texts(before, "enum");
    Set<String> fresh = texts(after, "enum");
    if (old.isEmpty()) {
      if (!fresh.isEmpty() && before.way().received()) {
        tell("took any value, and now takes only " + fresh);
      }
      return;
    }
    if (fresh.isEmpty()) {
      if (before.way().sent()) {
        tell("had only " + old + ", and may now have any value");
      }
      return;
    }
    Set<String> gone = without(old, fresh);
    if (!gone.isEmpty()) {
      tell("has no longer the values " + gone);
    }
    Set<String> more = without(fresh, old);
    if (!more.isEmpty() && before.way().sent()) {
      tell("may have the values " + more + ", which its closed list did not have");
    }
  }

  /** Each way in that was enough must be enough still; one that asks for less may stand for it. */
  private void security() {
    Set<String> fresh = texts(after, "security");
    for (String old : texts(before, "security")) {
      if (fresh.stream().noneMatch(way -> words(old).containsAll(words(way)))) {
        tell("could be called with " + old + ", and now asks for " + fresh);
      }
    }
  }

  private static Set<String> words(String way) {
    Set<String> words = new TreeSet<>(List.of(way.split(" ")));
    words.remove(Documents.NOTHING);
    return words;
  }

  private void exact(String name) {
    JsonNode old = before.keyword(name);
    JsonNode fresh = after.keyword(name);
    if (old.equals(fresh)) {
      return;
    }
    if (before.way().sent() && !old.isMissingNode()
        || before.way().received() && !fresh.isMissingNode()) {
      changed(name);
    }
  }

  /**
   * @param up 1 where a larger figure is narrower, -1 where a smaller one is
   */
  private void bound(String name, int up) {
    @Nullable BigDecimal old = figure(before.keyword(name));
    @Nullable BigDecimal fresh = figure(after.keyword(name));
    int narrower;
    if (old == null || fresh == null) {
      narrower = (fresh == null ? 0 : 1) - (old == null ? 0 : 1);
    } else {
      narrower = fresh.compareTo(old) * up;
    }
    if (before.way().sent() && narrower < 0 || before.way().received() && narrower > 0) {
      changed(name);
    }
  }

  private static @Nullable BigDecimal figure(JsonNode node) {
    return node.isNumber() ? node.decimalValue() : null;
  }

  private static Set<String> texts(Fact fact, String name) {
    Set<String> texts = new TreeSet<>();
    fact.keyword(name).forEach(value -> texts.add(value.asString()));
    return texts;
  }

  private static Set<String> without(Set<String> all, Set<String> some) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(new HashSet<>(some));
    return rest;
  }

  private void changed(String name) {
    tell(name + " was " + told(before, name) + ", is " + told(after, name));
  }

  private static String told(Fact fact, String name) {
    JsonNode value = fact.keyword(name);
    return value.isMissingNode() ? "open" : value.toString();
  }

  private void tell(String what) {
    breaks.add(before.at() + ": " + what);
  }
}
