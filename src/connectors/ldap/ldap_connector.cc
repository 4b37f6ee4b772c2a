// SPDX-License-Identifier: Apache-2.0
#include "connectors/ldap/ldap_connector.h"

#include <fmt/format.h>

#include "base/text.h"
#include "connectors/entry/domain_names.h"
#include "connectors/entry/known_attributes.h"
#include "connectors/ldap/import_run.h"
#include "connectors/ldap/ldap_schema.h"
#include "connectors/ldap/root_dse.h"
#include "connectors/ldap/session.h"
#include "connectors/ldap/sid_names.h"
#include "connectors/ldap/test_connection.h"
#include "directory/dn.h"

namespace tandem::connectors::ldap {
namespace {

// The watermark of a delta import, or why it cannot be used.
std::variant<LdapWatermark, NeedsFull> usableWatermark(const ImportRun& run) {
  if (!run.request.from) return NeedsFull{"there is no watermark of an earlier import"};
  const auto mark = LdapWatermark::parse(*run.request.from);
  if (!mark) return NeedsFull{"the watermark of the last import is not one of this connector"};
  if (mark->fingerprint != run.fingerprint) {
    return NeedsFull{"the attributes, object types or containers of this connector have changed"};
  }
  using Method = LdapWatermark::Method;
  const DeltaMethod wanted = run.settings().delta;
  const bool other_method = (wanted == DeltaMethod::kDirSync && mark->method != Method::kDirSync) ||
                            (wanted == DeltaMethod::kUsnChanged && mark->method != Method::kUsn) ||
                            (wanted == DeltaMethod::kSyncrepl && mark->method != Method::kSyncrepl);
  if (other_method) return NeedsFull{"the delta method of this connector has changed"};
  if (wanted == DeltaMethod::kNone) {
    return NeedsFull{"the settings of this connector say to read everything each time"};
  }
  if (mark->method == Method::kNone) {
    return NeedsFull{"the server offers this account no way to read changes only"};
  }
  const bool other_kind = (mark->method == Method::kSyncrepl) == run.root.is_active_directory;
  if (other_kind) return NeedsFull{"the server is of another kind than at the last import"};
  return *mark;
}

Result<DeltaResult> importDelta(ImportRun& run, const LdapWatermark& mark) {
  switch (mark.method) {
    case LdapWatermark::Method::kDirSync:
      return importByDirSync(run, mark);
    case LdapWatermark::Method::kUsn:
      return importByUsn(run, mark);
    case LdapWatermark::Method::kSyncrepl:
      return importBySyncrepl(run, mark);
    case LdapWatermark::Method::kNone:
      break;
  }
  return DeltaResult(NeedsFull{"the server offers this account no way to read changes only"});
}

}  // namespace

Result<std::unique_ptr<LdapConnector>> LdapConnector::open(LdapSettings settings,
                                                           directory::AttributeTable& attributes,
                                                           directory::NameTable& types,
                                                           const platform::WallClock& clock) {
  if (settings.server.empty()) {
    return Error(ErrorCode::kInvalidArgument, "an LDAP connector needs the name of a server");
  }
  if (!settings.base.empty()) TRY_DOING(directory::Dn::parse(settings.base), "reading the base");
  if (settings.page_size == 0) {
    return Error(ErrorCode::kInvalidArgument, "the page size must be 1 or more");
  }
  if (settings.object_types.empty()) settings.object_types = defaultObjectTypes();
  entry::ContainerScope scope = TRY(entry::ContainerScope::fromFilter(settings.containers));
  entry::ObjectClasses classes(settings.object_types, types);
  return std::unique_ptr<LdapConnector>(new LdapConnector(
      std::move(settings), attributes, std::move(classes), std::move(scope), clock));
}

LdapConnector::LdapConnector(LdapSettings settings,
                             directory::AttributeTable& attributes,
                             entry::ObjectClasses classes,
                             entry::ContainerScope scope,
                             const platform::WallClock& clock)
    : settings_(std::move(settings)),
      attributes_(attributes),
      classes_(std::move(classes)),
      scope_(std::move(scope)),
      clock_(clock),
      schema_(entry::knownSchema(attributes)) {}

std::int64_t LdapConnector::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_.wallNow().time_since_epoch())
      .count();
}

Result<std::vector<std::string>> LdapConnector::partitions() {
  if (!settings_.base.empty()) return std::vector<std::string>{settings_.base};
  const auto session = TRY(Session::open(settings_));
  const RootDse root = TRY(readRootDse(*session));
  return root.partitions();
}

Result<directory::Schema> LdapConnector::schema() {
  const auto session = TRY(Session::open(settings_));
  const RootDse root = TRY(readRootDse(*session));
  schema_ = TRY(readSchema(*session, root, attributes_));
  return schema_;
}

Result<std::vector<std::pair<std::string, std::string>>> LdapConnector::parameters() {
  const auto session = TRY(Session::open(settings_));
  const RootDse root = TRY(readRootDse(*session));
  std::string base = settings_.base.empty() ? root.default_context : settings_.base;
  if (base.empty()) base = root.naming_contexts.front();
  if (!root.is_active_directory) return entry::domainParameters(base, "");
  auto parameters = entry::domainParameters(base, TRY(readNetbiosName(*session, root, base)));
  const auto forest = entry::domainParameters(
      root.root_context, TRY(readNetbiosName(*session, root, root.root_context)));
  for (std::size_t i = 0; i < parameters.size(); ++i)
    if (parameters[i].first.starts_with("Forest.")) parameters[i] = forest[i];
  return parameters;
}

