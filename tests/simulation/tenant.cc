// SPDX-License-Identifier: Apache-2.0
#include "tenant.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace tandem::simulation {

using connectors::ExportOperation;

namespace {

// "t17" is younger than "t9".
std::int64_t versionOf(const std::string& title) {
  return title.empty() ? 0 : parseInteger(title.substr(1)).value_or(0);
}

std::string valueOf(const std::map<std::string, std::string>& values, const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? "" : found->second;
}

}  // namespace

std::string describe(const Write& write) {
  std::string text = write.operation == ExportOperation::kAdd      ? "add"
                     : write.operation == ExportOperation::kDelete ? "delete"
                                                                   : "update";
  text += fmt::format(" {}", write.anchor);
  for (const auto& [name, value] : write.values) {
    if (name == "title" || name == "sourceAnchor")
      text += fmt::format(" {}={}", name, value.value_or("-"));
  }
  for (const auto& [anchor, added] : write.members)
    text += fmt::format(" {}{}", added ? '+' : '-', anchor);
  return fmt::format("{} (epoch {})", text, write.epoch);
}

std::string withoutBraces(std::string_view alias) {
  std::string kept;
  for (const char c : alias) {
    if (c != '{' && c != '}') kept += c;
  }
  return kept;
}

void Tenant::checkSender(const std::string& server,
                         std::uint64_t epoch,
                         const pair::PairState& state) {
  if (state.role != pair::Role::kActive || state.epoch != epoch) {
    world_->violated(fmt::format("{} sends under epoch {}, but its store says {} and epoch {}",
                                 server,
                                 epoch,
                                 toString(state.role),
                                 state.epoch));
  }
  if (epoch == epoch_ && state.generation < generation_) {
    world_->violated(
        fmt::format("{} sends as generation {} after {}: it was restored and does not know",
                    server,
                    state.generation,
                    generation_));
  }
  if (epoch >= epoch_)
    generation_ = epoch == epoch_ ? std::max(generation_, state.generation) : state.generation;
}

void Tenant::sent(const Write& write) {
  if (write.epoch < epoch_ && !write.is_unaware) {
    world_->violated(fmt::format(
        "{} sends {} after a write of epoch {}", write.server, describe(write), epoch_));
  }
  epoch_ = std::max(epoch_, write.epoch);
}

Answer Tenant::arrive(const Write& write) {
  if (write.epoch < epoch_ && !write.is_unaware) {
    world_->violated(fmt::format(
        "{} of {} arrives after a write of epoch {}", describe(write), write.server, epoch_));
  }
  ++writes_;
  Answer answer = write.operation == ExportOperation::kAdd ? create(write) : change(write);
  world_->say(fmt::format("tenant: {} of {}: {}",
                          describe(write),
                          write.server,
                          answer.ok ? answer.anchor : answer.error));
  return answer;
}

// As Graph: what is made is unique by its source anchor, and is brought up to date if it is there.
Answer Tenant::create(const Write& write) {
  const std::string source = write.values.at("sourceAnchor").value_or("");
  if (Thing* there = place_.findBySource(source)) {
    Thing thing = *there;
    checkNewer(thing, write);
    apply(thing, write);
    return {true, thing.anchor, {}};
  }
  const auto deleted = deleted_by_.find(source);
  const bool is_undone = deleted != deleted_by_.end() && deleted->second != write.server &&
                         directory_->findBySource(source) == nullptr;
  if (is_undone && !write.is_unaware) {
    world_->violated(
        fmt::format("{} makes {} again, which {} deleted", write.server, source, deleted->second));
  }
  Thing thing;
  thing.type = write.type;
  thing.anchor = fmt::format("c{}", ++made_);
  thing.source = source;
  apply(thing, write);
  return {true, thing.anchor, {}};
}

Answer Tenant::change(const Write& write) {
  Thing* there = place_.find(write.anchor);
  if (write.operation == ExportOperation::kDelete) {
    if (there != nullptr) {
      deleted_by_[there->source] = write.server;
      place_.remove(write.anchor, world_->now);
    }
    return {true, write.anchor, {}};
  }
  if (there == nullptr) return {false, write.anchor, "no such object"};
  Thing thing = *there;
  checkNewer(thing, write);
  apply(thing, write);
  return {true, write.anchor, {}};
}

void Tenant::checkNewer(const Thing& thing, const Write& write) {
  const auto title = write.values.find("title");
  if (title == write.values.end() || write.is_unaware) return;
  const std::string now = valueOf(thing.values, "title");
  const bool is_older = versionOf(title->second.value_or("")) < versionOf(now);
  const std::string& writer = last_writer_[thing.source];
  if (is_older && writer != write.server) {
    world_->violated(fmt::format(
        "{} undoes {}'s newer write: {} has {}", write.server, writer, describe(write), now));
  }
}

void Tenant::apply(Thing& thing, const Write& write) {
  for (const auto& [name, value] : write.values) {
    if (value) {
      thing.values[name] = name == "alias" ? withoutBraces(*value) : *value;
    } else {
      thing.values.erase(name);
    }
  }
  for (const auto& [anchor, added] : write.members) {
    if (!added) {
      thing.members.erase(anchor);
    } else if (place_.find(anchor) != nullptr) {
      thing.members.insert(anchor);
    }
  }
  if (write.values.count("title") != 0) last_writer_[thing.source] = write.server;
  place_.put(thing, world_->now);
}

}  // namespace tandem::simulation
