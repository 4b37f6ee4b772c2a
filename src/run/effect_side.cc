// SPDX-License-Identifier: Apache-2.0
#include "run/effect_side.h"

#include <algorithm>

#include "base/hash.h"
#include "directory/delta.h"
#include "directory/dn.h"
#include "run/connector_factory.h"
#include "run/sync_run.h"

namespace tandem::run {

using directory::ConnectorObjectId;
using store::PendingOperation;

namespace {

// Objects wake objects of other connectors; what is left after this would wait for the next cycle.
constexpr int kRounds = 2;

class Recorder final : public sync::StepRecorder {
 public:
  Recorder(const EffectOptions& options, Progress progress)
      : options_(options), progress_(std::move(progress)) {}
  void count(std::string_view, ConnectorObjectId, std::string_view) override {}
  void countOnly(std::string_view, std::int64_t) override {}
  void problem(const sync::ObjectProblem& problem) override {
    found[problem.object.raw()] = {problem.dn, problem.type + ": " + problem.message};
  }
  void progress(std::int64_t done, std::int64_t total) override {
    progress_.done = done;
    progress_.total = total;
    if (options_.on_progress) options_.on_progress(progress_);
  }
  bool isCancelled() const override {
    return options_.cancel != nullptr && options_.cancel->load();
  }

  std::map<std::int64_t, EffectSide::Problem> found;

 private:
  const EffectOptions& options_;
  Progress progress_;
};

}  // namespace

std::string knownName(const store::Names& names, std::string_view image, std::string_view dn) {
  for (const std::string_view attribute :
       {"userPrincipalName", "mail", "displayName", "cn", "sAMAccountName"}) {
    const auto id = names.attributes().find(attribute);
    const auto values = id ? directory::findAttribute(image, *id) : std::nullopt;
    if (values && !values->isEmpty()) return std::string(values->front());
  }
  return std::string(dn);
}

Result<std::unique_ptr<EffectSide>> EffectSide::over(store::Snapshot& snapshot,
                                                     const home::Home& home,
                                                     const policy::PolicyDocument& policy) {
  std::unique_ptr<EffectSide> side(new EffectSide());
  ServerParts parts;
  parts.policy = policy;
  std::unique_ptr<store::Store> copy = TRY(snapshot.copy());
  side->server_ = TRY(Server::openCopy(home, std::move(copy), std::move(parts)));
  side->last_id_ = side->store().space().maxId();
  return side;
}

void EffectSide::shareNames(EffectSide& other) {
  const store::Names& theirs = other.store().names();
  store::Names& ours = store().names();
  for (std::uint32_t id = ours.attributes().size() + 1; id <= theirs.attributes().size(); ++id)
    ours.attributes().intern(theirs.attributes().name(directory::AttributeId(id)));
  for (std::uint32_t id = ours.objectTypes().size() + 1; id <= theirs.objectTypes().size(); ++id)
    ours.objectTypes().intern(theirs.objectTypes().name(id));
}

Result<std::int64_t> EffectSide::dropUnread(const policy::ConnectorPolicy& before,
                                            const policy::ConnectorPolicy& after) {
  using connectors::entry::ContainerScope;
  const ContainerScope was = TRY(ContainerScope::fromFilter(containersOf(before)));
  const ContainerScope is = TRY(ContainerScope::fromFilter(containersOf(after)));
  if (was.fingerprint() == is.fingerprint()) return std::int64_t{-1};
  const directory::ConnectorId connector = store().names().connector(after.name);
  std::vector<ConnectorObjectId> gone;
  store().space().scan(connector,
                       ConnectorObjectId(1),
                       ConnectorObjectId(last_id_),
                       [&](const store::ObjectView& object) {
                         if (!object.has_image) return;
                         const std::string key = directory::dnKey(object.dn);
                         const bool stays = is.covers(key) || is.isAboveIncluded(key);
                         if (!stays && was.covers(key)) gone.push_back(object.id);
                       });
  store::Transaction transaction = TRY(store::Transaction::begin(store().database()));
  for (const ConnectorObjectId id : gone)
    store().space().addPendingImport(id, connector, store::PendingImport::kDelete);
  TRY(transaction.commit());
  return static_cast<std::int64_t>(gone.size());
}

Result<void> EffectSide::synchronize(const EffectOptions& options) {
  engine_ = TRY(server_->engine());
  std::vector<ServerConnector*> order;  // directories first, as in a cycle
  for (const bool sources : {true, false}) {
    for (ServerConnector& connector : server_->connectors()) {
      if (connector.isSource() == sources) order.push_back(&connector);
    }
  }
  for (int round = 0; round < kRounds; ++round) {
    for (ServerConnector* const connector : order) {
      Recorder recorder(options, {connector->policy->name, "Preview", 0, 0, 0, std::nullopt});
      TRY_DOING(runSynchronization(*server_, *connector, /*full=*/false, recorder),
                "synchronizing " + connector->policy->name);
      problems_.merge(recorder.found);
    }
  }
  store().exports().scanPending([this](const store::PendingExportView& row) {
    if (isTarget(row.connector)) pending_.emplace(row.id.raw(), row.id);
  });
  std::map<std::int64_t, ConnectorObjectId> by_key;  // their names need statements of their own
  for (const auto& [raw, id] : pending_)
    by_key.emplace(keyOf(id), id);
  pending_ = std::move(by_key);
  return store().database().takeError();
}

bool EffectSide::isTarget(directory::ConnectorId connector) const {
  const sync::EngineConnector* const known = engine_.find(connector);
  return known != nullptr && known->has_outbound_rules;
}

std::int64_t EffectSide::keyOf(ConnectorObjectId id) {
  if (id.raw() <= last_id_) return id.raw();
  const std::optional<store::ObjectRow> row = store().space().find(id);
  const std::string dn = row ? directory::dnKey(row->dn) : std::string();
  const std::uint64_t connector = row ? static_cast<std::uint64_t>(row->connector.raw()) : 0;
  return -1 - static_cast<std::int64_t>(hash64(dn, connector) >> 1);
}

EffectSide::Expected EffectSide::expected(ConnectorObjectId id) {
  Expected result;
  const std::optional<store::ObjectRow> row = store().space().find(id);
  if (!row) return result;
  sync::TargetObjects targets(engine_);
  const std::optional<PendingOperation> operation = store().exports().pending(id);
  result.is_in_directory = targets.existsInDirectory(*row);
  result.is_linked = store().metaverse().linkOf(id).has_value();
  result.connector = row->connector;
  result.type = row->type;
  result.image = targets.knownImage(*row);
  result.exists = result.is_in_directory;
  if (operation == PendingOperation::kDelete) result.exists = false;
  if (operation == PendingOperation::kAdd) {
    result.exists = true;
    result.image = targets.imageToAdd(*row);
  } else if (operation == PendingOperation::kUpdate) {
    result.image = directory::applyDelta(result.image, targets.pendingDelta(*row));
  }
  result.name = knownName(store().names(), result.image, row->dn);
  return result;
}

std::vector<EffectSide::Reference> EffectSide::references() {
  std::vector<Reference> all;
  store().exports().scanReferences(
      [&](ConnectorObjectId owner, const store::ExportReferenceRow& row) {
        if (!row.sent)
          all.push_back({owner.raw(), row.attribute.raw(), row.target.raw(), row.added});
      });
  for (Reference& one : all) {
    one.owner = keyOf(ConnectorObjectId(one.owner));
    one.target = keyOf(ConnectorObjectId(one.target));
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace tandem::run