Result<ImportOutcome> LdapConnector::import(const ImportRequest& request, ImportSink& sink) {
  const auto session = TRY(Session::open(settings_));
  const RootDse root = TRY(readRootDse(*session));
  clock_ahead_.reset();
  if (root.current_time) clock_ahead_ = *root.current_time - now();
  TRY(completeSchema(*session, root, request.attributes));
  SidNames names(*session);
  const entry::SidLookUp dn_of_sid = [&](const directory::Sid& sid) { return names.find(sid); };
  entry::ReaderContext context{
      &attributes_, &schema_, &classes_, &scope_, AnchorSource::kDirectoryId};
  if (root.is_active_directory) context.dn_of_sid = &dn_of_sid;
  std::string base = request.partition.empty() ? settings_.base : request.partition;
  if (base.empty()) base = root.partitions().empty() ? "" : root.partitions().front();
  const std::string fingerprint =
      entry::settingsFingerprint(attributes_, request.attributes, settings_.object_types, scope_);
  ImportRun run{*session, root, request, sink, context, base, fingerprint, {}};
  ImportOutcome outcome = TRY_DOING(importPartition(run), fmt::format("importing {}", base));
  TRY_DOING(names.takeError(), "looking up whom a SID names");
  outcome.warnings = std::move(run.warnings);
  return outcome;
}

// Attributes that rules were compiled with in another process are typed now. The engine's table of
// names is not touched: it may grow only where rules are compiled.
Result<void> LdapConnector::completeSchema(Session& session,
                                           const RootDse& root,
                                           const std::vector<AttributeId>& wanted) {
  std::vector<AttributeId> unknown;
  for (const AttributeId id : wanted)
    if (schema_.find(id) == nullptr) unknown.push_back(id);
  if (unknown.empty()) return {};
  directory::AttributeTable names;
  const directory::Schema schema = TRY(readSchema(session, root, names));
  for (const AttributeId id : unknown) {
    const auto name = names.find(attributes_.name(id));
    const auto* definition = name ? schema.find(*name) : nullptr;
    if (definition != nullptr) schema_.define(id, definition->type, definition->multi);
  }
  return {};
}

// Of what an account may not read any more a delta says nothing, as if nothing had happened; and
// its cookie would be behind what has.
Result<void> LdapConnector::seeBase(ImportRun& run) {
  SearchRequest request;
  request.base = run.base;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {"1.1"};
  bool is_there = false;
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor&) -> Result<void> {
    is_there = true;
    return {};
  };
  TRY(run.session.searchOk(request, handler));
  if (is_there) return {};
  return Error(ErrorCode::kPermissionDenied,
               fmt::format("{} shows nothing at {}: check that {} may read it; what has changed is "
                           "read when it may",
                           run.settings().server,
                           run.base,
                           run.settings().user));
}

Result<ImportOutcome> LdapConnector::importPartition(ImportRun& run) {
  if (run.request.full) return importFull(run);
  std::string reason;
  const auto mark = usableWatermark(run);
  if (const auto* usable = std::get_if<LdapWatermark>(&mark)) {
    if (!run.root.is_active_directory) TRY(seeBase(run));
    if (run.root.is_active_directory && !TRY(canSeeDeletions(run.session, run.base))) {
      run.warnings.push_back(
          fmt::format("{} may not read CN=Deleted Objects,{}: deletions can be missed until it is "
                      "granted list and read there, or until the next full import",
                      run.settings().user,
                      run.base));
    }
    DeltaResult delta = TRY(importDelta(run, *usable));
    if (auto* outcome = std::get_if<ImportOutcome>(&delta)) return std::move(*outcome);
    reason = std::get<NeedsFull>(delta).reason;
  } else {
    reason = std::get<NeedsFull>(mark).reason;
  }
  run.sink.becomesFull(reason);
  ImportOutcome outcome = TRY(importFull(run));
  outcome.full_import_reason = reason;
  return outcome;
}

std::vector<TestFinding> LdapConnector::testConnection() {
  return ldap::testConnection(settings_, now());
}

Result<std::optional<std::string>> LdapConnector::changeMark() {
  const auto session = TRY(Session::open(settings_));
  const RootDse root = TRY(readRootDse(*session));
  if (root.is_active_directory) return std::optional(std::to_string(root.highest_usn));
  std::string base = settings_.base.empty() ? root.partitions().front() : settings_.base;
  std::optional<std::string> mark;
  // Below the suffix that holds it, whatever part of it is read.
  for (const std::string& suffix : root.naming_contexts) {
    if (toLowerAscii(base).ends_with(toLowerAscii(suffix))) base = suffix;
  }
  SearchRequest request;
  request.base = base;
  request.scope = LDAP_SCOPE_BASE;
  request.attributes = {"contextCSN"};
  SearchHandler handler;
  handler.on_entry = [&](EntryCursor& entry) -> Result<void> {
    EntryCursor::Attribute attribute;
    while (entry.next(attribute)) {
      for (const berval* v = attribute.values; v != nullptr && v->bv_val != nullptr; ++v)
        mark = mark.value_or("") + std::string(v->bv_val, v->bv_len) + "\n";
    }
    return {};
  };
  TRY_DOING(session->searchOk(request, handler), "asking whether something has changed");
  return mark;
}

}  // namespace tandem::connectors::ldap
