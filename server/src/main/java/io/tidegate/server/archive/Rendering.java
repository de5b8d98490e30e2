package io.tidegate.server.archive;

import io.tidegate.platform.db.Database;
import io.tidegate.platform.http.JsonWriter;
import io.tidegate.shop.aftersales.OrderAftersalesJson;
import io.tidegate.shop.effects.EffectService;
import io.tidegate.shop.effects.GrantService;
import io.tidegate.shop.effects.OrderEffectsJson;
import io.tidegate.shop.fulfilment.FulfilmentRoutes;
import io.tidegate.shop.fulfilment.FulfilmentSettings;
import io.tidegate.shop.fulfilment.FulfilmentStore;
import io.tidegate.shop.fulfilment.Warehouses;
import io.tidegate.shop.ordering.ArchiveRenderService;
import io.tidegate.shop.ordering.ArchiveRenderService.Rendered;
import io.tidegate.shop.ordering.OrderPageJson;
import io.tidegate.shop.reporting.ArchivedOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes orders as the routes answer them, page by page, with their tracking. */
final class Rendering implements AutoCloseable {

  /** Orders of one page: in memory together. */
  static final int PAGE_ORDERS = 500;

  private static final byte[] NOTHING = "[]".getBytes(StandardCharsets.UTF_8);

  private final FulfilmentStore fulfilment;
  private final ArchiveRenderService orders;

  Rendering(Database database) {
    this.fulfilment =
        new FulfilmentStore(
            database, Warehouses.demo(), FulfilmentSettings.real("standard"), (_, _) -> {});
    this.orders =
        new ArchiveRenderService(
            database,
            new OrderPageJson(
                database,
                new OrderEffectsJson(GrantService.of(database, EffectService.Rules.DEFAULT, null)),
                OrderAftersalesJson.withoutWords()));
  }

  /** Orders from one number to below another, the lowest first. */
  List<ArchivedOrder> from(long first, long next) {
    List<Rendered> page = orders.from(first, next, PAGE_ORDERS);
    Map<Long, List<FulfilmentStore.Tracked>> tracked =
        fulfilment.tracking(page.stream().map(order -> order.number().value()).toList());
    List<ArchivedOrder> archived = new ArrayList<>(page.size());
    for (Rendered order : page) {
      archived.add(
          new ArchivedOrder(
              order.number(),
              order.userId(),
              order.number().createdAt(),
              order.state(),
              order.version(),
              order.total(),
              order.currency(),
              null,
              text(order.summary()),
              text(order.document()),
              text(order.timeline()),
              text(tracking(tracked.getOrDefault(order.number().value(), List.of())))));
    }
    return archived;
  }

  private static byte[] tracking(List<FulfilmentStore.Tracked> tracked) {
    if (tracked.isEmpty()) {
      return NOTHING;
    }
    JsonWriter json = new JsonWriter(512);
    FulfilmentRoutes.write(json, tracked);
    return json.toBytes();
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    orders.close();
  }
}
