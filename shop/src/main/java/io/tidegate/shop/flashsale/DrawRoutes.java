package io.tidegate.shop.flashsale;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.EntityTag;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.platform.http.Problem;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Request;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/flash-sales/{id}/draw}: how a draw was decided, in parts, for anyone to do it
 * again. It never changes, so it is computed once and then kept while it is asked for.
 */
public final class DrawRoutes implements Routes {

  private static final String CACHE = "public, max-age=86400, immutable";

  /** Entries of one part. */
  static final int PART = 1_000;

  private static final int PART_DIGITS_MAX = 6;

  private final SaleStore sales;
  private final DrawStore draws;
  private final Transcripts transcripts = new Transcripts();

  public DrawRoutes(SaleStore sales, DrawStore draws) {
    this.sales = sales;
    this.draws = draws;
  }

  @Override
  public void register(Router router) {
    router.get("/v1/flash-sales/{id}/draw", Access.open(), this::show).query("part");
  }

  private Reply show(Request request) {
    long id = request.pathNumber("id");
    int part = part(request.query("part"));
    Transcript transcript = transcript(id).orElseThrow(Problem::notFound);
    int parts = Math.max(1, Math.ceilDiv(transcript.ranked().size(), PART));
    if (part > parts) {
      throw Problem.notFound();
    }
    EntityTag tag = new EntityTag(id, "part" + part);
    Reply reply =
        tag.known(request)
            ? Reply.empty(304)
            : Reply.json(200, json -> write(json, transcript, part, parts));
    return reply.header("ETag", tag.header()).header("Cache-Control", CACHE);
  }

  private static int part(@Nullable String text) {
    if (text == null) {
      return 1;
    }
    boolean digits =
        !text.isEmpty()
            && text.length() <= PART_DIGITS_MAX
            && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int part = digits ? Integer.parseInt(text) : 0;
    if (part < 1) {
      throw Problem.invalid("?part", "must be a part's number, from 1 on");
    }
    return part;
  }

  /** Empty until it is drawn; what is in memory needs no database. */
  private Optional<Transcript> transcript(long id) {
    Transcript known = transcripts.find(id);
    return known != null
        ? Optional.of(known)
        : draws
            .find(id)
            .filter(draw -> draw.drawnAt() != null)
            .map(draw -> transcripts.get(id, () -> compute(draw)));
  }

  private Transcript compute(DrawStore.Draw draw) {
    Sale sale = sales.find(draw.sale()).orElseThrow();
    byte[] seed = Objects.requireNonNull(draw.seed());
    return new Transcript(
        sale,
        Objects.requireNonNull(draw.drawnAt()),
        Objects.requireNonNull(draw.entriesHash()),
        seed,
        draw.secret(),
        DrawRules.decide(seed, draws.all(draw.sale()), DrawRules.pieces(sale)));
  }

  private static void write(JsonWriter json, Transcript draw, int part, int parts) {
    HexFormat hex = HexFormat.of();
    json.beginObject()
        .field("sale", Long.toString(draw.sale().id()))
        .field("drawnAt", draw.drawnAt())
        .field("algorithm", DrawRules.ALGORITHM)
        .field("commitment", Objects.requireNonNull(draw.sale().commitment()))
        .field("secret", hex.formatHex(draw.secret()))
        .field("entriesHash", hex.formatHex(draw.entriesHash()))
        .field("seed", hex.formatHex(draw.seed()))
        .name("items")
        .beginArray();
    for (SaleItem item : draw.sale().items()) {
      json.beginObject()
          .field("sku", item.sku())
          .field("allocation", item.allocation())
          .endObject();
    }
    json.endArray()
        .field("entryCount", draw.ranked().size())
        .field("part", part)
        .field("parts", parts)
        .name("entries")
        .beginArray();
    int from = (part - 1) * PART;
    int to = Math.min(draw.ranked().size(), from + PART);
    for (DrawRules.Ranked each : draw.ranked().subList(from, to)) {
      json.beginObject()
          .field("ticket", hex.formatHex(each.entry().ticket()))
          .field("sku", each.entry().sku())
          .field("quantity", each.entry().quantity())
          .field("rank", hex.formatHex(each.rank()))
          .field("won", each.won())
          .endObject();
    }
    json.endArray().endObject();
  }
}
