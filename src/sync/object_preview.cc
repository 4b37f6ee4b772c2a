// SPDX-License-Identifier: Apache-2.0
#include "sync/object_preview.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sync/object_sync.h"

namespace tandem::sync {

using store::PendingImport;
using store::PendingOperation;

namespace {

// Objects of one metaverse object wake each other, so more than a few rounds are never needed.
constexpr int kRoundsMax = 4;

class Problems final : public StepRecorder {
 public:
  explicit Problems(std::vector<ObjectProblem>& found) : found_(found) {}
  void count(std::string_view, ConnectorObjectId, std::string_view) override {}
  void countOnly(std::string_view, std::int64_t) override {}
  void problem(const ObjectProblem& problem) override { found_.push_back(problem); }
  void progress(std::int64_t, std::int64_t) override {}
  bool isCancelled() const override { return false; }

 private:
  std::vector<ObjectProblem>& found_;
};

class Previewer {
 public:
  Previewer(const Engine& engine, ObjectPreview& preview)
      : engine_(engine),
        preview_(preview),
        problems_(preview.problems),
        objects_(engine, problems_, /*revisit_referrers=*/true),
        targets_(engine) {
    objects_.trace(&preview.trace);
  }

  void run(ConnectorObjectId id, const PreviewOptions& options) {
    store::Store& store = *engine_.store;
    preview_.link_before = store.metaverse().linkOf(id);
    noteTargets(preview_.link_before);
    for (const std::int64_t target : seen_) {
      if (store.exports().pending(ConnectorObjectId(target))) pending_before_.insert(target);
    }
    std::uint32_t what = store.space().pendingImport(id) | PendingImport::kRetry;
    if (options.as_if_deleted) what |= PendingImport::kDelete;
    objects_.synchronize(id, what);
    settle(id);
    preview_.link_after = store.metaverse().linkOf(id);
    noteTargets(preview_.link_after);
    if (preview_.link_after) {
      if (const auto mv = store.metaverse().find(preview_.link_after->mv))
        preview_.record_after = mv->record;
    }
    for (const TracedStep& step : preview_.trace.steps()) {
      const auto* const link = std::get_if<TracedLink>(&step);
      if (link != nullptr) note(link->connector, link->object);
    }
    for (const std::int64_t target : seen_)
      addTarget(ConnectorObjectId(target));
  }

 private:
  // What the object woke of its own kind, and then the references: the rest of the same run.
  void settle(ConnectorObjectId id) {
    for (int round = 0; round < kRoundsMax; ++round) {
      bool has_worked = false;
      for (const ConnectorObjectId one : family(id)) {
        const std::uint32_t what = engine_.store->space().pendingImport(one);
        constexpr std::uint32_t kReferences = PendingImport::kReferences | kAllReferences;
        if (what == 0 || (one == id && what == PendingImport::kRetry)) continue;
        has_worked = true;
        if ((what & ~kReferences) == 0) {
          objects_.synchronizeReferences(one, what);
        } else if (one != id) {
          objects_.synchronize(one, what);
        } else {
          objects_.synchronizeReferences(one, what & kReferences);
        }
      }
      if (!has_worked) return;
    }
  }

  std::vector<ConnectorObjectId> family(ConnectorObjectId id) const {
    std::vector<ConnectorObjectId> all{id};
    const auto link = engine_.store->metaverse().linkOf(id);
    if (!link) return all;
    for (const store::Link& one : engine_.store->metaverse().linksOf(link->mv)) {
      if (one.object != id) all.push_back(one.object);
    }
    return all;
  }

  void note(ConnectorId connector, ConnectorObjectId object) {
    const EngineConnector* const known = engine_.find(connector);
    if (known != nullptr && known->has_outbound_rules && object.raw() != 0)
      seen_.insert(object.raw());
  }
  void noteTargets(const std::optional<store::Link>& link) {
    if (!link) return;
    for (const store::Link& one : engine_.store->metaverse().linksOf(link->mv))
      note(one.connector, one.object);
  }

  void addTarget(ConnectorObjectId id) {
    store::Store& store = *engine_.store;
    const std::optional<store::ObjectRow> row = store.space().find(id);
    if (!row) return;  // it never reached the directory
    PreviewedTarget target;
    target.connector = row->connector;
    target.object = id;
    target.type = row->type;
    target.dn = row->dn;
    target.anchor = row->anchor;
    target.is_linked = store.metaverse().linkOf(id).has_value();
    target.was_pending = pending_before_.contains(id.raw());
    target.operation = store.exports().pending(id);
    target.known = targets_.knownImage(*row);
    if (target.operation == PendingOperation::kAdd) target.delta = targets_.imageToAdd(*row);
    if (target.operation == PendingOperation::kUpdate) target.delta = targets_.pendingDelta(*row);
    for (const store::ExportReferenceRow& reference : store.exports().references(id)) {
      if (!reference.sent) target.references.push_back(reference);
    }
    preview_.targets.push_back(std::move(target));
  }

  const Engine& engine_;
  ObjectPreview& preview_;
  Problems problems_;
  ObjectSync objects_;
  TargetObjects targets_;
  std::set<std::int64_t> seen_;
  std::set<std::int64_t> pending_before_;
};

}  // namespace

Result<ObjectPreview> previewObject(const Engine& engine,
                                    ConnectorObjectId id,
                                    const PreviewOptions& options) {
  ObjectPreview preview;
  const std::optional<store::ObjectRow> row = engine.store->space().find(id);
  if (!row) {
    return Error(ErrorCode::kNotFound, fmt::format("there is no object #{} any more", id.raw()));
  }
  preview.object = *row;
  const store::Transaction rolled_back = TRY(store::Transaction::begin(engine.store->database()));
  Previewer(engine, preview).run(id, options);
  TRY_DOING(engine.store->database().takeError(), "working out the preview");
  return preview;
}

}  // namespace tandem::sync
