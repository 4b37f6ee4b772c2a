// SPDX-License-Identifier: Apache-2.0
#include "service/alert_book.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace tandem::service {
namespace {

using Json = nlohmann::ordered_json;

struct KindWord {
  AlertKind kind;
  std::string_view word;
  std::string_view severity;
};
constexpr std::array kWords{
    KindWord{AlertKind::kRunError, "run-error", "error"},
    KindWord{AlertKind::kGuardStopped, "guard-stopped", "error"},
    KindWord{AlertKind::kClock, "clock", "error"},
    KindWord{AlertKind::kCertificateExpiry, "certificate-expiry", "warning"},
    KindWord{AlertKind::kStagingTooLong, "staging-too-long", "warning"},
    KindWord{AlertKind::kPairDrift, "pair-drift", "warning"},
    KindWord{AlertKind::kChangeToCloudSlow, "change-to-cloud-slow", "warning"},
    KindWord{AlertKind::kCanaryFailed, "canary-failed", "error"}};
static_assert(kWords.size() == kAlertKinds.size());

constexpr std::array kEvents{AlertEvent::kBegan, AlertEvent::kEnded, AlertEvent::kTest};

bool isIn(const std::vector<AlertFinding>& findings, const std::string& id) {
  return std::any_of(
      findings.begin(), findings.end(), [&](const AlertFinding& one) { return one.id() == id; });
}

Json findingJson(const AlertFinding& finding) {
  return {{"kind", toString(finding.kind)},
          {"subject", finding.subject},
          {"text", finding.text},
          {"next", finding.next}};
}

AlertFinding findingFrom(const Json& json) {
  AlertFinding finding;
  finding.kind = alertKindFrom(json.value("kind", "")).value_or(AlertKind::kRunError);
  finding.subject = json.value("subject", "");
  finding.text = json.value("text", "");
  finding.next = json.value("next", "");
  return finding;
}

AlertMessage messageFrom(const Json& json) {
  AlertMessage message;
  for (const AlertEvent event : kEvents) {
    if (toString(event) == json.value("event", "")) message.event = event;
  }
  message.way = json.value("way", "");
  message.finding = findingFrom(json);
  message.since = json.value("since", std::int64_t{0});
  message.at = json.value("at", std::int64_t{0});
  message.tries = json.value("tries", 0);
  message.next_try_at = json.value("nextTryAt", std::int64_t{0});
  return message;
}

}  // namespace

std::string_view toString(AlertKind kind) {
  for (const KindWord& word : kWords) {
    if (word.kind == kind) return word.word;
  }
  return {};
}

std::optional<AlertKind> alertKindFrom(std::string_view text) {
  for (const KindWord& word : kWords) {
    if (word.word == text) return word.kind;
  }
  return std::nullopt;
}

std::string_view severityOf(AlertKind kind) {
  for (const KindWord& word : kWords) {
    if (word.kind == kind) return word.severity;
  }
  return {};
}

std::string AlertFinding::id() const {
  std::string id(toString(kind));
  return subject.empty() ? id : id + ":" + subject;
}

std::string_view toString(AlertEvent event) {
  switch (event) {
    case AlertEvent::kBegan:
      return "began";
    case AlertEvent::kEnded:
      return "ended";
    case AlertEvent::kTest:
      return "test";
  }
  return {};
}

void AlertBook::update(const std::vector<AlertFinding>& wrong,
                       const std::vector<std::string>& ways,
                       std::int64_t now) {
  std::vector<Alert> over;
  for (const Alert& alert : alerts_) {
    if (!isIn(wrong, alert.finding.id())) over.push_back(alert);
  }
  std::erase_if(alerts_, [&](const Alert& alert) { return !isIn(wrong, alert.finding.id()); });
  for (const Alert& alert : over)
    end(alert, now);
  for (const AlertFinding& finding : wrong) {
    const auto known = std::find_if(alerts_.begin(), alerts_.end(), [&](const Alert& alert) {
      return alert.finding.id() == finding.id();
    });
    if (known != alerts_.end()) {
      known->finding = finding;  // its numbers may have moved
    } else if (alerts_.size() < kAlertsMax) {
      begin(finding, ways, now);
    }
  }
}

