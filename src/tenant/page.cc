// SPDX-License-Identifier: Apache-2.0
// The page for people, rendered here in one piece: no script, no other host, nothing cached.
#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "base/text.h"
#include "tenant/admin_api.h"
#include "tenant/page_style.h"

namespace tandem::tenant {
namespace {

constexpr std::size_t kRows = 50;

enum class Tab {
  kUsers,
  kGroups,
  kContacts,
  kDeleted
};

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view pageStyle() {
  return pageFiles().front().content;
}

// The first letters of the first and last word, whole UTF-8 characters.
std::string initials(std::string_view name) {
  const auto letter = [](std::string_view word) {
    std::size_t end = word.empty() ? 0 : 1;
    while (end < word.size() && (word[end] & 0xc0) == 0x80)
      ++end;
    return std::string(word.substr(0, end));
  };
  const auto words = split(trimAscii(name), ' ');
  std::string text = letter(words.front());
  if (words.size() > 1) text += letter(words.back());
  return text;
}

struct Shown {
  Tab tab = Tab::kUsers;
  std::string search;
  std::size_t page = 1;
};

Kind kindOf(Tab tab) {
  return tab == Tab::kGroups ? Kind::kGroup : tab == Tab::kContacts ? Kind::kContact : Kind::kUser;
}

ObjectState stateOf(Tab tab) {
  return tab == Tab::kDeleted ? ObjectState::kSoftDeleted : ObjectState::kActive;
}

std::string_view nameOf(Tab tab) {
  static constexpr std::string_view kNames[] = {"users", "groups", "contacts", "deleted"};
  return kNames[static_cast<std::size_t>(tab)];
}

Shown readShown(const Target& target) {
  Shown shown;
  const std::string_view tab = target.query.find("tab").value_or("users");
  for (const Tab one : {Tab::kUsers, Tab::kGroups, Tab::kContacts, Tab::kDeleted}) {
    if (nameOf(one) == tab) shown.tab = one;
  }
  shown.search = std::string(target.query.find("q").value_or(""));
  const auto page = parseInteger(target.query.find("page").value_or("1"));
  shown.page = page && *page >= 1 ? static_cast<std::size_t>(*page) : 1;
  return shown;
}

std::string linkTo(const Shown& shown, std::size_t page) {
  return fmt::format(
      "/?tab={}&amp;q={}&amp;page={}", nameOf(shown.tab), percentEncode(shown.search), page);
}

bool isFound(const Object& object, const std::string& folded) {
  if (folded.empty()) return true;
  for (const Property property : {Property::kDisplayName,
                                  Property::kUserPrincipalName,
                                  Property::kMail,
                                  Property::kDepartment}) {
    if (foldCase(object.text(property)).find(folded) != std::string::npos) return true;
  }
  return false;
}

std::string syncText(const Object& object) {
  return object.isSynced() ? "<span class=\"sync\">Synced from on-premises</span>"
                           : "<span class=\"cloud\">In cloud</span>";
}

std::string userRow(const Object& user) {
  const std::string_view name = user.text(Property::kDisplayName);
  return fmt::format(
      "<tr><td><span class=\"face f{}\">{}</span><b>{}</b></td><td>{}</td><td>{}</td><td>{}</td>"
      "<td><span class=\"{}\">{}</span></td><td>{}</td></tr>\n",
      user.number % 6,
      escape(initials(name)),
      escape(name),
      escape(user.text(Property::kUserPrincipalName)),
      escape(user.text(Property::kDepartment)),
      escape(user.text(Property::kJobTitle)),
      user.flag(Property::kAccountEnabled) ? "on" : "off",
      user.flag(Property::kAccountEnabled) ? "Allowed" : "Blocked",
      syncText(user));
}

std::string groupType(const Object& group) {
  const auto& types = group.texts(Property::kGroupTypes);
  if (std::find(types.begin(), types.end(), "Unified") != types.end()) return "Microsoft 365";
  if (!group.flag(Property::kMailEnabled)) return "Security";
  return group.flag(Property::kSecurityEnabled) ? "Mail-enabled security" : "Distribution list";
}

std::string groupRow(const Object& group) {
  const std::string_view name = group.text(Property::kDisplayName);
  return fmt::format(
      "<tr><td><span class=\"face f{}\">{}</span><b>{}</b></td><td>{}</td><td>{}</td>"
      "<td class=\"n\">{}</td><td>{}</td></tr>\n",
      group.number % 6,
      escape(initials(name)),
      escape(name),
      escape(group.text(Property::kMail)),
      groupType(group),
      group.members.size(),
      syncText(group));
}

std::string contactRow(const Object& contact) {
  const std::string_view name = contact.text(Property::kDisplayName);
  return fmt::format(
      "<tr><td><span class=\"face f{}\">{}</span><b>{}</b></td><td>{}</td><td>{}</td><td>{}</td>"
      "</tr>\n",
      contact.number % 6,
      escape(initials(name)),
      escape(name),
      escape(contact.text(Property::kMail)),
      escape(contact.text(Property::kCompanyName)),
      syncText(contact));
}

std::string deletedRow(const Object& user) {
  const std::string_view name = user.text(Property::kDisplayName);
  return fmt::format(
      "<tr><td><span class=\"face f{}\">{}</span><b>{}</b></td><td>{}</td><td>{}</td></tr>\n",
      user.number % 6,
      escape(initials(name)),
      escape(name),
      escape(user.text(Property::kUserPrincipalName)),
      isoTime(user.deleted));
}

std::string rowOfTab(Tab tab, const Object& object) {
  switch (tab) {
    case Tab::kUsers:
      return userRow(object);
    case Tab::kGroups:
      return groupRow(object);
    case Tab::kContacts:
      return contactRow(object);
    case Tab::kDeleted:
      return deletedRow(object);
  }
  return {};
}

std::string_view columns(Tab tab) {
  switch (tab) {
    case Tab::kUsers:
      return "<th>Display name</th><th>Username</th><th>Department</th><th>Job title</th>"
             "<th>Sign-in</th><th>Source</th>";
    case Tab::kGroups:
      return "<th>Group name</th><th>Email</th><th>Type</th><th class=\"n\">Members</th>"
             "<th>Source</th>";
    case Tab::kContacts:
      return "<th>Display name</th><th>Email</th><th>Company</th><th>Source</th>";
    case Tab::kDeleted:
      return "<th>Display name</th><th>Username</th><th>Deleted</th>";
  }
  return {};
}

std::string tabs(const Tenant& tenant, const Shown& shown) {
  std::string html = "<nav>";
  for (const auto& [tab, title] : {std::pair{Tab::kUsers, "Active users"},
                                   std::pair{Tab::kGroups, "Groups"},
                                   std::pair{Tab::kContacts, "Contacts"},
                                   std::pair{Tab::kDeleted, "Deleted users"}}) {
    html += fmt::format("<a href=\"/?tab={}\"{}>{}<span class=\"count\">{}</span></a>",
                        nameOf(tab),
                        tab == shown.tab ? " class=\"here\" aria-current=\"page\"" : "",
                        title,
                        tenant.directory.count(kindOf(tab), stateOf(tab)));
  }
  return html + "</nav>";
}

struct Rows {
  std::string html;
  std::size_t found = 0;
};

Rows readRows(const Tenant& tenant, const Shown& shown) {
  Rows rows;
  const std::string folded = foldCase(shown.search);
  const std::size_t first = (shown.page - 1) * kRows;
  for (ObjectNumber number = 1; number <= tenant.directory.lastNumber(); ++number) {
    const Object& object = tenant.directory.at(number);
    if (object.kind != kindOf(shown.tab) || object.state != stateOf(shown.tab)) continue;
    if (!isFound(object, folded)) continue;
    if (rows.found >= first && rows.found < first + kRows) rows.html += rowOfTab(shown.tab, object);
    ++rows.found;
  }
  return rows;
}

std::string pager(const Shown& shown, std::size_t found) {
  const std::size_t pages = std::max<std::size_t>(1, (found + kRows - 1) / kRows);
  std::string html = fmt::format("<footer><span>{} found, page {} of {}</span><span>",
                                 found,
                                 std::min(shown.page, pages),
                                 pages);
  if (shown.page > 1)
    html += fmt::format("<a href=\"{}\">Previous</a>", linkTo(shown, shown.page - 1));
  if (shown.page < pages)
    html += fmt::format("<a href=\"{}\">Next</a>", linkTo(shown, shown.page + 1));
  return html + "</span></footer>";
}

}  // namespace

platform::ServerResponse answerPageForPeople(Tenant& tenant, const Target& target) {
  const Shown shown = readShown(target);
  const std::shared_lock lock(tenant.mutex);
  const Rows rows = readRows(tenant, shown);
  const std::string name = escape(tenant.settings.display_name);
  std::string html = fmt::format(
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<title>{} - {}</title><style>{}</style></head><body>"
      "<header><span class=\"waffle\" aria-hidden=\"true\"></span><h1>{} tenant</h1>"
      "<span class=\"domain\">{}</span></header><main>{}",
      nameOf(shown.tab),
      name,
      pageStyle(),
      name,
      escape(tenant.settings.defaultDomain()),
      tabs(tenant, shown));
  html += fmt::format(
      "<form method=\"get\" action=\"/\" role=\"search\"><input type=\"hidden\" name=\"tab\" "
      "value=\"{}\"><input type=\"search\" name=\"q\" value=\"{}\" placeholder=\"Search by name, "
      "username or department\" aria-label=\"Search\"><button>Search</button></form>",
      nameOf(shown.tab),
      escape(shown.search));
  if (rows.html.empty()) {
    html += "<p class=\"empty\">Nothing here.</p>";
  } else {
    html += fmt::format(
        "<div class=\"card\"><table><thead><tr>{}</tr></thead><tbody>\n{}</tbody>"
        "</table></div>",
        columns(shown.tab),
        rows.html);
  }
  html += pager(shown, rows.found) + "</main></body></html>\n";
  platform::ServerResponse response;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
                       "frame-ancestors 'none'; base-uri 'none'"},
                      {"X-Content-Type-Options", "nosniff"},
                      {"Referrer-Policy", "no-referrer"},
                      {"Cache-Control", "no-store"}};
  response.body = std::move(html);
  return response;
}

}  // namespace tandem::tenant
