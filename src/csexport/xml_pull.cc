// SPDX-License-Identifier: Apache-2.0
#include "csexport/xml_pull.h"

#include <utility>

#include <fmt/format.h>
#include <libxml/xmlreader.h>

#include "base/text.h"

namespace tandem::csexport {
namespace {

// No document type is loaded, no entity replaced, nothing read from the network.
constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOCDATA;

std::string textOf(const xmlChar* text) {
  return text == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(text));
}

int readSome(void* context, char* buffer, int length) {
  auto& in = *static_cast<std::istream*>(context);
  in.read(buffer, length);
  return in.bad() ? -1 : static_cast<int>(in.gcount());
}

int leaveOpen(void* context) {
  static_cast<void>(context);
  return 0;
}

}  // namespace

struct XmlPull::Parser {
  explicit Parser(std::istream& in)
      : reader(xmlReaderForIO(readSome, leaveOpen, &in, nullptr, nullptr, kOptions)) {
    if (reader != nullptr) xmlTextReaderSetStructuredErrorHandler(reader, keep, this);
  }
  ~Parser() {
    if (reader != nullptr) xmlFreeTextReader(reader);
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  static void keep(void* context, xmlErrorPtr error) {
    auto& self = *static_cast<Parser*>(context);
    if (!self.message.empty() || error->level < XML_ERR_ERROR) return;
    self.message = trimAscii(error->message == nullptr ? "not well-formed" : error->message);
    self.line = error->line;
  }

  xmlTextReaderPtr reader;
  std::string message;  // the first error
  int line = 0;
};

XmlPull::XmlPull(std::istream& in, std::string name)
    : parser_(std::make_unique<Parser>(in)), name_(std::move(name)) {}

XmlPull::~XmlPull() = default;

Error XmlPull::problem(std::string_view what) const {
  long line = parser_->line;
  if (parser_->message.empty() && parser_->reader != nullptr) {
    // The parser reads ahead; what is wrong is with the element in hand.
    const xmlNodePtr node = xmlTextReaderCurrentNode(parser_->reader);
    line = node != nullptr ? xmlGetLineNo(node) : xmlTextReaderGetParserLineNumber(parser_->reader);
  }
  return {ErrorCode::kInvalidArgument, fmt::format("{}:{}: {}", name_, line, what)};
}

Result<XmlPull::Event> XmlPull::next() {
  if (std::exchange(end_is_due_, false)) return Event::kEnd;
  if (parser_->reader == nullptr) return Error(ErrorCode::kInternal, "no memory to read XML");
  for (;;) {
    const int read = xmlTextReaderRead(parser_->reader);
    if (read < 0 || !parser_->message.empty()) {
      return problem(parser_->message.empty() ? "cannot be read" : parser_->message);
    }
    if (read == 0) return Event::kDone;
    switch (xmlTextReaderNodeType(parser_->reader)) {
      case XML_READER_TYPE_ELEMENT:
        element_ = textOf(xmlTextReaderConstLocalName(parser_->reader));
        end_is_due_ = xmlTextReaderIsEmptyElement(parser_->reader) == 1;
        return Event::kStart;
      case XML_READER_TYPE_END_ELEMENT:
        element_ = textOf(xmlTextReaderConstLocalName(parser_->reader));
        return Event::kEnd;
      case XML_READER_TYPE_TEXT:
      case XML_READER_TYPE_CDATA:
      case XML_READER_TYPE_WHITESPACE:
      case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
        text_ = textOf(xmlTextReaderConstValue(parser_->reader));
        return Event::kText;
      case XML_READER_TYPE_DOCUMENT_TYPE:
      case XML_READER_TYPE_ENTITY_REFERENCE:
        return problem("a document type or an entity of its own is not accepted");
      default:
        break;  // a comment, a processing instruction
    }
  }
}

std::optional<std::string> XmlPull::attribute(const char* name) const {
  xmlChar* const value =
      xmlTextReaderGetAttribute(parser_->reader, reinterpret_cast<const xmlChar*>(name));
  if (value == nullptr) return std::nullopt;
  std::string text = textOf(value);
  xmlFree(value);
  return text;
}

Result<void> XmlPull::skip() {
  for (std::size_t depth = 1; depth > 0;) {
    const Event event = TRY(next());
    if (event == Event::kDone) return problem("ends within an element");
    if (event == Event::kStart) ++depth;
    if (event == Event::kEnd) --depth;
  }
  return {};
}

Result<std::string> XmlPull::readText() {
  std::string all;
  for (;;) {
    switch (TRY(next())) {
      case Event::kText:
        all += text_;
        break;
      case Event::kEnd:
        return all;
      case Event::kStart:
        return problem(fmt::format("<{}> where only text can be", element_));
      case Event::kDone:
        return problem("ends within an element");
    }
  }
}

}  // namespace tandem::csexport