void AlertBook::begin(const AlertFinding& finding,
                      const std::vector<std::string>& ways,
                      std::int64_t now) {
  alerts_.push_back({finding, now, {}});
  for (const std::string& way : ways) {
    if (messages_.size() < kMessagesMax)
      messages_.push_back({AlertEvent::kBegan, way, finding, now, now, 0, now});
  }
}

// Who was never told that it began need not hear that it is over.
void AlertBook::end(const Alert& alert, std::int64_t now) {
  std::erase_if(messages_, [&](const AlertMessage& message) {
    return message.event == AlertEvent::kBegan && message.finding.id() == alert.finding.id();
  });
  for (const std::string& way : alert.sent_to) {
    if (messages_.size() < kMessagesMax)
      messages_.push_back({AlertEvent::kEnded, way, alert.finding, alert.since, now, 0, now});
  }
}

std::vector<AlertMessage> AlertBook::due(std::int64_t now) const {
  std::vector<AlertMessage> due;
  for (const AlertMessage& message : messages_) {
    // A clock that was set back must not hold a message for as long.
    if (message.next_try_at <= now || message.next_try_at > now + kRetrySecondsMax)
      due.push_back(message);
  }
  return due;
}

std::vector<AlertMessage>::iterator AlertBook::find(const AlertMessage& message) {
  return std::find_if(messages_.begin(), messages_.end(), [&](const AlertMessage& one) {
    return one.event == message.event && one.way == message.way && one.at == message.at &&
           one.finding.id() == message.finding.id();
  });
}

void AlertBook::delivered(const AlertMessage& message) {
  const auto found = find(message);
  if (found == messages_.end()) return;
  messages_.erase(found);
  if (message.event != AlertEvent::kBegan) return;
  for (Alert& alert : alerts_) {
    if (alert.finding.id() == message.finding.id()) alert.sent_to.push_back(message.way);
  }
}

bool AlertBook::failed(const AlertMessage& message, std::int64_t now) {
  const auto found = find(message);
  if (found == messages_.end()) return false;
  if (now - found->at >= kGiveUpSeconds) {
    messages_.erase(found);
    return true;
  }
  const std::int64_t doubled = kFirstRetrySeconds << std::min(found->tries, 10);
  ++found->tries;
  found->next_try_at = now + std::min(doubled, kRetrySecondsMax);
  return false;
}

std::string AlertBook::toJson() const {
  Json alerts = Json::array();
  for (const Alert& alert : alerts_) {
    Json json = findingJson(alert.finding);
    json["since"] = alert.since;
    json["sentTo"] = alert.sent_to;
    alerts.push_back(std::move(json));
  }
  Json messages = Json::array();
  for (const AlertMessage& message : messages_) {
    Json json = findingJson(message.finding);
    json["event"] = toString(message.event);
    json["way"] = message.way;
    json["since"] = message.since;
    json["at"] = message.at;
    json["tries"] = message.tries;
    json["nextTryAt"] = message.next_try_at;
    messages.push_back(std::move(json));
  }
  return Json{{"alerts", alerts}, {"messages", messages}}.dump(
             2, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

Result<AlertBook> AlertBook::fromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const Error damaged(ErrorCode::kCorruption, "the list of alerts cannot be read");
  if (!json.is_object()) return damaged;
  AlertBook book;
  try {
    for (const Json& one : json.value("alerts", Json::array())) {
      book.alerts_.push_back({findingFrom(one),
                              one.value("since", std::int64_t{0}),
                              one.value("sentTo", std::vector<std::string>{})});
    }
    for (const Json& one : json.value("messages", Json::array()))
      book.messages_.push_back(messageFrom(one));
  } catch (const Json::exception&) {
    return damaged;
  }
  return book;
}

}  // namespace tandem::service
