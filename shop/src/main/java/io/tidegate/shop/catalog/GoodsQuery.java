package io.tidegate.shop.catalog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/**
 * What a person typed, as a query. It has no grammar, so nothing that can be typed is wrong.
 *
 * <p>Titles weigh most; words may be unfinished; of more than two words some may be missing, since
 * Chinese is cut into pairs that are not all words. A SKU's code is found by its beginning.
 */
final class GoodsQuery {

  static final String TITLE = "title";
  static final String MORE = "more";
  static final String CODE = "code";
  static final String CATEGORY = "category";
  static final String ACTIVE = "active";
  static final String YES = "1";

  /** More words of a query are not looked at. */
  private static final int WORDS_MAX = 24;

  private static final float TITLE_WEIGHT = 4;
  private static final float TITLE_PREFIX_WEIGHT = 1.5f;
  private static final float MORE_PREFIX_WEIGHT = 0.4f;
  private static final float CODE_WEIGHT = 20;
  private static final float OTHER_FIELDS = 0.1f;

  /** Of more words than these, not all must be there. */
  private static final int ALL_OF = 2;

  private static final int PARTLY_PERCENT = 60;

  private GoodsQuery() {}

  static Query of(String text, @Nullable String category, boolean delistedToo, Analyzer analyzer)
      throws IOException {
    BooleanQuery.Builder query = new BooleanQuery.Builder();
    BooleanQuery.Builder either = new BooleanQuery.Builder();
    String code = text.strip().toLowerCase(Locale.ROOT);
    either.add(new BoostQuery(new PrefixQuery(new Term(CODE, code)), CODE_WEIGHT), Occur.SHOULD);
    List<List<String>> words = words(text, analyzer);
    if (!words.isEmpty()) {
      BooleanQuery.Builder all = new BooleanQuery.Builder();
      words.forEach(word -> all.add(word(word), Occur.SHOULD));
      all.setMinimumNumberShouldMatch(needed(words.size()));
      either.add(all.build(), Occur.SHOULD);
    }
    query.add(either.build(), Occur.MUST);
    if (category != null) {
      query.add(new TermQuery(new Term(CATEGORY, category)), Occur.FILTER);
    }
    if (!delistedToo) {
      query.add(new TermQuery(new Term(ACTIVE, YES)), Occur.FILTER);
    }
    return query.build();
  }

  private static int needed(int words) {
    return words <= ALL_OF ? words : Math.max(ALL_OF, words * PARTLY_PERCENT / 100);
  }

  /** One word in any of its forms. */
  private static Query word(List<String> forms) {
    List<Query> ways = new ArrayList<>();
    for (String form : forms) {
      ways.add(new BoostQuery(new TermQuery(new Term(TITLE, form)), TITLE_WEIGHT));
      ways.add(new TermQuery(new Term(MORE, form)));
      if (form.charAt(0) < 0x80) {
        ways.add(new BoostQuery(new PrefixQuery(new Term(TITLE, form)), TITLE_PREFIX_WEIGHT));
        ways.add(new BoostQuery(new PrefixQuery(new Term(MORE, form)), MORE_PREFIX_WEIGHT));
      }
    }
    return new DisjunctionMaxQuery(ways, OTHER_FIELDS);
  }

  /** The words of a text, each in its forms. */
  private static List<List<String>> words(String text, Analyzer analyzer) throws IOException {
    List<List<String>> words = new ArrayList<>();
    try (TokenStream tokens = analyzer.tokenStream(TITLE, text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      PositionIncrementAttribute step = tokens.addAttribute(PositionIncrementAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        if (step.getPositionIncrement() > 0 || words.isEmpty()) {
          if (words.size() == WORDS_MAX) {
            break;
          }
          words.add(new ArrayList<>());
        }
        if (!term.isEmpty()) {
          words.getLast().add(term.toString());
        }
      }
      // Not ended: that is for who wants to know where the text ends.
    }
    words.removeIf(List::isEmpty);
    return words;
  }
}
