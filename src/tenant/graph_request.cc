// SPDX-License-Identifier: Apache-2.0
#include "tenant/graph_request.h"

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "tenant/json_writer.h"

namespace tandem::tenant {
namespace {

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string percentDecode(std::string_view text, bool plus_is_blank) {
  if (text.find_first_of(plus_is_blank ? "%+" : "%") == std::string_view::npos) {
    return std::string(text);
  }
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int high = text[i] == '%' && i + 2 < text.size() ? hexDigit(text[i + 1]) : -1;
    const int low = high >= 0 ? hexDigit(text[i + 2]) : -1;
    if (low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_blank && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Query Query::parse(std::string_view text) {
  Query query;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    query.options_.emplace_back(toLowerAscii(percentDecode(pair.substr(0, equals), true)),
                                percentDecode(value, true));
  }
  return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [key, value] : options_) {
    if (key == name) return value;
    // OData 4.01: the dollar of a system option may be left out.
    if (name.starts_with('$') && key == name.substr(1)) return value;
  }
  return std::nullopt;
}

std::string Query::without(std::string_view name) const {
  std::string text;
  for (const auto& [key, value] : options_) {
    if (key == name) continue;
    if (!text.empty()) text += '&';
    text += (key.starts_with('$') ? "$" + percentEncode(key.substr(1)) : percentEncode(key)) + "=" +
            percentEncode(value);
  }
  return text;
}

std::string GraphRequest::segment(std::size_t index) const {
  return index < segments.size() ? toLowerAscii(segments[index]) : std::string();
}

Target parseTarget(std::string_view target) {
  Target parsed;
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  if (question != std::string_view::npos) {
    parsed.query = Query::parse(target.substr(question + 1));
    target = target.substr(0, question);
  }
  while (!target.empty()) {
    const std::string_view segment = target.substr(0, target.find('/'));
    target.remove_prefix(std::min(target.size(), segment.size() + 1));
    if (!segment.empty()) parsed.segments.push_back(percentDecode(segment, false));
  }
  return parsed;
}

// By hand: gmtime_r() takes a lock of the whole process, and each write has a time.
std::string isoTime(std::int64_t seconds) {
  using std::chrono::floor;
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string text = "0000-00-00T00:00:00Z";
  const auto put = [&text](std::size_t last, std::int64_t value) {
    for (; value > 0; value /= 10, --last)
      text[last] = static_cast<char>('0' + value % 10);
  };
  put(3, std::clamp(static_cast<int>(date.year()), 0, 9999));
  put(6, static_cast<unsigned>(date.month()));
  put(9, static_cast<unsigned>(date.day()));
  put(12, clock.hours().count());
  put(15, clock.minutes().count());
  put(18, clock.seconds().count());
  return text;
}

GraphAnswer answerError(const GraphError& error, const GraphRequest& request) {
  GraphAnswer answer;
  answer.status = error.status;
  JsonWriter json(answer.body);
  json.beginObject().key("error").beginObject();
  json.key("code").string(error.code).key("message").string(error.message);
  if (!error.details.empty()) {
    json.key("details").beginArray();
    for (const auto& detail : error.details) {
      json.beginObject().key("code").string(detail.code);
      json.key("message").string(detail.message).key("target").string(detail.target).endObject();
    }
    json.endArray();
  }
  json.key("innerError").beginObject();
  if (!error.inner_code.empty()) json.key("code").string(error.inner_code);
  const std::string date = isoTime(request.now());
  json.key("date").string(std::string_view(date).substr(0, date.size() - 1));
  json.key("request-id").string(request.request_id);
  json.key("client-request-id")
      .string(request.client_request_id.empty() ? request.request_id : request.client_request_id);
  json.endObject().endObject().endObject();
  return answer;
}

GraphAnswer answerJson(std::string body, int status) {
  GraphAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

GraphAnswer answerEmpty(int status) {
  GraphAnswer answer;
  answer.status = status;
  return answer;
}

GraphAnswer answerText(std::string body) {
  GraphAnswer answer;
  answer.body = std::move(body);
  answer.is_text = true;
  return answer;
}

}  // namespace tandem::tenant
