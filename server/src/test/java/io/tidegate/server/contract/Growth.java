package io.tidegate.server.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What became of a contract: breaks, which callers or hearers of what was published would feel, and
 * news, which they pass over. Both name the place.
 */
record Growth(List<String> breaks, List<String> news) {

  Growth {
    breaks = List.copyOf(breaks);
    news = List.copyOf(news);
  }

  static Growth of(SortedMap<String, Fact> published, SortedMap<String, Fact> now) {
    List<String> breaks = new ArrayList<>();
    List<String> news = new ArrayList<>();
    for (Fact before : published.values()) {
      Fact after = now.get(before.at());
      if (after != null) {
        FactChange change = new FactChange(before, after);
        breaks.addAll(change.breaks());
        if (change.breaks().isEmpty() && !before.line().equals(after.line())) {
          news.add(before.at() + ": says more or allows more");
        }
      } else if (isTop(before, published, now)) {
        breaks.add(before.at() + ": is gone");
      }
    }
    for (Fact after : now.values()) {
      if (!published.containsKey(after.at())) {
        if (demands(published, after)) {
          breaks.add(after.at() + ": must be given by callers that don't know it");
        } else if (branches(published, after)) {
          breaks.add(after.at() + ": is a form that the closed list of forms did not have");
        } else {
          news.add(after.at() + ": is new");
        }
      }
    }
    return new Growth(breaks, news);
  }

  /** Whether nothing around it is gone with it: else that one line tells. */
  private static boolean isTop(
      Fact gone, SortedMap<String, Fact> published, SortedMap<String, Fact> now) {
    String parent = gone.parent();
    return parent.equals(gone.at()) || now.containsKey(parent) || !published.containsKey(parent);
  }

  /** Whether something new is asked of those who could do without: what it is in was there. */
  private static boolean demands(SortedMap<String, Fact> published, Fact fresh) {
    if (!fresh.way().received() || !fresh.required()) {
      return false;
    }
    String parent = fresh.parent();
    if (!parent.equals(fresh.at())) {
      Fact around = published.get(parent);
      return around == null ? knows(published, fresh.at()) : around.way().received();
    }
    return knows(published, fresh.at());
  }

  /**
   * Whether it is one more alternative where hearers know all there are, or the first of some that
   * callers must keep to.
   */
  private static boolean branches(SortedMap<String, Fact> published, Fact fresh) {
    int bar = fresh.at().lastIndexOf('|');
    if (bar < 0 || !fresh.parent().equals(fresh.at().substring(0, bar))) {
      return false;
    }
    Fact around = published.get(fresh.parent());
    if (around == null) {
      return false;
    }
    boolean known = published.keySet().stream().anyMatch(at -> at.startsWith(around.at() + "|"));
    return known ? around.way().sent() : around.way().received();
  }

  /** Whether the route of a parameter or a body was published. */
  private static boolean knows(SortedMap<String, Fact> published, String at) {
    String[] words = at.split(" ", 3);
    return words.length == 3 && published.containsKey(words[0] + " " + words[1]);
  }
}
