// SPDX-License-Identifier: Apache-2.0
//
// The Graph connector's export against a real tandem-tenant over TLS, both on this machine:
// with the quota off, operations a second and what each costs either side; one group of all users,
// and one more member in it; with a small quota, how much of it is used.
//   export_bench [--tenant PROGRAM] [--size OPERATIONS] [--concurrency N] [--quota off]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "base/bytes.h"
#include "connectors/graph/fake_graph.h"
#include "connectors/graph/graph_connector.h"
#include "connectors/graph/tenant_process.h"
#include "directory/record.h"
#include "platform/clock.h"

namespace {

using namespace tandem;
using connectors::ExportItem;
using connectors::ExportOperation;
using connectors::graph::GraphConnector;
using connectors::graph::GraphProfile;
using connectors::graph::testing::TenantProcess;

struct Options {
  std::string tenant = "src/bin/tandem-tenant";
  std::int64_t size = 50'000;
  std::size_t concurrency = 32;
  bool with_quota = true;
};

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double processorSeconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

// Of another process, from proc(5): fields 14 and 15 are ticks in user and system mode.
double processorSecondsOf(pid_t pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
  std::string skipped;
  for (int field = 3; field < 14; ++field)
    fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

class Anchors final : public connectors::ExportSink {
 public:
  explicit Anchors(std::size_t size) : by_id(size + 1) {}
  Result<void> answered(connectors::ExportOutcome outcome) override {
    if (!outcome.success && failed++ == 0) {
      fmt::print(stderr, "{}: {}\n", outcome.error_type, outcome.error_message);
    }
    if (!outcome.references_done) ++failed;
    if (!outcome.anchor.empty()) by_id[static_cast<std::size_t>(outcome.id.raw())] = outcome.anchor;
    return {};
  }
  bool isCancelled() const override { return false; }
  std::vector<std::string> by_id;
  std::uint64_t failed = 0;
};

class Bench {
 public:
  Bench(const Options& options, std::unique_ptr<TenantProcess> tenant)
      : options_(options),
        tenant_(std::move(tenant)),
        sink_(static_cast<std::size_t>(options.size) + 1) {
    auto settings = tenant_->settings(GraphProfile::kSync);
    settings.concurrency_max = options.concurrency;
    auto opened = GraphConnector::open(settings, attributes_, types_, clock_);
    if (!opened.ok()) std::exit(1);
    connector_ = std::move(opened).value();
  }

  ExportItem user(std::int64_t id, bool is_add, const std::string& city) {
    directory::RecordBuilder record;
    const auto text = [&](const char* name, const std::string& value) {
      record.addString(attributes_.intern(name), value);
    };
    if (is_add) {
      text("sourceAnchor", toBase64(fmt::format("{:016}", id)));
      text("userPrincipalName", fmt::format("user{}@lab.example", id));
      text("alias", fmt::format("user{}", id));
      text("displayName", fmt::format("User Number {}", id));
      text("givenName", "User");
      text("surname", fmt::format("Number {}", id));
      text("country", "Norway");
      record.addBoolean(attributes_.intern("accountEnabled"), true);
    }
    text("city", city);
    text("department", "Research " + city);
    text("title", "Engineer");
    ExportItem item;
    item.id = directory::ConnectorObjectId(id);
    item.operation = is_add ? ExportOperation::kAdd : ExportOperation::kUpdate;
    item.type = directory::ObjectTypeId(types_.intern("user"));
    if (!is_add) item.anchor = sink_.by_id[static_cast<std::size_t>(id)];
    item.dn = "CN=bench";
    item.image = record.finish();
    return item;
  }

  // Seconds that `size` operations took, in calls of the connector's own size.
  double run(bool is_add, std::int64_t size, const std::string& city) {
    double taken = 0;
    const auto at_once = static_cast<std::int64_t>(connector_->exportBatchSize());
    for (std::int64_t first = 1; first <= size; first += at_once) {
      std::vector<ExportItem> items;
      for (std::int64_t id = first; id <= std::min(size, first + at_once - 1); ++id) {
        items.push_back(user(id, is_add, city));
      }
      const auto start = std::chrono::steady_clock::now();
      const auto done =
          connector_->exportBatch(connectors::ExportGrantForTesting::make(), items, sink_);
      taken += secondsSince(start);
      if (!done.ok()) {
        fmt::print(stderr, "{}\n", done.error().message());
        std::exit(1);
      }
    }
    return taken;
  }

  void report(const char* what, bool is_add, std::int64_t size, const std::string& city) {
    measure(what, size, [&] { return run(is_add, size, city); });
  }

  // Never the whole group again: what one more member costs is counted by the tenant.
  void reportGroup() {
    const std::int64_t group = options_.size + 1;
    std::vector<std::int64_t> users;
    for (std::int64_t id = 2; id <= options_.size; ++id)
      users.push_back(id);
    sendOne(groupItem(group, ExportOperation::kAdd, {}));
    const ExportItem many = groupItem(group, ExportOperation::kUpdate, users);
    measure("members of one group", options_.size - 1, [&] { return sendOne(many); });
    tenant_->control("DELETE", "counters");
    const double seconds = sendOne(groupItem(group, ExportOperation::kUpdate, {1}));
    const auto counted = nlohmann::json::parse(tenant_->control("GET", "counters"), nullptr, false);
    fmt::print("{:<34} {:>9} write      {:>8.2f} ms\n",
               "one more member",
               counted.value("totalWrites", 0),
               seconds * 1e3);
    if (counted.value("totalWrites", 0) != 1) ++sink_.failed;
  }

  // A burst of 2,000 and 400 writes a second after it; 3 seconds' worth beyond the burst.
  void reportQuota() {
    tenant_->control("POST",
                     "tenant",
                     R"({"throttling":{"enabled":true,"writes":2000,"writeWindowSeconds":5,
                         "resourceUnits":100000000}})");
    const std::int64_t writes = std::min<std::int64_t>(options_.size, 2000 + 8 * 400);
    const double seconds = run(/*is_add=*/false, writes, "Quota");
    const double allowed = 2000 + 400 * seconds;
    fmt::print("{:<34} {:>9} operations {:>8.2f} s, {:.1f} % of the quota used\n",
               "updates, quota on",
               writes,
               seconds,
               100.0 * static_cast<double>(writes) / allowed);
  }

