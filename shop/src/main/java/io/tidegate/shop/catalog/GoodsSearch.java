package io.tidegate.shop.catalog;

import io.tidegate.shop.catalog.Catalog.Goods;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.jspecify.annotations.Nullable;

/**
 * Finds goods by what a person types, Chinese or English, best ones first.
 *
 * <p>The index is in memory. It is made when somebody searches first, and later takes over what the
 * catalogue has taken over since, product by product.
 */
public final class GoodsSearch {

  /** What lies behind so many better ones is not found. */
  private static final int HITS_MAX = 1_000;

  private static final String ID = "id";
  private static final String POSITION = "position";
  private static final Sort BEST_FIRST =
      new Sort(SortField.FIELD_SCORE, new SortField(POSITION, SortField.Type.LONG));
  private static final long POSITION_MASK = 0xFFFF_FFFFL;

  private final Catalog catalog;
  private final Analyzer asking = new GoodsAnalyzer(false);

  /** What is in the index of each product. */
  private final Map<String, Text> indexed = new HashMap<>();

  private @Nullable IndexWriter writer;
  private volatile @Nullable SearcherManager searchers;
  private volatile long editsSeen = -1;

  /**
   * A product that was found.
   *
   * @param rank falls from one hit to the next; the list goes on behind it
   */
  public record Hit(Goods goods, long rank) {}

  /**
   * @param goods the object that the texts were made of, as are the offers
   */
  private record Text(
      Goods goods, List<Offer> offers, String title, String more, List<String> codes) {

    @SuppressWarnings("ReferenceEquality") // an edit makes another object
    boolean isOf(Goods now, List<Offer> offersNow) {
      if (goods != now || offers.size() != offersNow.size()) {
        return false;
      }
      for (int i = 0; i < offersNow.size(); i++) {
        if (offers.get(i) != offersNow.get(i)) {
          return false;
        }
      }
      return true;
    }

    boolean says(Text other) {
      return title.equals(other.title)
          && more.equals(other.more)
          && codes.equals(other.codes)
          && goods.category().equals(other.goods.category())
          && goods.active() == other.goods.active();
    }
  }

  public GoodsSearch(Catalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Finds products, best ones first.
   *
   * @param category a category's code; null for all
   * @param delistedToo whether what is not sold any more is found
   * @param after the rank behind which to go on; {@link Long#MAX_VALUE} for the beginning
   */
  public List<Hit> find(
      String text, @Nullable String category, boolean delistedToo, long after, int most) {
    try {
      SearcherManager found = fresh();
      IndexSearcher searcher = found.acquire();
      try {
        Query query = GoodsQuery.of(text, category, delistedToo, asking);
        List<Hit> hits = new ArrayList<>(most);
        for (ScoreDoc each : searcher.search(query, HITS_MAX, BEST_FIRST).scoreDocs) {
          long position = position(each);
          long rank = rank(each, position);
          Optional<Goods> goods = rank < after ? catalog.productAt(position) : Optional.empty();
          goods.ifPresent(product -> hits.add(new Hit(product, rank)));
          if (hits.size() == most) {
            break;
          }
        }
        return hits;
      } finally {
        found.release(searcher);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the index in memory", e);
    }
  }

  private static long position(ScoreDoc hit) {
    return (Long) ((FieldDoc) hit).fields[1];
  }

  /** The score, then the position, the earlier the higher; scores are never negative. */
  private static long rank(ScoreDoc hit, long position) {
    long score = Float.floatToIntBits((Float) ((FieldDoc) hit).fields[0]);
    return score << 32 | (POSITION_MASK - (position & POSITION_MASK));
  }

  private SearcherManager fresh() throws IOException {
    SearcherManager known = searchers;
    return known != null && editsSeen == catalog.edits() ? known : refresh();
  }

  private synchronized SearcherManager refresh() throws IOException {
    IndexWriter index = writer;
    SearcherManager known = searchers;
    if (index == null || known == null) {
      index =
          new IndexWriter(
              new ByteBuffersDirectory(),
              new IndexWriterConfig(new GoodsAnalyzer(true))
                  .setMergeScheduler(new SerialMergeScheduler()));
      known = new SearcherManager(index, null);
      writer = index;
      searchers = known;
    }
    // Read before what follows: what is taken over meanwhile is looked at again.
    long latest = catalog.edits();
    if (latest != editsSeen) {
      for (Goods goods : catalog.productsAfter(Long.MIN_VALUE)) {
        index(index, goods);
      }
      known.maybeRefreshBlocking();
      editsSeen = latest;
    }
    return known;
  }

  private void index(IndexWriter index, Goods goods) throws IOException {
    List<Offer> offers = catalog.offers(goods);
    Text before = indexed.get(goods.id());
    if (before != null && before.isOf(goods, offers)) {
      return;
    }
    Text now = text(goods, offers);
    if (before == null || !before.says(now)) {
      index.updateDocument(new Term(ID, goods.id()), document(now));
    }
    indexed.put(goods.id(), now);
  }

  private static Text text(Goods goods, List<Offer> offers) {
    StringBuilder more = new StringBuilder();
    List<String> codes = new ArrayList<>();
    codes.add(goods.id().toLowerCase(Locale.ROOT));
    for (Offer offer : offers) {
      more.append(offer.titleZh()).append('\n').append(offer.titleEn()).append('\n');
      codes.add(offer.sku().toLowerCase(Locale.ROOT));
    }
    Arrays.stream(Category.values())
        .filter(category -> category.code().equals(goods.category()))
        .forEach(category ->
            more.append(category.titleZh()).append('\n').append(category.titleEn()).append('\n'));
    return new Text(
        goods, offers, goods.titleZh() + '\n' + goods.titleEn(), more.toString(), codes);
  }

  private static Document document(Text text) {
    Document document = new Document();
    document.add(new StringField(ID, text.goods().id(), Store.NO));
    document.add(new NumericDocValuesField(POSITION, text.goods().position()));
    document.add(new TextField(GoodsQuery.TITLE, text.title(), Store.NO));
    document.add(new TextField(GoodsQuery.MORE, text.more(), Store.NO));
    text.codes().forEach(code -> document.add(new StringField(GoodsQuery.CODE, code, Store.NO)));
    document.add(new StringField(GoodsQuery.CATEGORY, text.goods().category(), Store.NO));
    String active = text.goods().active() ? GoodsQuery.YES : "0";
    document.add(new StringField(GoodsQuery.ACTIVE, active, Store.NO));
    return document;
  }
}
