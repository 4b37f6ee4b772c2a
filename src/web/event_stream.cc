// SPDX-License-Identifier: Apache-2.0
#include "web/event_stream.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"

namespace tandem::web {
namespace {

// A proxy in between closes what is silent for a minute; a comment keeps it open.
constexpr int kPiecesBetweenComments = 150;  // 15 s

class Stream {
 public:
  Stream(const Operations& operations, std::string id, std::int64_t after)
      : operations_(&operations), id_(std::move(id)), after_(after) {}

  std::optional<std::string> next() {
    if (is_done_) return std::nullopt;
    const Result<Operations::Events> news = operations_->events(id_, after_);
    if (!news.ok()) return std::nullopt;  // forgotten meanwhile
    is_done_ = news.value().done;
    std::string text;
    for (const OperationEvent& event : news.value().events) {
      text += fmt::format("id: {}\nevent: {}\ndata: {}\n\n", event.number, event.kind, event.data);
      after_ = event.number;
    }
    silent_ = text.empty() ? silent_ + 1 : 0;
    if (silent_ >= kPiecesBetweenComments) {
      silent_ = 0;
      return ": still here\n\n";
    }
    return text;
  }

 private:
  const Operations* operations_;
  std::string id_;
  std::int64_t after_;
  int silent_ = 0;
  bool is_done_ = false;
};

}  // namespace

Result<platform::ServerResponse> eventStream(const Operations& operations,
                                             const std::string& id,
                                             const platform::ServerRequest& request) {
  TRY(operations.find(id));
  const std::int64_t after = parseInteger(request.header("Last-Event-ID")).value_or(0);
  platform::ServerResponse answer;
  answer.headers = {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-store"}};
  const auto stream = std::make_shared<Stream>(operations, id, after);
  answer.next_piece = [stream] { return stream->next(); };
  return answer;
}

}  // namespace tandem::web