  std::uint64_t failed() const { return sink_.failed; }

 private:
  template <class Work>
  void measure(const char* what, std::int64_t size, Work work) {
    const double ours = processorSeconds();
    const double theirs = processorSecondsOf(tenant_->pid());
    const double seconds = work();
    const auto each = [size](double total) { return total / static_cast<double>(size) * 1e6; };
    fmt::print(
        "{:<34} {:>9} operations {:>8.2f} s {:>9.0f} operations/s, CPU each: {:.1f} us ours, "
        "{:.1f} "
        "us the tenant's\n",
        what,
        size,
        seconds,
        static_cast<double>(size) / seconds,
        each(processorSeconds() - ours),
        each(processorSecondsOf(tenant_->pid()) - theirs));
    std::fflush(stdout);
  }

  ExportItem groupItem(std::int64_t id,
                       ExportOperation operation,
                       const std::vector<std::int64_t>& members) {
    ExportItem item;
    item.id = directory::ConnectorObjectId(id);
    item.operation = operation;
    item.type = directory::ObjectTypeId(types_.intern("group"));
    item.anchor = sink_.by_id[static_cast<std::size_t>(id)];
    item.dn = "CN=everybody";
    directory::RecordBuilder record;
    if (operation == ExportOperation::kAdd) {
      record.addString(attributes_.intern("sourceAnchor"), toBase64(fmt::format("{:016}", id)));
      record.addString(attributes_.intern("displayName"), "Everybody");
    }
    item.image = record.finish();
    for (const std::int64_t member : members) {
      item.references.push_back({attributes_.intern("member"),
                                 true,
                                 directory::ConnectorObjectId(member),
                                 sink_.by_id[static_cast<std::size_t>(member)]});
    }
    return item;
  }

  // Seconds.
  double sendOne(const ExportItem& item) {
    const auto start = std::chrono::steady_clock::now();
    const auto done = connector_->exportBatch(
        connectors::ExportGrantForTesting::make(), std::span(&item, 1), sink_);
    if (!done.ok()) {
      fmt::print(stderr, "{}\n", done.error().message());
      std::exit(1);
    }
    return secondsSince(start);
  }

  Options options_;
  platform::SystemClock clock_;
  directory::AttributeTable attributes_;
  directory::NameTable types_;
  std::unique_ptr<TenantProcess> tenant_;
  Anchors sink_;
  std::unique_ptr<GraphConnector> connector_;
};

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (const char* program = std::getenv("TANDEM_TENANT")) options.tenant = program;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--tenant") options.tenant = argv[i + 1];
    if (name == "--size") options.size = std::atoll(argv[i + 1]);
    if (name == "--quota") options.with_quota = std::string(argv[i + 1]) != "off";
    if (name == "--concurrency") options.concurrency = std::strtoul(argv[i + 1], nullptr, 10);
  }
  auto tenant =
      TenantProcess::start(options.tenant, {"--domain", "lab.example", "--throttling", "off"});
  if (tenant == nullptr) {
    fmt::print(stderr, "cannot start {}: build tandem-tenant or name it\n", options.tenant);
    return 1;
  }
  Bench bench(options, std::move(tenant));
  bench.report("adds, quota off", /*is_add=*/true, options.size, "Oslo");
  bench.report("updates, quota off", /*is_add=*/false, options.size, "Bergen");
  bench.report("updates of nothing new, quota off", /*is_add=*/false, options.size, "Bergen");
  bench.reportGroup();
  if (options.with_quota) bench.reportQuota();
  return bench.failed() == 0 ? 0 : 1;
}
