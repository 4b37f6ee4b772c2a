// SPDX-License-Identifier: Apache-2.0
#include "web/work.h"

#include <filesystem>
#include <ostream>
#include <streambuf>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "platform/files.h"
#include "platform/signing.h"
#include "web/answer.h"
#include "web/operation_title.h"
#include "web/site.h"

namespace tandem::web {
namespace {

// What a command prints for a person, line by line.
class NoteBuffer final : public std::streambuf {
 public:
  explicit NoteBuffer(OperationLog& log) : log_(&log) {}
  ~NoteBuffer() override {
    if (!line_.empty()) log_->note(line_);
  }

 protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    if (traits_type::to_char_type(c) != '\n') {
      line_ += traits_type::to_char_type(c);
      return c;
    }
    if (!line_.empty()) log_->note(line_);
    line_.clear();
    return c;
  }

 private:
  OperationLog* log_;
  std::string line_;
};

}  // namespace

CommandOutcome Listening::run(std::vector<std::string> arguments) const {
  NoteBuffer buffer(*log_);
  std::ostream notes(&buffer);
  cli::Session session = session_;
  session.cancel = log_->cancel();
  session.on_progress = [this](std::string_view what, std::int64_t done, std::int64_t total) {
    log_->progress(what, done, total);
  };
  return runCommand(std::move(session), std::move(arguments), &notes);
}

Result<platform::ServerResponse> startWork(const Call& call,
                                           std::vector<std::string> arguments,
                                           std::shared_ptr<void> kept,
                                           std::string act) {
  OperationPlan plan;
  plan.act = act.empty() ? std::string(call.route().command) : std::move(act);
  plan.title = operationTitle(plan.act, call);
  plan.started_by = call.principal ? call.principal->name : "nobody";
  plan.needs_home = call.route().needs_home;
  plan.work = [session = call.session(), arguments, kept](OperationLog& log) {
    return Listening(session, log).run(arguments);
  };
  Operations& operations = call.site().operations();
  const std::string id = TRY(operations.start(std::move(plan)));
  return jsonAnswer({{"operation", TRY(operations.find(id))}}, 202);
}

Result<std::shared_ptr<ScratchPaper>> ScratchPaper::write(const std::string& folder,
                                                          const std::string& content) {
  const std::string path = folder + "/from-console-" + toHex(platform::randomBytes(8));
  TRY(platform::writeFileDurably(path, content, 0600));
  return std::shared_ptr<ScratchPaper>(new ScratchPaper(path));
}

ScratchPaper::~ScratchPaper() {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace tandem::web
