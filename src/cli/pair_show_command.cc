// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "channel/caller.h"
#include "channel/invitation.h"
#include "channel/partner.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/options.h"
#include "cli/table.h"

namespace tandem::cli {
namespace {

constexpr std::chrono::milliseconds kTimeout{10'000};

class PairShowCommand : public Command {
 public:
  std::string_view summary() const override {
    return "Who this server is to the other, who the partner is, and whether it answers";
  }
  std::string_view examples() const override { return "  tandem pair show"; }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const channel::ChannelFiles files(home);
    platform::SystemClock clock;
    const channel::Identity identity = TRY(channel::ensureIdentity(home, clock));
    const std::optional<channel::Partner> partner = TRY(channel::readPartner(files));
    const std::optional<channel::Invitation> invitation = channel::readInvitation(files);
    const bool is_inviting = !partner && invitation && invitation->isOpen(session.now());
    std::optional<Result<channel::Hello>> hello;
    if (partner) hello = ask(home, clock);
    const std::int64_t now = session.now();
    if (session.json) {
      session.printJson(
          {{"serverId", identity.server_id},
           {"name", identity.name},
           {"fingerprint", identity.fingerprint},
           {"inviting", is_inviting},
           {"partner", partner ? toJson(*partner, *hello, now) : nlohmann::ordered_json(nullptr)}});
      return ExitCode::kDone;
    }
    session.print(
        renderList({{"This server", identity.name},
                    {"Server id", identity.server_id},
                    {"Certificate", channel::readableFingerprint(identity.fingerprint)}}));
    if (!partner) {
      session.print(is_inviting
                        ? "\nNot paired; a code is open until " + formatTime(invitation->expires_at)
                        : "\nNot paired. Next: tandem pair invite, here or on the other server");
      return ExitCode::kDone;
    }
    session.print("\n" + describe(*partner, *hello, now));
    return ExitCode::kDone;
  }

 private:
  static Result<channel::Hello> ask(const home::Home& home, platform::Clock& clock) {
    const auto caller = TRY(channel::Caller::toPartner(home, clock, kTimeout));
    return caller->hello();
  }

  static nlohmann::ordered_json toJson(const channel::Partner& partner,
                                       const Result<channel::Hello>& hello,
                                       std::int64_t now) {
    nlohmann::ordered_json json{{"serverId", partner.id},
                                {"name", partner.name},
                                {"url", partner.url},
                                {"fingerprint", partner.fingerprint},
                                {"pairedAt", formatTime(partner.paired_at)},
                                {"answers", hello.ok()}};
    if (hello.ok()) json["version"] = hello.value().version;
    if (hello.ok() && hello.value().standing) {
      const std::optional<std::int64_t> lag = lagOf(*hello.value().standing, now);
      json["role"] = hello.value().standing->role;
      json["lagSeconds"] = lag ? nlohmann::ordered_json(*lag) : nlohmann::ordered_json(nullptr);
    }
    if (!hello.ok()) json["problem"] = hello.error().message();
    return json;
  }

  static std::string describe(const channel::Partner& partner,
                              const Result<channel::Hello>& hello,
                              std::int64_t now) {
    std::vector<std::pair<std::string, std::string>> lines{
        {"Partner", partner.name},
        {"Server id", partner.id},
        {"Certificate", channel::readableFingerprint(partner.fingerprint)},
        {"Address", partner.url.empty() ? "none was told" : partner.url},
        {"Paired", formatTime(partner.paired_at)},
        {"Answers",
         hello.ok() ? "yes, Tandem " + hello.value().version : "no: " + hello.error().message()}};
    if (hello.ok() && hello.value().standing) {
      const std::optional<std::int64_t> lag = lagOf(*hello.value().standing, now);
      lines.emplace_back("Role", hello.value().standing->role);
      lines.emplace_back(
          "Behind by",
          lag ? formatDuration(static_cast<double>(*lag)) : "it has not read every directory yet");
    }
    return renderList(lines);
  }

  // How old what it knows may be; none: it has not read every directory yet.
  static std::optional<std::int64_t> lagOf(const channel::Standing& standing, std::int64_t now) {
    if (standing.read_until == 0) return std::nullopt;
    return std::max<std::int64_t>(0, now - standing.read_until);
  }
};

class PairRemoveCommand : public Command {
 public:
  std::string_view summary() const override { return "Forget the partner"; }
  std::string_view examples() const override { return "  tandem pair remove --yes"; }

  Result<ExitCode> run(Session& session) override {
    const home::Home home = TRY(session.openHome());
    const channel::ChannelFiles files(home);
    const Result<std::optional<channel::Partner>> partner = channel::readPartner(files);
    if (partner.ok() && !partner.value()) return channel::needPartner(files).error();
    // One that cannot be read can be removed all the same: that is the way out.
    const std::string name = partner.ok() ? partner.value()->name : "a partner that cannot be read";
    const bool sure = TRY(session.confirm(
        fmt::format("This server forgets {}, and answers it no more. Do the same there.", name)));
    if (!sure) return ExitCode::kFailed;
    platform::SystemClock clock;
    const platform::FileLock lock = TRY(channel::lockChannel(files, clock));
    channel::removeInvitation(files);
    const bool removed = TRY(channel::removePartner(files));
    if (session.json) {
      session.printJson({{"removed", removed}});
    } else {
      session.print(fmt::format("{} is no partner any more.", name));
    }
    return ExitCode::kDone;
  }
};

}  // namespace

std::unique_ptr<Command> makePairShowCommand() {
  return std::make_unique<PairShowCommand>();
}
std::unique_ptr<Command> makePairRemoveCommand() {
  return std::make_unique<PairRemoveCommand>();
}

}  // namespace tandem::cli
