// SPDX-License-Identifier: Apache-2.0
#include "web/metrics.h"

#include <set>

#include "base/text.h"
#include "web/exposition.h"
#include "web/request_times.h"
#include "web/site_scene.h"

namespace tandem::web {
namespace {

class MetricsTest : public SiteScene {};

std::set<std::string> familiesOf(const std::string& text) {
  std::set<std::string> names;
  for (const std::string& line : split(text, '\n')) {
    if (line.starts_with("# TYPE ")) names.insert(split(line, ' ')[2]);
  }
  return names;
}

TEST(Exposition, ALabelCannotBeginAnotherSample) {
  Exposition out;
  out.family("tandem_x", "X");
  out.add(1, {{"connector", "a\"} 7\ntandem_y 1\\"}});
  EXPECT_EQ(out.take(),
            "# HELP tandem_x X\n# TYPE tandem_x gauge\n"
            "tandem_x{connector=\"a\\\"} 7\\ntandem_y 1\\\\\"} 1\n");
}

TEST(RequestTimes, AreAHistogramByRoute) {
  const std::vector<Route>& routes = allRoutes();
  RequestTimes times(routes);
  times.record(&routes[0], std::chrono::milliseconds(3), 200);
  times.record(&routes[0], std::chrono::milliseconds(300), 503);
  times.record(&routes[0], std::chrono::seconds(60), 200);
  times.record(nullptr, std::chrono::seconds(1), 200);
  Exposition out;
  times.writeTo(out);
  const std::string text = out.take();
  EXPECT_NE(text.find("le=\"0.005\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("le=\"0.5\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("le=\"10\"} 2\n"), std::string::npos);
  EXPECT_NE(text.find("le=\"+Inf\"} 3\n"), std::string::npos);
  EXPECT_NE(text.find("_count{"), std::string::npos);
  EXPECT_NE(text.find("tandem_api_failures_total{"), std::string::npos);
}

// docs/reference/metrics.md names each, and none that is not there.
TEST_F(MetricsTest, AreOnTheirPage) {
  makeHome();
  const Json started = askJson("POST", "/api/v1/cycles", R"({"policyType":"initial"})");
  ASSERT_EQ(waitFor(started["operation"]["id"])["state"], "done");
  std::set<std::string> names = familiesOf(metricsText(*site_));
  // Only while a service runs, and only when changes have arrived.
  names.insert({"tandem_next_cycle_timestamp_seconds", "tandem_change_to_cloud_seconds"});
  const std::string page =
      platform::readFile(std::string(TANDEM_SOURCE_DIR) + "/docs/reference/metrics.md", 1 << 20)
          .value();
  std::set<std::string> documented;
  for (const std::string& line : split(page, '\n')) {
    if (!line.starts_with("| `")) continue;
    documented.insert(line.substr(3, line.find('`', 3) - 3));
  }
  EXPECT_EQ(names, documented);
}

TEST_F(MetricsTest, AServerThatIsNotSetUpHasSomeToo) {
  const std::set<std::string> names = familiesOf(metricsText(*site_));
  EXPECT_TRUE(names.contains("process_resident_memory_bytes"));
  EXPECT_FALSE(names.contains("tandem_role"));
}

}  // namespace
}  // namespace tandem::web
