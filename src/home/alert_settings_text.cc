// SPDX-License-Identifier: Apache-2.0
#include "home/alert_settings_text.h"

#include <algorithm>

#include "expression/suggestion.h"

namespace tandem::home {
namespace {

// service/alert.h has the same; a test compares.
constexpr std::array<std::string_view, 8> kKinds{"run-error",
                                                 "guard-stopped",
                                                 "clock",
                                                 "certificate-expiry",
                                                 "staging-too-long",
                                                 "pair-drift",
                                                 "change-to-cloud-slow",
                                                 "canary-failed"};
constexpr std::int64_t kDaysMax = 3650;
constexpr std::int64_t kMinutesMax = 60 * 24 * 30;
constexpr std::int64_t kCanaryMinutesMin = 5;

void readMail(TomlReader& reader, const toml::table& from, MailSettings& mail) {
  reader.text(from, "server", mail.server);
  reader.text(from, "from", mail.from);
  reader.texts(from, "to", mail.to);
  reader.text(from, "user", mail.user);
  reader.secretName(from, "password_secret", mail.password_secret);
  reader.text(from, "ca_file", mail.ca_file);
  if (!mail.server.starts_with("smtp://") && !mail.server.starts_with("smtps://")) {
    reader.fail(
        TomlReader::placeOf(from, "server"),
        "\"server\" of [alerts.mail] should be smtp://HOST:PORT, which must offer STARTTLS, or "
        "smtps://HOST:PORT");
  }
  if (mail.from.empty() || mail.to.empty()) {
    reader.fail(from.source().begin,
                "[alerts.mail] needs \"from\", an address, and \"to\", a list of addresses");
  }
  std::vector<std::string> addresses = mail.to;
  addresses.push_back(mail.from);
  for (const std::string& address : addresses) {
    const bool fits = address.find('@') != std::string::npos &&
                      address.find_first_of(" <>\r\n,") == std::string::npos;
    if (!fits && !address.empty()) {
      reader.fail(from.source().begin,
                  fmt::format("\"{}\" is no plain mail address like ada@example.com", address));
    }
  }
  reader.needsBeside(from, "user", "password_secret");
  reader.needsBeside(from, "password_secret", "user");
  reader.refuseOthers(
      from, "alerts.mail", {"server", "from", "to", "user", "password_secret", "ca_file"});
}

void readWebhook(TomlReader& reader, const toml::table& from, WebhookSettings& webhook) {
  reader.text(from, "url", webhook.url);
  reader.secretName(from, "key_secret", webhook.key_secret);
  reader.text(from, "ca_file", webhook.ca_file);
  if (!webhook.url.starts_with("https://")) {
    reader.fail(TomlReader::placeOf(from, "url"),
                "\"url\" of [alerts.webhook] should be https://…");
  }
  reader.refuseOthers(from, "alerts.webhook", {"url", "key_secret", "ca_file"});
}

void addText(std::string& text, std::string_view key, const std::string& value) {
  if (!value.empty()) text += fmt::format("{} = {}\n", key, quoted(value));
}

}  // namespace

void readAlerts(TomlReader& reader, const toml::table& from, AlertSettings& alerts) {
  reader.texts(from, "ignore", alerts.ignore);
  for (const std::string& kind : alerts.ignore) {
    if (std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end()) continue;
    const std::vector<std::string_view> known(kKinds.begin(), kKinds.end());
    reader.fail(TomlReader::placeOf(from, "ignore"),
                fmt::format("there are no alerts of the kind \"{}\"{}",
                            kind,
                            expression::didYouMean(expression::closest(kind, known))));
  }
  reader.number(from, "staging_days", alerts.staging_days, 1, kDaysMax);
  reader.number(from, "certificate_days", alerts.certificate_days, 1, kDaysMax);
  reader.number(from, "slow_minutes", alerts.slow_minutes, 1, kMinutesMax);
  reader.table(from, "mail", [&](const toml::table& mail) { readMail(reader, mail, alerts.mail); });
  reader.table(from, "webhook", [&](const toml::table& webhook) {
    readWebhook(reader, webhook, alerts.webhook);
  });
  reader.refuseOthers(
      from,
      "alerts",
      {"ignore", "staging_days", "certificate_days", "slow_minutes", "mail", "webhook"});
}

void readCanary(TomlReader& reader, const toml::table& from, CanarySchedule& canary) {
  reader.number(from, "interval_minutes", canary.interval_minutes, kCanaryMinutesMin, kMinutesMax);
  reader.texts(from, "arguments", canary.arguments);
  if (from.get("interval_minutes") == nullptr) {
    reader.fail(from.source().begin, "\"interval_minutes\" is missing in [canary]");
  }
  for (const char* option : {"--keep", "--json", "--home"}) {
    if (std::find(canary.arguments.begin(), canary.arguments.end(), option) ==
        canary.arguments.end())
      continue;
    reader.fail(
        TomlReader::placeOf(from, "arguments"),
        fmt::format("{} cannot be among the arguments of a canary that runs by itself", option));
  }
  reader.refuseOthers(from, "canary", {"interval_minutes", "arguments"});
}

std::string alertsText(const AlertSettings& alerts) {
  const AlertSettings usual;
  std::string text;
  if (!alerts.ignore.empty()) text += fmt::format("ignore = {}\n", quoted(alerts.ignore));
  if (alerts.staging_days != usual.staging_days)
    text += fmt::format("staging_days = {}\n", alerts.staging_days);
  if (alerts.certificate_days != usual.certificate_days)
    text += fmt::format("certificate_days = {}\n", alerts.certificate_days);
  if (alerts.slow_minutes != usual.slow_minutes)
    text += fmt::format("slow_minutes = {}\n", alerts.slow_minutes);
  if (alerts.mail.isSet()) {
    text += "\n[alerts.mail]\n";
    addText(text, "server", alerts.mail.server);
    addText(text, "from", alerts.mail.from);
    text += fmt::format("to = {}\n", quoted(alerts.mail.to));
    addText(text, "user", alerts.mail.user);
    addText(text, "password_secret", alerts.mail.password_secret);
    addText(text, "ca_file", alerts.mail.ca_file);
  }
  if (alerts.webhook.isSet()) {
    text += "\n[alerts.webhook]\n";
    addText(text, "url", alerts.webhook.url);
    addText(text, "key_secret", alerts.webhook.key_secret);
    addText(text, "ca_file", alerts.webhook.ca_file);
  }
  return text.empty()
             ? text
             : "\n# When to tell people that something is wrong, and how.\n[alerts]\n" + text;
}

std::string canaryText(const CanarySchedule& canary) {
  if (!canary.isSet()) return {};
  std::string text = fmt::format(
      "\n# How often a test user proves that changes arrive.\n[canary]\ninterval_minutes = {}\n",
      canary.interval_minutes);
  if (!canary.arguments.empty()) text += fmt::format("arguments = {}\n", quoted(canary.arguments));
  return text;
}

}  // namespace tandem::home
