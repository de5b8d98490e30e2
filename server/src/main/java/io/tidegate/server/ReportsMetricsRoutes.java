package io.tidegate.server;

import io.tidegate.platform.http.Access;
import io.tidegate.platform.http.Reply;
import io.tidegate.platform.http.Router;
import io.tidegate.platform.http.Routes;
import io.tidegate.server.console.ReportsWay;

/** The figures of the process of the reports, which listens where nobody else can look. */
final class ReportsMetricsRoutes implements Routes {

  private final ReportsGateway reports;

  ReportsMetricsRoutes(ReportsGateway reports) {
    this.reports = reports;
  }

  @Override
  public void register(Router router) {
    router.get(
        "/metrics/reports",
        Access.open(),
        _ -> {
          ReportsWay.Answer answer = reports.get("/metrics", "");
          return Reply.bytes(answer.status(), answer.contentType(), answer.body());
        });
  }
}
