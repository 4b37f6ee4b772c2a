// SPDX-License-Identifier: Apache-2.0
#include "service/alert_ticker.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/log.h"
#include "platform/files.h"

namespace tandem::service {
namespace {

constexpr std::size_t kBookMax = 8 * 1024 * 1024;

std::string bookPath(const home::Home& home) {
  return home.stateFolder() + "/alerts.json";
}

bool isAmong(const std::vector<Alert>& alerts, const Alert& alert) {
  return std::any_of(alerts.begin(), alerts.end(), [&](const Alert& one) {
    return one.finding.id() == alert.finding.id();
  });
}

// So that the journal has them too, whoever else is told.
void logChanges(const std::vector<Alert>& before, const std::vector<Alert>& after) {
  for (const Alert& alert : after) {
    if (!isAmong(before, alert)) {
      logWarning(fmt::format("alert {}: {}", alert.finding.id(), alert.finding.text));
    }
  }
  for (const Alert& alert : before) {
    if (!isAmong(after, alert)) logInfo(fmt::format("alert {} is over", alert.finding.id()));
  }
}

}  // namespace

AlertBook readAlertBook(const home::Home& home) {
  const Result<std::string> text = platform::readFile(bookPath(home), kBookMax);
  if (!text.ok()) return {};
  Result<AlertBook> book = AlertBook::fromJson(text.value());
  return book.ok() ? std::move(book).value() : AlertBook();
}

Result<void> writeAlertBook(const home::Home& home, const AlertBook& book) {
  TRY(platform::makeFolder(home.stateFolder(), 0700));
  return platform::writeFileDurably(bookPath(home), book.toJson(), 0600);
}

std::int64_t AlertTicker::now() const {
  return std::chrono::duration_cast<std::chrono::seconds>(clock_->wallNow().time_since_epoch())
      .count();
}

void AlertTicker::onTick() {
  AlertBook book = readAlertBook(home_);
  const std::vector<Alert> before = book.alerts();
  const std::string was = book.toJson();
  book.update(world_.find(), world_.ways(), now());
  logChanges(before, book.alerts());
  if (book.toJson() != was) {
    const Result<void> written = writeAlertBook(home_, book);
    if (!written.ok()) return logError("alerts are not sent: " + written.error().message());
  }
  deliver(book);
}

// Each answer is written down before the next message goes: a service that is killed here tells at
// most one thing twice.
void AlertTicker::deliver(AlertBook& book) {
  for (const AlertMessage& message : book.due(now())) {
    const Result<void> sent = world_.send(message);
    if (sent.ok()) {
      book.delivered(message);
      said_.clear();
    } else {
      const bool given_up = book.failed(message, now());
      std::string what = fmt::format("an alert was not sent by {}{}: {}",
                                     message.way,
                                     given_up ? ", and is given up" : "",
                                     sent.error().message());
      if (what != said_) logWarning(what);
      said_ = std::move(what);
    }
    const Result<void> written = writeAlertBook(home_, book);
    if (!written.ok()) return logError("alerts are not sent: " + written.error().message());
  }
}

}  // namespace tandem::service
