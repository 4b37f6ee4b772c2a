// SPDX-License-Identifier: Apache-2.0
//
// The engine alone, without any directory: staging, synchronization of everything and of what
// changed, and one member more in a group of 250,000. 60 flows each way, half of them expressions.
// Each figure stands beside its budget (docs/internals/architecture.md).
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "rules/rule_set.h"
#include "sync/stager.h"
#include "sync/synchronizer.h"

namespace {

using namespace tandem;  // NOLINT: a program, not a header
using connectors::ImportItem;
using connectors::ImportKind;
using directory::AttributeId;
using directory::ConnectorId;
using directory::ObjectTypeId;
using directory::ValueType;
using rules::Direction;
using rules::FlowType;
using rules::SyncRule;

constexpr int kAttributes = 28;
constexpr int kFlows = 60;
constexpr int kBatch = 1000;

double g_cpu_seconds = 0;  // of the last secondsOf(): tells a slow program from a busy machine

double cpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double secondsOf(const std::function<void()>& work) {
  const double cpu = cpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  work();
  g_cpu_seconds = cpuSeconds() - cpu;
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void require(const Result<void>& result) {
  if (result.ok()) return;
  fmt::print(stderr, "{}\n", result.error().message());
  std::exit(1);
}

void report(const char* what, double value, const char* unit, double budget, bool at_least) {
  const bool met = at_least ? value >= budget : value <= budget;
  fmt::print("{:<58} {:>12.1f} {:<10} {} {:>10.1f}  {:<6} (CPU {:.3f} s)\n",
             what,
             value,
             unit,
             at_least ? ">=" : "<=",
             budget,
             met ? "met" : "MISSED",
             g_cpu_seconds);
}

class Silent : public sync::StepRecorder {
 public:
  void count(std::string_view name, sync::ConnectorObjectId, std::string_view) override {
    countOnly(name, 1);
  }
  void countOnly(std::string_view, std::int64_t) override {}
  void problem(const sync::ObjectProblem& problem) override {
    fmt::print(stderr, "{}: {}\n", problem.type, problem.message);
  }
  void progress(std::int64_t, std::int64_t) override {}
  bool isCancelled() const override { return false; }
};

class Bench {
 public:
  Bench(std::int64_t size, const std::string& path) : size_(size) {
    store_ = std::move(store::Store::open(path)).value();
    corp_ = store_->names().connector("corp");
    cloud_ = store_->names().connector("cloud");
    defineSchemas();
    compileRules();
  }

  void run() {
    const double n = static_cast<double>(size_);
    const double build = secondsOf([&] { forEachBatch([](std::vector<ImportItem>&) {}); });
    const double first = secondsOf([&] { importAll(); });
    fmt::print("{:<58} {:>12.0f} objects/s\n", "staging, first time", n / (first - build));
    const double again = secondsOf([&] { importAll(); });
    fmt::print("{:<58} {:>12.0f} objects/s\n", "staging, nothing changed", n / (again - build));
    const double sync_first = secondsOf([&] { require(synchronizer().synchronizeAll(corp_)); });
    report("full synchronization, first, in and out", n / sync_first, "objects/s", 50'000, true);
    std::vector<double> runs(5);
    for (double& seconds : runs) {
      seconds = secondsOf([&] { require(synchronizer().synchronizeAll(corp_)); });
    }
    std::sort(runs.begin(), runs.end());
    report("full synchronization, nothing changed (median of 5)",
           n / runs[2],
           "objects/s",
           200'000,
           true);
    deltas();
    bigGroup();
  }

 private:
  void deltas() {
    store_->checkpoint().ok() ? void() : void();
    std::vector<ImportItem> changes;
    for (std::int64_t i = 0; i < 1000; ++i) {
      ImportItem item;
      makeUser((i * 7919) % size_, item);
      item.kind = ImportKind::kPartial;
      item.dn.clear();
      directory::RecordBuilder image;
      image.addString(attributes_[3], fmt::format("changed {}", i));
      item.image = image.finish();
      changes.push_back(std::move(item));
    }
    const double delta = secondsOf([&] {
      sync::Stager stager(engine_, corp_, silent_);
      require(stager.stage(changes, "", "watermark"));
      require(synchronizer().synchronizePending(corp_));
      require(synchronizer().synchronizePending(cloud_));
    });
    report("delta cycle, 1,000 changes, before the network", delta * 1000, "ms", 200, false);
    const double empty = secondsOf([&] {
      sync::Stager stager(engine_, corp_, silent_);
      std::vector<ImportItem> none;
      require(stager.stage(none, "", "watermark"));
      require(synchronizer().synchronizePending(corp_));
      require(synchronizer().synchronizePending(cloud_));
    });
    report("delta cycle, no change", empty * 1000, "ms", 50, false);
  }

  void bigGroup() {
    const std::int64_t members = std::min<std::int64_t>(250'000, size_ - 1);
    ImportItem group;
    group.type = group_;
    group.anchor = "the group";
    group.dn = "CN=everybody,DC=corp";
    directory::RecordBuilder image;
    image.addString(anchor_, "group-anchor");
    group.image = image.finish();
    for (std::int64_t i = 0; i < members; ++i) {
      group.references.push_back({member_, connectors::ReferenceChange::kAdd, {}, anchorOf(i)});
    }
    std::vector<ImportItem> items;
    items.push_back(std::move(group));
    sync::Stager stager(engine_, corp_, silent_);
    require(stager.stage(items, "", std::nullopt));
    require(synchronizer().synchronizePending(corp_));
    ImportItem change;
    change.kind = ImportKind::kPartial;
    change.anchor = "the group";
    change.references.push_back(
        {member_, connectors::ReferenceChange::kAdd, {}, anchorOf(size_ - 1)});
    items.clear();
    items.push_back(std::move(change));
    const double one = secondsOf([&] {
      sync::Stager delta(engine_, corp_, silent_);
      require(delta.stage(items, "", std::nullopt));
      require(synchronizer().synchronizePending(corp_));
    });
    report(fmt::format("one member added to a group of {}", members).c_str(),
           one * 1000,
           "ms",
           50,
           false);
  }

  sync::Synchronizer synchronizer() { return sync::Synchronizer(engine_, silent_); }

  void importAll() {
    sync::Stager stager(engine_, corp_, silent_);
    require(stager.beginFull());
    forEachBatch(
        [&](std::vector<ImportItem>& items) { require(stager.stage(items, "", std::nullopt)); });
    require(stager.finish(/*complete=*/true, sync::AbsenceGuard{}));
  }

  static std::string anchorOf(std::int64_t i) { return fmt::format("{:016}", i); }

  void makeUser(std::int64_t i, ImportItem& item) {
    item.clear();
    item.type = user_;
    item.anchor = anchorOf(i);
    item.dn = fmt::format("CN=User {:07},OU=ou{},DC=corp", i, i % 100);
    builder_.clear();
    builder_.addString(anchor_, item.anchor);
    for (int a = 0; a < kAttributes; ++a) {
      builder_.addString(attributes_[static_cast<std::size_t>(a)],
                         fmt::format("value {} of user {} here", a, i));
    }
    builder_.finishInto(item.image);
    if (i > 0) {
      item.references.push_back(
          {manager_, connectors::ReferenceChange::kAdd, {}, anchorOf(i / 10)});
    }
  }

  void forEachBatch(const std::function<void(std::vector<ImportItem>&)>& take) {
    std::vector<ImportItem> items;
    for (std::int64_t i = 0; i < size_; i += kBatch) {
      items.clear();
      for (std::int64_t k = i; k < std::min(size_, i + kBatch); ++k)
        makeUser(k, items.emplace_back());
      take(items);
    }
  }

  void defineSchemas() {
    directory::AttributeTable& names = store_->names().attributes();
    user_ = ObjectTypeId(store_->names().objectTypes().intern("user"));
    group_ = ObjectTypeId(store_->names().objectTypes().intern("group"));
    anchor_ = names.intern("sourceAnchor");
    manager_ = names.intern("manager");
    member_ = names.intern("member");
    for (int a = 0; a < kAttributes; ++a)
      attributes_.push_back(names.intern(fmt::format("attribute{}", a)));
    for (directory::Schema* schema : {&corp_schema_, &cloud_schema_, &metaverse_schema_}) {
      schema->define(anchor_, ValueType::kString, false);
      schema->define(manager_, ValueType::kReference, false);
      schema->define(member_, ValueType::kReference, true);
      for (const AttributeId id : attributes_)
        schema->define(id, ValueType::kString, false);
      for (int f = 0; f < kFlows; ++f) {
        schema->define(names.intern(fmt::format("flow{}", f)), ValueType::kString, false);
      }
    }
  }

  static std::string expressionOver(const std::string& source, int f) {
    switch (f % 3) {
      case 0:
        return fmt::format("Trim([{}])", source);
      case 1:
        return fmt::format("IIF(IsNullOrEmpty([{0}]),NULL,Left(Trim([{0}]),448))", source);
      default:
        return fmt::format("IIF(IsPresent([{0}]),[{0}],\"none\")", source);
    }
  }

  static void addFlows(SyncRule& rule, const std::function<std::string(int)>& source_of) {
    for (int f = 0; f < kFlows; ++f) {
      rules::AttributeMapping mapping;
      mapping.target = fmt::format("flow{}", f);
      const std::string source = source_of(f);
      mapping.flow = f % 2 == 0 ? FlowType::kDirect : FlowType::kExpression;
      mapping.source = f % 2 == 0 ? source : expressionOver(source, f);
      rule.mappings.push_back(mapping);
    }
  }

  static void addDirect(SyncRule& rule, const char* attribute) {
    rules::AttributeMapping mapping;
    mapping.target = attribute;
    mapping.source = attribute;
    rule.mappings.push_back(mapping);
  }

  static SyncRule makeRule(
      const char* name, int precedence, bool inbound, const char* from, const char* to) {
    SyncRule rule;
    rule.id = rule.name = name;
    rule.connector = inbound ? "corp" : "cloud";
    rule.direction = inbound ? Direction::kInbound : Direction::kOutbound;
    rule.source_type = from;
    rule.target_type = to;
    rule.link = rules::LinkType::kProvision;
    rule.precedence = precedence;
    rule.join = {{{"sourceAnchor", "sourceAnchor", true}}};
    addDirect(rule, "sourceAnchor");
    if (!inbound) {
      rules::AttributeMapping dn;
      dn.target = "dn";
      dn.flow = FlowType::kExpression;
      dn.source = "\"CN={\" & ConvertToUTF8Hex([sourceAnchor]) & \"}\"";
      rule.mappings.push_back(dn);
    }
    return rule;
  }

  void compileRules() {
    std::vector<SyncRule> all;
    all.push_back(makeRule("In user", 100, true, "user", "person"));
    addDirect(all.back(), "manager");
    addFlows(all.back(), [](int f) { return fmt::format("attribute{}", f % kAttributes); });
    all.push_back(makeRule("In group", 101, true, "group", "group"));
    addDirect(all.back(), "member");
    all.push_back(makeRule("Out user", 120, false, "person", "user"));
    addDirect(all.back(), "manager");
    addFlows(all.back(), [](int f) { return fmt::format("flow{}", f); });
    all.push_back(makeRule("Out group", 121, false, "group", "group"));
    addDirect(all.back(), "member");
    rules::CompileContext context;
    context.attributes = &store_->names().attributes();
    context.object_types = &store_->names().objectTypes();
    context.connectors = {{"corp", corp_}, {"cloud", cloud_}};
    context.connector_schemas = {{corp_, &corp_schema_}, {cloud_, &cloud_schema_}};
    context.metaverse_schema = &metaverse_schema_;
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
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<rules::RuleSet> rules_;
  sync::Engine engine_;
  Silent silent_;
  ConnectorId corp_;
  ConnectorId cloud_;
  ObjectTypeId user_;
  ObjectTypeId group_;
  AttributeId anchor_;
  AttributeId manager_;
  AttributeId member_;
  std::vector<AttributeId> attributes_;
  directory::RecordBuilder builder_;
  directory::Schema corp_schema_;
  directory::Schema cloud_schema_;
  directory::Schema metaverse_schema_;
};

}  // namespace

int main(int argc, char** argv) {
  std::int64_t size = 200'000;
  for (int i = 1; i + 1 < argc; ++i) {
    if (std::string_view(argv[i]) == "--size") size = std::atoll(argv[i + 1]);
  }
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("tandem_bench_{}", getpid());
  std::filesystem::create_directories(folder);
  Bench((size), (folder / "tandem.db").string()).run();
  std::filesystem::remove_all(folder);
  return 0;
}
