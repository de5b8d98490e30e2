package io.tidegate.server.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands around every page.
 *
 * @param title of the page, for the browser's tab
 * @param member who is signed in; null on pages for everybody
 * @param back where the switches of language and look lead back to
 * @param formToken goes into every form that changes something
 * @param zone in which times are shown
 */
record Frame(
    Texts t,
    Assets assets,
    Theme theme,
    String title,
    List<Entry> navigation,
    @Nullable String member,
    String back,
    String formToken,
    String zone) {

  /** An entry of the navigation. */
  record Entry(String href, String label, String icon, boolean current) {}

  String languageTag() {
    return t.language().tag();
  }

  Language otherLanguage() {
    return t.language().other();
  }

  String icon(String name) {
    return assets.path("icons.svg") + "#" + name;
  }
}
