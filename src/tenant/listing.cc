// SPDX-License-Identifier: Apache-2.0
#include "tenant/listing.h"

#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "base/text.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kMaxTop = 999;
constexpr std::size_t kMaxExpanded = 20;  // Graph shows no more of an expanded collection

std::variant<PropertySet, GraphError> readNames(std::string_view names, Kind kind) {
  PropertySet properties;
  for (const auto& name : split(names, ',')) {
    const std::string_view trimmed = trimAscii(name);
    if (trimmed.empty()) continue;
    const auto property = findProperty(kind, trimmed);
    if (!property) return unknownProperty(kind, trimmed);
    properties.set(static_cast<std::size_t>(*property));
  }
  return properties;
}

// The parts of $expand at its top level: "manager($select=id,displayName),memberOf".
std::vector<std::string> splitExpand(std::string_view text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::variant<std::vector<Expansion>, GraphError> readExpand(std::string_view text, Kind kind) {
  static constexpr std::string_view kKnown[] = {
      "manager", "directreports", "memberof", "members", "owners"};
  std::vector<Expansion> expansions;
  for (const auto& part : splitExpand(text)) {
    const std::string_view trimmed = trimAscii(part);
    Expansion expansion{toLowerAscii(trimmed.substr(0, trimmed.find('('))), std::nullopt};
    if (std::find(std::begin(kKnown), std::end(kKnown), expansion.name) == std::end(kKnown)) {
      return unknownProperty(kind, expansion.name);
    }
    const std::size_t select = toLowerAscii(trimmed).find("select=");
    if (select != std::string::npos) {
      std::string_view names = trimmed.substr(select + 7);
      names = names.substr(0, names.find_first_of(");"));
      auto read = readNames(names, Kind::kUser);
      if (auto* bad = std::get_if<GraphError>(&read)) return *bad;
      expansion.properties = std::get<PropertySet>(read);
    }
    expansions.push_back(std::move(expansion));
  }
  return expansions;
}

Refusal readTop(const GraphRequest& request, ListOptions& options) {
  const auto top = request.query.find("$top");
  if (!top) return std::nullopt;
  const auto number = parseInteger(*top);
  if (!number || *number < 1 || *number > static_cast<std::int64_t>(kMaxTop)) {
    return badRequest("Invalid page size specified: '" + std::string(*top) +
                      "'. Must be between 1 and 999 inclusive.");
  }
  options.top = static_cast<std::size_t>(*number);
  return std::nullopt;
}

Refusal readFilter(const GraphRequest& request, Kind kind, ListOptions& options) {
  const auto text = request.query.find("$filter");
  if (!text) return std::nullopt;
  auto parsed = parseFilter(*text);
  if (!parsed.ok()) return badRequest(parsed.error().message());
  auto compiled = ObjectFilter::compile(kind, parsed.value(), request.eventual && options.count);
  if (auto* bad = std::get_if<GraphError>(&compiled)) return *bad;
  options.filter = std::get<ObjectFilter>(compiled);
  return std::nullopt;
}

Refusal readOrder(const GraphRequest& request, Kind kind, ListOptions& options) {
  const auto order = request.query.find("$orderby");
  if (!order) return std::nullopt;
  const auto words = split(trimAscii(*order), ' ');
  const auto property = findProperty(kind, words.front());
  if (!property) return unknownProperty(kind, words.front());
  if (rowOf(*property).type != PropertyType::kString) return unsupportedQuery();
  if (options.filter && !(request.eventual && options.count)) {
    return unsupportedQuery("Sorting not supported for current query.");
  }
  options.order_by = property;
  options.descending = words.size() > 1 && equalsIgnoreCaseAscii(words.back(), "desc");
  return std::nullopt;
}

Refusal readSearch(const GraphRequest& request, ListOptions& options) {
  const auto search = request.query.find("$search");
  if (!search) return std::nullopt;
  if (!request.eventual) {
    return unsupportedQuery(
        "Request with $search query parameter only works through MSGraph with a special request "
        "header: 'ConsistencyLevel: eventual'");
  }
  // "displayName:anna" "mail:x": the property is not looked at, all names are searched.
  std::string text = std::string(*search);
  std::erase(text, '"');
  const std::size_t colon = text.find(':');
  options.search =
      split(trimAscii(colon == std::string::npos ? text : text.substr(colon + 1)), ' ');
  for (auto& word : options.search)
    word = foldCase(word);
  return std::nullopt;
}

bool matchesSearch(const Object& object, const std::vector<std::string>& words) {
  for (const auto& word : words) {
    bool found = false;
    for (const Property property : {Property::kDisplayName,
                                    Property::kUserPrincipalName,
                                    Property::kMail,
                                    Property::kMailNickname,
                                    Property::kDescription}) {
      found = found || foldCase(object.text(property)).find(word) != std::string::npos;
    }
    if (!found) return false;
  }
  return true;
}

bool isWanted(const ListOptions& options, const Object& object) {
  return (!options.filter || options.filter->matches(object)) &&
         (options.search.empty() || matchesSearch(object, options.search));
}

void writeRelated(JsonWriter& json,
                  const Tenant& tenant,
                  const Expansion& expansion,
                  const Object& object) {
  View view{expansion.properties ? *expansion.properties : defaultProperties(object.kind), true};
  view.properties.set(static_cast<std::size_t>(Property::kId));
  writeObject(json, tenant.settings, object, view);
}

// The sorted page of a collection: keys are positions in the sorted whole.
std::vector<const Object*> sortedMatches(const ListOptions& options,
                                         const CandidateSource& source) {
  std::vector<std::pair<std::string, const Object*>> found;
  std::uint64_t key = 0;
  while (const Object* object = source(key)) {
    if (isWanted(options, *object)) {
      found.emplace_back(foldCase(shownText(*object, *options.order_by).value_or("")), object);
    }
  }
  std::stable_sort(found.begin(), found.end(), [&](const auto& a, const auto& b) {
    return options.descending ? b.first < a.first : a.first < b.first;
  });
  std::vector<const Object*> objects;
  objects.reserve(found.size());
  for (const auto& [text, object] : found)
    objects.push_back(object);
  return objects;
}

CandidateSource fromVector(std::vector<const Object*> objects) {
  auto shared = std::make_shared<std::vector<const Object*>>(std::move(objects));
  return [shared](std::uint64_t& key) -> const Object* {
    if (key >= shared->size()) return nullptr;
    return (*shared)[key++];
  };
}

std::string nextLink(const GraphRequest& request, std::uint64_t key) {
  std::string link = request.base_url;
  for (const auto& segment : request.segments)
    link += "/" + percentEncode(segment);
  const std::string others = request.query.without("$skiptoken");
  return link + "?" + others + (others.empty() ? "" : "&") +
         "$skiptoken=" + encodeToken("P" + std::to_string(key));
}

}  // namespace

