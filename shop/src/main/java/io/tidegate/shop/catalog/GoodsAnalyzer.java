package io.tidegate.shop.catalog;

import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Cuts titles into what they are found by: Chinese into pairs of characters, English into words and
 * their singulars, {@code 256GB} also into its number and its unit.
 */
final class GoodsAnalyzer extends Analyzer {

  private static final int PARTS =
      WordDelimiterGraphFilter.GENERATE_WORD_PARTS
          | WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS
          | WordDelimiterGraphFilter.SPLIT_ON_NUMERICS
          | WordDelimiterGraphFilter.PRESERVE_ORIGINAL;

  private static final int SCRIPTS =
      CJKBigramFilter.HAN
          | CJKBigramFilter.HIRAGANA
          | CJKBigramFilter.KATAKANA
          | CJKBigramFilter.HANGUL;

  private final boolean indexing;

  /**
   * @param indexing whether it cuts what is found, rather than what is asked for: then single
   *     characters are kept too, so that one alone can be asked for
   */
  GoodsAnalyzer(boolean indexing) {
    this.indexing = indexing;
  }

  @Override
  protected TokenStreamComponents createComponents(String field) {
    StandardTokenizer words = new StandardTokenizer();
    TokenStream tokens = new LowerCaseFilter(new CJKWidthFilter(words));
    tokens = new CJKBigramFilter(tokens, SCRIPTS, indexing);
    tokens = new WordDelimiterGraphFilter(tokens, PARTS, null);
    if (indexing) {
      tokens = new FlattenGraphFilter(tokens); // an index has no room for a graph
    }
    tokens = new EnglishMinimalStemFilter(new KeywordRepeatFilter(tokens));
    return new TokenStreamComponents(words, new RemoveDuplicatesTokenFilter(tokens));
  }
}
