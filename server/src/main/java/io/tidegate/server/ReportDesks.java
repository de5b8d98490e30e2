package io.tidegate.server;

import io.tidegate.platform.http.Routes;
import io.tidegate.shop.marketing.CouponStore;
import io.tidegate.shop.reporting.LakeGround;
import io.tidegate.shop.reporting.ReportDesk;
import io.tidegate.shop.reporting.ReportRoutes;
import io.tidegate.shop.reporting.RollupWorker;
import io.tidegate.shop.reporting.Rollups;
import io.tidegate.shop.reporting.SqlDesk;
import io.tidegate.shop.reporting.SqlRoutes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * What is asked of the lake: reports and analysts' questions.
 *
 * @param reports the built-in ones
 * @param questions in SQL
 */
record ReportDesks(Routes reports, Routes questions) {

  /** Opens what the reports rest on, and has it kept up. */
  static ReportDesks open(ReportsWiring.Parts parts, Kept kept) {
    LakeGround ground = parts.ground();
    CouponStore coupons = new CouponStore(ground.database());
    Rollups rollups =
        Rollups.open(ground.lake(), ground.files(), ground.views(), ids -> templates(coupons, ids));
    ReportDesk desk =
        kept.keep(new ReportDesk(ground.lake(), parts.reader(), rollups, parts.clock()));
    SqlDesk questions = kept.keep(new SqlDesk(ground, parts.repair()));
    kept.keep(RollupWorker.start(rollups, desk::today));
    return new ReportDesks(
        new ReportRoutes(desk, rollups, () -> Math.round(parts.status().look().lagSeconds())),
        new SqlRoutes(questions, ground.database()));
  }

  /** The lake has coupons' ids as text, as events have. */
  private static Map<String, String> templates(CouponStore coupons, Collection<String> ids) {
    Map<String, String> templates = new HashMap<>();
    coupons
        .templates(ids.stream().filter(id -> id.matches("[0-9]{1,18}")).map(Long::valueOf).toList())
        .forEach((id, template) -> templates.put(Long.toString(id), template));
    return templates;
  }
}