std::string encodeToken(std::string_view text) {
  return toBase64Url(text);
}

std::string decodeToken(std::string_view token) {
  return fromBase64Url(token).value_or("");
}

std::variant<View, GraphError> readSelect(const GraphRequest& request, Kind kind) {
  View view{defaultProperties(kind), false};
  const auto select = request.query.find("$select");
  if (!select || select->empty()) return view;
  auto names = readNames(*select, kind);
  if (auto* bad = std::get_if<GraphError>(&names)) return *bad;
  view.properties = std::get<PropertySet>(names);
  return view;
}

std::variant<ListOptions, GraphError> readListOptions(const GraphRequest& request, Kind kind) {
  ListOptions options;
  auto view = readSelect(request, kind);
  if (auto* bad = std::get_if<GraphError>(&view)) return *bad;
  options.view = std::get<View>(view);
  const auto count = request.query.find("$count");
  options.count = request.eventual && count && equalsIgnoreCaseAscii(*count, "true");
  if (auto bad = readTop(request, options)) return *bad;
  if (auto bad = readFilter(request, kind, options)) return *bad;
  if (auto bad = readOrder(request, kind, options)) return *bad;
  if (auto bad = readSearch(request, options)) return *bad;
  if (const auto expand = request.query.find("$expand")) {
    auto read = readExpand(*expand, kind);
    if (auto* bad = std::get_if<GraphError>(&read)) return *bad;
    options.expansions = std::get<std::vector<Expansion>>(read);
  }
  if (const auto token = request.query.find("$skiptoken")) {
    options.skip_token = decodeToken(*token);
    if (!options.skip_token.starts_with('P') ||
        !parseInteger(std::string_view(options.skip_token).substr(1))) {
      return GraphError{
          400, "Directory_ExpiredPageToken", "The specified page token is expired.", {}, {}};
    }
  }
  return options;
}

std::size_t countMatches(const ListOptions& options, const CandidateSource& source) {
  std::size_t count = 0;
  std::uint64_t key = 0;
  while (const Object* object = source(key))
    count += isWanted(options, *object) ? 1U : 0U;
  return count;
}

