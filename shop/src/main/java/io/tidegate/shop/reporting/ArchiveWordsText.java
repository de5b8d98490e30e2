package io.tidegate.shop.reporting;

import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.kernel.WordsMark;
import io.tidegate.shop.ordering.OrderState;
import io.tidegate.shop.reporting.ArchiveWordsStore.Words;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts what people wrote into documents that have marks in its place. */
final class ArchiveWordsText {

  private static final Pattern REASON =
      Pattern.compile("\"" + Pattern.quote(WordsMark.REASON) + "([0-9]+[act][0-9]+)\"");
  private static final Pattern PICTURES =
      Pattern.compile("\\[\"" + Pattern.quote(WordsMark.PICTURES) + "([0-9]+[at][0-9]+)\"\\]");

  private ArchiveWordsText() {}

  static boolean hasMarks(String document) {
    return document.contains(WordsMark.REASON) || document.contains(WordsMark.PICTURES);
  }

  /** The document with the words that are still there, and nothing where they were erased. */
  static String fill(String document, List<Words> kept) {
    Map<String, Words> byId = new HashMap<>();
    kept.forEach(each -> byId.put(each.about(), each));
    String reasons =
        REASON
            .matcher(document)
            .replaceAll(mark -> {
              Words words = byId.get(mark.group(1));
              return Matcher.quoteReplacement(
                  json(words == null ? erased(mark.group(1)) : words.reason()));
            });
    return PICTURES
        .matcher(reasons)
        .replaceAll(mark -> {
          Words words = byId.get(mark.group(1));
          return Matcher.quoteReplacement(words == null ? "[]" : words.pictures());
        });
  }

  private static String erased(String id) {
    return id.contains("c") ? OrderState.Cancelled.BY_CUSTOMER : "";
  }

  private static String json(String text) {
    return new String(new JsonWriter(64).value(text).toBytes(), StandardCharsets.UTF_8);
  }
}
