// SPDX-License-Identifier: Apache-2.0
//
// Two servers that hold the same people, read in different orders, and 100 of them otherwise: how
// long a comparison takes and how much it exchanges. Each person is an imported object with 28
// values and a reference, a metaverse object, and a pending export.
//   compare_bench [--size N] [--folder F]    F keeps the stores: building them takes far longer
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "compare/comparison.h"
#include "rules/rule_set.h"
#include "sync/stager.h"
#include "sync/synchronizer.h"

namespace {

using namespace tandem;  // NOLINT: a program, not a header
using connectors::ImportItem;
using directory::AttributeId;
using directory::ConnectorId;
using directory::ObjectTypeId;
using directory::ValueType;
using rules::Direction;
using rules::SyncRule;

constexpr int kAttributes = 28;
constexpr std::int64_t kBatch = 1000;
constexpr std::int64_t kDifferences = 100;
constexpr int kRuns = 5;

double cpuSeconds() {  // of all threads: tells a slow program from a busy machine
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double secondsOf(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void require(const Result<void>& result) {
  if (result.ok()) return;
  fmt::print(stderr, "{}\n", result.error().message());
  std::exit(1);
}

void report(const char* what, double value, const char* unit, double budget) {
  fmt::print("{:<52} {:>12.3f} {:<4} <= {:>6.1f}  {}\n",
             what,
             value,
             unit,
             budget,
             value <= budget ? "met" : "MISSED");
}

class Silent : public sync::StepRecorder {
 public:
  void count(std::string_view, sync::ConnectorObjectId, std::string_view) override {}
  void countOnly(std::string_view, std::int64_t) override {}
  void problem(const sync::ObjectProblem& problem) override {
    fmt::print(stderr, "{}: {}\n", problem.type, problem.message);
  }
  void progress(std::int64_t, std::int64_t) override {}
  bool isCancelled() const override { return false; }
};

// Fills one server's store. number: 0 and 1 read the same people in different orders and know
// attributes by different numbers.
class Server {
 public:
  Server(std::int64_t size, const std::string& path, int number)
      : size_(size), path_(path), number_(number) {
    const bool is_new = !std::filesystem::exists(path);
    store_ = std::move(store::Store::open(path)).value();
    if (number == 1) store_->names().attributes().intern("anAttributeThatOnlyThisServerKnows");
    corp_ = store_->names().connector("corp");
    cloud_ = store_->names().connector("cloud");
    defineSchema();
    compileRules();
    if (is_new) build();
  }

  compare::ServerAccess access() {
    return {[this]() -> Result<compare::OpenedServer> {
              compare::OpenedServer opened;
              opened.label = path_;
              opened.store = TRY(store::Store::openReader(path_));
              for (const char* name : {"corp", "cloud"}) {
                policy::ConnectorPolicy connector;
                connector.name = name;
                connector.kind = name == std::string_view("cloud") ? policy::ConnectorKind::kEntra
                                                                   : policy::ConnectorKind::kLdif;
                opened.policy.connectors.push_back(connector);
              }
              opened.engine.connectors = engine_.connectors;
              return opened;
            },
            {}};
  }

 private:
  void build() {
    sync::Stager stager(engine_, corp_, silent_);
    require(stager.beginFull());
    std::vector<ImportItem> items;
    for (std::int64_t i = 0; i < size_; i += kBatch) {
      items.clear();
      for (std::int64_t k = i; k < std::min(size_, i + kBatch); ++k)
        makeUser(number_ == 0 ? k : size_ - 1 - k, items.emplace_back());
      require(stager.stage(items, "", std::nullopt));
    }
    require(stager.finish(/*complete=*/true, sync::AbsenceGuard{}));
    require(sync::Synchronizer(engine_, silent_).synchronizeAll(corp_));
    require(store_->checkpoint());
  }

  static std::string anchorOf(std::int64_t i) { return fmt::format("{:016}", i); }

  void makeUser(std::int64_t i, ImportItem& item) {
    item.clear();
    item.type = user_;
    item.anchor = anchorOf(i);
    item.dn = fmt::format("CN=User {:07},OU=ou{},DC=corp", i, i % 100);
    builder_.clear();
    builder_.addString(anchor_, item.anchor);
    const std::int64_t every = std::max<std::int64_t>(1, size_ / kDifferences);
    const bool differs = number_ == 1 && i % every == 0 && i / every < kDifferences;
    for (int a = 0; a < kAttributes; ++a) {
      builder_.addString(
          attributes_[static_cast<std::size_t>(a)],
          fmt::format("value {} of user {} {}", a, i, differs && a == 3 ? "there" : "here"));
    }
    builder_.finishInto(item.image);
    item.references.push_back({manager_, connectors::ReferenceChange::kAdd, {}, anchorOf(i / 10)});
  }

  void defineSchema() {
    directory::AttributeTable& names = store_->names().attributes();
    user_ = ObjectTypeId(store_->names().objectTypes().intern("user"));
    anchor_ = names.intern("sourceAnchor");
    manager_ = names.intern("manager");
    schema_.define(anchor_, ValueType::kString, false);
    schema_.define(manager_, ValueType::kReference, false);
    for (int a = 0; a < kAttributes; ++a) {
      attributes_.push_back(names.intern(fmt::format("attribute{}", a)));
      schema_.define(attributes_.back(), ValueType::kString, false);
    }
  }

  static SyncRule makeRule(const char* name, bool inbound) {
    SyncRule rule;
    rule.id = rule.name = name;
    rule.connector = inbound ? "corp" : "cloud";
    rule.direction = inbound ? Direction::kInbound : Direction::kOutbound;
    rule.source_type = inbound ? "user" : "person";
    rule.target_type = inbound ? "person" : "user";
    rule.link = rules::LinkType::kProvision;
    rule.precedence = inbound ? 100 : 120;
    rule.join = {{{"sourceAnchor", "sourceAnchor", true}}};
    std::vector<std::string> flows{"sourceAnchor", "manager"};
    for (int a = 0; a < kAttributes; ++a)
      flows.push_back(fmt::format("attribute{}", a));
    for (const std::string& flow : flows)
      rule.mappings.push_back({flow, rules::FlowType::kDirect, flow, {}, false, {}});
    if (!inbound) {
      rule.mappings.push_back(
          {"dn", rules::FlowType::kExpression, "\"CN={\" & [sourceAnchor] & \"}\"", {}, false, {}});
    }
    return rule;
  }

  void compileRules() {
    const std::vector<SyncRule> all{makeRule("In user", true), makeRule("Out user", false)};
    rules::CompileContext context;
    context.attributes = &store_->names().attributes();
    context.object_types = &store_->names().objectTypes();
    context.connectors = {{"corp", corp_}, {"cloud", cloud_}};
    context.connector_schemas = {{corp_, &schema_}, {cloud_, &schema_}};
    context.metaverse_schema = &schema_;
    context.rule_id = [this](const SyncRule& rule) {
      return store_->names().rule(rule.id, rule.name);
    };
    Problems problems;
    rules_ = rules::RuleSet::compile(all, context, problems);
    for (const Problem& problem : problems)
      fmt::print(stderr, "{}: {}\n", problem.where, problem.message);
    if (rules_ == nullptr) std::exit(1);
    engine_.store = store_.get();
    engine_.rules = rules_.get();
    engine_.now = [] { return 1'700'000'000; };
    engine_.connectors = {{corp_, "corp", false, {}}, {cloud_, "cloud", true, {}}};
  }

  std::int64_t size_;
  std::string path_;
  int number_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<rules::RuleSet> rules_;
  sync::Engine engine_;
  Silent silent_;
  ConnectorId corp_;
  ConnectorId cloud_;
  ObjectTypeId user_;
  AttributeId anchor_;
  AttributeId manager_;
  std::vector<AttributeId> attributes_;
  directory::RecordBuilder builder_;
  directory::Schema schema_;
};

compare::Comparison compareOnce(Server& here, Server& there) {
  compare::Answerer answerer(there.access());
  compare::Comparer comparer(here.access(),
                             [&](std::string_view request) { return answerer.answer(request); });
  Result<compare::Comparison> comparison = comparer.compare({});
  if (!comparison.ok()) {
    fmt::print(stderr, "{}\n", comparison.error().message());
    std::exit(1);
  }
  return std::move(comparison).value();
}

void run(std::int64_t size, const std::filesystem::path& folder) {
  Server here(size, (folder / fmt::format("here-{}.db", size)).string(), 0);
  Server there(size, (folder / fmt::format("there-{}.db", size)).string(), 1);
  compare::Comparison comparison;
  std::vector<double> runs(kRuns);
  const double cpu = cpuSeconds();
  for (double& seconds : runs)
    seconds = secondsOf([&] { comparison = compareOnce(here, there); });
  const double cpu_each = (cpuSeconds() - cpu) / kRuns;
  std::sort(runs.begin(), runs.end());
  fmt::print("{} people, {} rows compared on each side, {} differ, {} causes, {} round trips\n",
             size,
             comparison.objects(),
             comparison.differing,
             comparison.groups.size(),
             comparison.round_trips);
  report("comparison (median of 5)", runs[kRuns / 2], "s", size > 200'000 ? 5 : 2);
  fmt::print("{:<52} {:>12.3f} s\n", "CPU of both servers together, mean of 5", cpu_each);
  report("exchanged", static_cast<double>(comparison.bytes) / 1e6, "MB", 1);
  const double equal = secondsOf([&] { comparison = compareOnce(here, here); });
  fmt::print("{:<52} {:>12.3f} s, {} bytes\n", "a server with itself", equal, comparison.bytes);
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t size = 200'000;
  std::string kept;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--size") size = std::atoll(argv[i + 1]);
    if (std::string_view(argv[i]) == "--folder") kept = argv[i + 1];
  }
  const std::filesystem::path folder = kept.empty() ? std::filesystem::temp_directory_path() /
                                                          fmt::format("tandem_bench_{}", getpid())
                                                    : std::filesystem::path(kept);
  std::filesystem::create_directories(folder);
  run(size, folder);
  if (kept.empty()) std::filesystem::remove_all(folder);
  return 0;
}
