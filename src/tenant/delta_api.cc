// SPDX-License-Identifier: Apache-2.0
// Delta queries. A round of pages is either the whole collection by object number ("full") or
// what has changed since a change number, by change number ("since"). The token says where the
// round is; the link that ends it carries the change number of the round's beginning, so what
// changed meanwhile comes in the next one, twice at worst.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "tenant/graph_api.h"
#include "tenant/listing.h"

namespace tandem::tenant {
namespace {

using nlohmann::json;

constexpr std::size_t kObjectsAPage = 200;
constexpr std::size_t kMembersAPage = 2000;
constexpr std::int64_t kTokenLifeMs = 7LL * 24 * 3600 * 1000;

struct DeltaState {
  bool full = true;
  ChangeNumber since = 0;      // since-rounds: report what is newer
  ChangeNumber begun_at = 0;   // the last change when the round began
  std::uint64_t position = 0;  // number (full) or change (since) of the last object done
  ObjectNumber group = 0;      // a group whose members go on
  ChangeNumber member = 0;     // the last member's change number
  std::string select;
  std::string ids;  // of $filter, "guid,guid"
  std::int64_t made_ms = 0;
};

std::string write(const DeltaState& state) {
  return encodeToken(json{
      {"f", state.full},
      {"s", state.since},
      {"b", state.begun_at},
      {"p", state.position},
      {"g", state.group},
      {"m", state.member},
      {"q", state.select},
      {"i", state.ids},
      {"t",
       state.made_ms}}.dump());
}

std::optional<DeltaState> read(std::string_view token) {
  try {
    const json in = json::parse(decodeToken(token));
    DeltaState state;
    state.full = in.at("f");
    state.since = in.at("s");
    state.begun_at = in.at("b");
    state.position = in.at("p");
    state.group = in.at("g");
    state.member = in.at("m");
    state.select = in.at("q");
    state.ids = in.at("i");
    state.made_ms = in.at("t");
    return state;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

struct DeltaView {
  View view;
  bool members = false;
  bool manager = false;
};

std::variant<DeltaView, GraphError> readView(const std::string& select, Kind kind) {
  DeltaView wanted{{defaultProperties(kind), false}, kind == Kind::kGroup, false};
  if (select.empty()) return wanted;
  wanted = {};
  wanted.view.properties.set(static_cast<std::size_t>(Property::kId));
  for (const auto& name : split(select, ',')) {
    const std::string lower = toLowerAscii(trimAscii(name));
    if (lower == "members" && kind == Kind::kGroup) {
      wanted.members = true;
    } else if (lower == "manager" && kind == Kind::kUser) {
      wanted.manager = true;
    } else if (const auto property = findProperty(kind, lower)) {
      wanted.view.properties.set(static_cast<std::size_t>(*property));
    } else {
      return unknownProperty(kind, name);
    }
  }
  return wanted;
}

void collectIds(const FilterNode& node, std::vector<std::string>& ids, bool& good) {
  if (node.op == FilterNode::Op::kOr) {
    for (const auto& child : node.children)
      collectIds(child, ids, good);
  } else if ((node.op == FilterNode::Op::kEq || node.op == FilterNode::Op::kIn) &&
             equalsIgnoreCaseAscii(node.path, "id")) {
    for (const auto& literal : node.literals)
      ids.push_back(toLowerAscii(literal.text));
  } else {
    good = false;
  }
}

// "id eq 'a' or id eq 'b'": the only filter that a delta takes.
std::variant<std::string, GraphError> readIds(std::string_view filter) {
  auto parsed = parseFilter(filter);
  if (!parsed.ok()) return badRequest(parsed.error().message());
  std::vector<std::string> ids;
  bool good = true;
  collectIds(parsed.value(), ids, good);
  if (!good) return unsupportedQuery("A delta can be filtered by id only: id eq '…' or id eq '…'.");
  std::string joined;
  for (const auto& id : ids)
    joined += (joined.empty() ? "" : ",") + id;
  return joined;
}

class DeltaPage {
 public:
  DeltaPage(const Tenant& tenant,
            const GraphRequest& request,
            Kind kind,
            DeltaState state,
            DeltaView wanted)
      : tenant_(tenant),
        request_(request),
        kind_(kind),
        state_(std::move(state)),
        wanted_(wanted),
        json_(items_) {
    json_.beginArray();
  }

  GraphAnswer answer() {
    const bool done = state_.full ? fillFull() : fillSince();
    json_.endArray();
    std::string body;
    JsonWriter out(body);
    out.beginObject();
    const std::string collection(collectionName(kind_));
    if (!request_.bare) {
      out.key("@odata.context").string(request_.base_url + "/$metadata#" + collection);
    }
    const std::string link = request_.base_url + "/" + collection + "/delta?";
    if (done) {
      DeltaState next;
      next.full = false;
      next.since = state_.begun_at;
      next.select = state_.select;
      next.ids = state_.ids;
      next.made_ms = request_.now_ms;
      out.key("@odata.deltaLink").string(link + "$deltatoken=" + write(next));
    } else {
      out.key("@odata.nextLink").string(link + "$skiptoken=" + write(state_));
    }
    out.key("value").raw(items_);
    out.endObject();
    return answerJson(std::move(body));
  }

 private:
  bool isFull() const { return objects_ >= kObjectsAPage || members_ >= kMembersAPage; }

  bool isAsked(const Object& object) const {
    return state_.ids.empty() || state_.ids.find(object.id.toString()) != std::string::npos;
  }

  // True: the round is at its end.
  bool fillFull() {
    const Directory& directory = tenant_.directory;
    if (state_.group != 0 && !goOn(directory.at(state_.group))) return false;
    while (state_.position < directory.lastNumber()) {
      if (isFull()) return false;
      const Object& object = directory.at(static_cast<ObjectNumber>(++state_.position));
      if (object.kind != kind_ || !object.isActive() || !isAsked(object)) continue;
      if (!writeOne(object)) return false;
    }
    return true;
  }

  bool fillSince() {
    const Directory& directory = tenant_.directory;
    if (state_.group != 0 && !goOn(directory.at(state_.group))) return false;
    const auto& log = directory.changes(kind_);
    auto entry = std::upper_bound(
        log.begin(),
        log.end(),
        std::max(state_.since, state_.position),
        [](ChangeNumber wanted, const Directory::Change& one) { return wanted < one.change; });
    for (; entry != log.end(); ++entry) {
      const Object& object = directory.at(entry->number);
      if (object.changed != entry->change) continue;  // it comes later
      if (isFull()) return false;
      state_.position = entry->change;
      if (isAsked(object) && !writeOne(object)) return false;
    }
    return true;
  }

  // False: the page ended within the object's members.
  bool writeOne(const Object& object) {
    ++objects_;
    if (!object.isActive()) {
      json_.beginObject().key("id").string(object.id.toString());
      json_.key("@removed").beginObject().key("reason");
      json_.string(object.state == ObjectState::kPurged ? "deleted" : "changed");
      json_.endObject().endObject();
      return true;
    }
    json_.beginObject();
    writeProperties(json_, tenant_.settings, object, wanted_.view);
    if (wanted_.manager) writeManager(object);
    const bool whole = !wanted_.members || writeMembers(object, state_.full ? 0 : state_.since);
    json_.endObject();
    return whole;
  }

  // The group again, with id and the members that follow.
  bool goOn(const Object& group) {
    json_.beginObject().key("id").string(group.id.toString());
    const bool whole = writeMembers(group, state_.member);
    json_.endObject();
    return whole;
  }

  void writeMember(const Object& member, bool removed) {
    json_.beginObject();
    json_.key("@odata.type").string("#microsoft.graph." + std::string(typeName(member.kind)));
    json_.key("id").string(member.id.toString());
    if (removed) json_.key("@removed").beginObject().key("reason").string("deleted").endObject();
    json_.endObject();
    ++members_;
  }

  bool writeMembers(const Object& group, ChangeNumber after) {
    json_.key("members@delta").beginArray();
    const bool first = state_.group == 0;
    if (first && !state_.full) {
      for (const auto& removal : group.members.removals()) {
        if (removal.change > state_.since && !group.members.contains(removal.member)) {
          writeMember(tenant_.directory.at(removal.member), true);
        }
      }
    }
    state_.group = 0;
    ChangeNumber last = after;
    for (const auto* entry = group.members.after(after); entry != group.members.end(); ++entry) {
      if (entry->member == 0) continue;
      if (members_ >= kMembersAPage) {
        state_.group = group.number;
        state_.member = last;
        break;
      }
      writeMember(tenant_.directory.at(entry->member), false);
      last = entry->change;
    }
    json_.endArray();
    return state_.group == 0;
  }

  void writeManager(const Object& user) {
    if (!state_.full && user.manager_changed <= state_.since) return;
    if (state_.full && user.manager == 0) return;
    json_.key("manager@delta").beginArray();
    if (user.manager != 0) {
      writeMember(tenant_.directory.at(user.manager), false);
    } else if (user.previous_manager != 0) {
      writeMember(tenant_.directory.at(user.previous_manager), true);
    }
    json_.endArray();
  }

  const Tenant& tenant_;
  const GraphRequest& request_;
  Kind kind_;
  DeltaState state_;
  DeltaView wanted_;
  std::string items_;
  JsonWriter json_;
  std::size_t objects_ = 0;
  std::size_t members_ = 0;
};

std::optional<GraphAnswer> refuseExpired(const Tenant& tenant,
                                         const GraphRequest& request,
                                         const DeltaState& state,
                                         Kind kind) {
  const Faults::DeltaExpiry expiry = tenant.faults.deltaExpiry();
  const bool by_fault = state.made_ms < expiry.before_ms;
  if (!by_fault && state.made_ms + kTokenLifeMs >= request.now_ms &&
      state.since <= tenant.directory.lastChange() &&
      (state.full || state.since >= tenant.directory.deltasFrom())) {
    return std::nullopt;
  }
  const GraphError error{by_fault && expiry.reset ? 410 : 400,
                         "syncStateNotFound",
                         "The sync state generation is not found. The delta token is expired and "
                         "data must be synchronized again.",
                         {},
                         {}};
  GraphAnswer answer = answerError(error, request);
  if (error.status == 410) {
    answer.headers.emplace_back(
        "Location",
        request.base_url + "/" + std::string(collectionName(kind)) + "/delta?$deltatoken=");
  }
  return answer;
}

std::variant<DeltaState, GraphError> firstState(const Tenant& tenant, const GraphRequest& request) {
  for (const char* option : {"$orderby", "$expand", "$search"}) {
    if (request.query.has(option))
      return unsupportedQuery(std::string(option) + " is not supported.");
  }
  DeltaState state;
  state.begun_at = tenant.directory.lastChange();
  state.made_ms = request.now_ms;
  state.select = std::string(request.query.find("$select").value_or(""));
  if (const auto filter = request.query.find("$filter")) {
    auto ids = readIds(*filter);
    if (auto* bad = std::get_if<GraphError>(&ids)) return *bad;
    state.ids = std::get<std::string>(ids);
  }
  return state;
}

}  // namespace

GraphAnswer answerDelta(Tenant& tenant, const GraphRequest& request, Kind kind) {
  if (request.method != "GET") return answerError(methodNotAllowed(request.method), request);
  const auto delta_token = request.query.find("$deltatoken");
  const auto skip_token = request.query.find("$skiptoken");
  auto first = firstState(tenant, request);
  if (auto* bad = std::get_if<GraphError>(&first)) return answerError(*bad, request);
  DeltaState state = std::get<DeltaState>(first);
  const bool latest = delta_token && equalsIgnoreCaseAscii(*delta_token, "latest");
  const std::string_view token = skip_token ? *skip_token : delta_token.value_or("");
  if (latest) {
    state.position = tenant.directory.lastNumber();
  } else if (!token.empty()) {
    const auto stored = read(token);
    if (!stored) {
      return answerError({400, "Directory_ExpiredPageToken", "Badly formed token.", {}, {}},
                         request);
    }
    if (auto refused = refuseExpired(tenant, request, *stored, kind)) return *refused;
    state = *stored;
    if (delta_token) state.begun_at = tenant.directory.lastChange();
  }
  auto wanted = readView(state.select, kind);
  if (auto* bad = std::get_if<GraphError>(&wanted)) return answerError(*bad, request);
  return DeltaPage(tenant, request, kind, std::move(state), std::get<DeltaView>(wanted)).answer();
}

}  // namespace tandem::tenant