CandidateSource allObjects(const Tenant& tenant,
                           Kind kind,
                           ObjectState state,
                           const ListOptions& options,
                           std::int64_t now_ms) {
  const Directory& directory = tenant.directory;
  const auto shown = [=](const Object& object) {
    return object.kind == kind && object.state == state && object.visible_at <= now_ms;
  };
  if (options.filter) {
    if (auto found = options.filter->candidates(directory)) {
      auto shared = std::make_shared<std::vector<const Object*>>(std::move(*found));
      return [=](std::uint64_t& key) -> const Object* {
        for (const Object* object : *shared) {
          if (object->number <= key || !shown(*object)) continue;
          key = object->number;
          return object;
        }
        return nullptr;
      };
    }
  }
  return [=, &directory](std::uint64_t& key) -> const Object* {
    while (key < directory.lastNumber()) {
      const Object& object = directory.at(static_cast<ObjectNumber>(++key));
      if (shown(object)) return &object;
    }
    return nullptr;
  };
}

CandidateSource theseObjects(const Tenant& tenant, std::vector<ObjectNumber> numbers) {
  std::vector<const Object*> objects;
  for (const ObjectNumber number : numbers) {
    const Object& object = tenant.directory.at(number);
    if (object.isActive()) objects.push_back(&object);
  }
  return fromVector(std::move(objects));
}

void writeExpansions(JsonWriter& json,
                     const Tenant& tenant,
                     const Object& object,
                     const std::vector<Expansion>& expansions) {
  const Directory& directory = tenant.directory;
  for (const Expansion& expansion : expansions) {
    if (expansion.name == "manager") {
      if (object.manager == 0 || !directory.at(object.manager).isActive()) continue;
      json.key("manager");
      writeRelated(json, tenant, expansion, directory.at(object.manager));
      continue;
    }
    std::vector<ObjectNumber> numbers;
    if (expansion.name == "members") {
      for (const auto* entry = object.members.after(0);
           entry != object.members.end() && numbers.size() < kMaxExpanded;
           ++entry) {
        if (entry->member != 0) numbers.push_back(entry->member);
      }
    } else {
      numbers = expansion.name == "owners"     ? object.owners
                : expansion.name == "memberof" ? object.member_of
                                               : object.direct_reports;
    }
    std::string_view shown = expansion.name;
    if (shown == "memberof") shown = "memberOf";
    if (shown == "directreports") shown = "directReports";
    json.key(shown).beginArray();
    std::size_t written = 0;
    for (const ObjectNumber number : numbers) {
      if (!directory.at(number).isActive() || written++ == kMaxExpanded) continue;
      writeRelated(json, tenant, expansion, directory.at(number));
    }
    json.endArray();
  }
}

GraphAnswer answerPage(const Tenant& tenant,
                       const GraphRequest& request,
                       const ListOptions& options,
                       const std::string& context,
                       const CandidateSource& source) {
  CandidateSource candidates = source;
  ListOptions wanted = options;
  if (options.order_by) {
    candidates = fromVector(sortedMatches(options, source));
    wanted.filter.reset();
    wanted.search.clear();
  }
  std::uint64_t key = 0;
  if (!options.skip_token.empty()) {
    key = static_cast<std::uint64_t>(
        parseInteger(std::string_view(options.skip_token).substr(1)).value_or(0));
  }
  std::string body;
  JsonWriter json(body);
  json.beginObject();
  if (!request.bare) {
    json.key("@odata.context").string(request.base_url + "/$metadata#" + context);
  }
  if (options.count && options.skip_token.empty()) {
    json.key("@odata.count").integer(static_cast<std::int64_t>(countMatches(options, source)));
  }
  // The next link comes first, so that the page can be written in one go.
  std::string items;
  JsonWriter list(items);
  list.beginArray();
  std::size_t written = 0;
  bool more = false;
  std::uint64_t last = key;
  while (const Object* object = candidates(key)) {
    if (!isWanted(wanted, *object)) continue;
    if (written == options.top) {
      more = true;
      break;
    }
    list.beginObject();
    writeProperties(list, tenant.settings, *object, options.view);
    writeExpansions(list, tenant, *object, options.expansions);
    list.endObject();
    ++written;
    last = key;
  }
  list.endArray();
  if (more) json.key("@odata.nextLink").string(nextLink(request, last));
  json.key("value").raw(items);
  json.endObject();
  return answerJson(std::move(body));
}

}  // namespace tandem::tenant
