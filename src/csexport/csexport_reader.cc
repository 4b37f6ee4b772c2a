// SPDX-License-Identifier: Apache-2.0
#include "csexport/csexport_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "csexport/xml_pull.h"

namespace tandem::csexport {
namespace {

using Event = XmlPull::Event;

constexpr std::string_view kDeltaOperations[] = {
    "none", "add", "update", "replace", "delete", "delete-add", "obsolete"};
constexpr std::string_view kAttributeOperations[] = {"none", "add", "update", "replace", "delete"};

template <std::size_t N>
bool isOneOf(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

class CsExportReader {
 public:
  CsExportReader(std::istream& in, const std::string& name) : xml_(in, name) {}

  Result<void> read(const std::function<Result<void>(CsObject&)>& take) {
    if (TRY(nextElement()) != Event::kStart || xml_.element() != "cs-objects")
      return xml_.problem("is not what csexport writes: it does not begin with <cs-objects>");
    while (TRY(nextElement()) == Event::kStart) {
      if (xml_.element() != "cs-object") {
        TRY(xml_.skip());
        continue;
      }
      CsObject object = TRY(readObject());
      TRY(take(object));
    }
    if (TRY(nextElement()) != Event::kDone) return xml_.problem("goes on behind </cs-objects>");
    return {};
  }

 private:
  // The next start or end: white space between elements means nothing.
  Result<Event> nextElement() {
    for (;;) {
      const Event event = TRY(xml_.next());
      if (event != Event::kText) return event;
      if (!trimAscii(xml_.text()).empty()) return xml_.problem("text where only elements can be");
    }
  }

  Result<std::string> required(const char* attribute) const {
    std::optional<std::string> value = xml_.attribute(attribute);
    if (value) return *std::move(value);
    return xml_.problem(fmt::format("<{}> has no \"{}\"", xml_.element(), attribute));
  }

  Result<CsObject> readObject() {
    CsObject object;
    value_count_ = 0;
    byte_count_ = 0;
    object.dn = TRY(required("cs-dn"));
    object.id = xml_.attribute("id").value_or("");
    object.type = xml_.attribute("object-type").value_or("");
    while (TRY(nextElement()) == Event::kStart) {
      if (xml_.element() == "unapplied-export") {
        while (TRY(nextElement()) == Event::kStart) {
          if (xml_.element() == "delta") {
            object.pending_export = TRY(readDelta());
          } else {
            TRY(xml_.skip());
          }
        }
      } else if (xml_.element() == "ma-name") {
        object.connector = TRY(xml_.readText());
      } else {
        TRY(xml_.skip());
      }
    }
    return object;
  }

  Result<CsDelta> readDelta() {
    CsDelta delta;
    delta.operation = TRY(required("operation"));
    if (!isOneOf(kDeltaOperations, delta.operation))
      return xml_.problem(fmt::format("\"{}\" is no operation of a delta", delta.operation));
    delta.dn = xml_.attribute("dn").value_or("");
    while (TRY(nextElement()) == Event::kStart) {
      if (xml_.element() == "anchor") {
        delta.anchor = TRY(readBytes());
      } else if (xml_.element() == "attr" || xml_.element() == "dn-attr") {
        delta.attributes.push_back(TRY(readAttribute()));
      } else {
        TRY(xml_.skip());
      }
    }
    return delta;
  }

  Result<CsAttribute> readAttribute() {
    CsAttribute attribute;
    const bool is_reference = xml_.element() == "dn-attr";
    attribute.name = TRY(required("name"));
    attribute.operation = xml_.attribute("operation").value_or("add");
    if (!isOneOf(kAttributeOperations, attribute.operation)) {
      return xml_.problem(
          fmt::format("\"{}\" is no operation of an attribute", attribute.operation));
    }
    attribute.type = is_reference ? "reference" : xml_.attribute("type").value_or("string");
    if (!is_reference && attribute.isReference()) attribute.type = "string";
    attribute.is_multi = xml_.attribute("multivalued").value_or("false") == "true";
    const std::string_view element = is_reference ? "dn-value" : "value";
    while (TRY(nextElement()) == Event::kStart) {
      if (xml_.element() != element) {
        TRY(xml_.skip());
        continue;
      }
      attribute.values.push_back(TRY(is_reference ? readReference() : readValue()));
      TRY(count(attribute.values.back()));
    }
    return attribute;
  }

  Result<std::string> operationOfValue() const {
    std::string operation = xml_.attribute("operation").value_or("add");
    if (operation == "add" || operation == "delete") return operation;
    return xml_.problem(fmt::format("\"{}\" is no operation of a value", operation));
  }

  Result<CsValue> readValue() {
    CsValue value;
    value.operation = TRY(operationOfValue());
    value.bytes = TRY(readBytes());
    return value;
  }

  Result<CsValue> readReference() {
    CsValue value;
    value.operation = TRY(operationOfValue());
    while (TRY(nextElement()) == Event::kStart) {
      if (xml_.element() == "dn") {
        value.bytes = TRY(xml_.readText());
      } else if (xml_.element() == "anchor") {
        value.anchor = TRY(readBytes());
      } else {
        TRY(xml_.skip());
      }
    }
    return value;
  }

  // Text, or octets when its encoding says so.
  Result<std::string> readBytes() {
    const bool is_base64 = xml_.attribute("encoding").value_or("") == "base64";
    std::string text = TRY(xml_.readText());
    if (!is_base64) return text;
    text.erase(
        std::remove_if(text.begin(),
                       text.end(),
                       [](char c) { return c == '\n' || c == '\r' || c == ' ' || c == '\t'; }),
        text.end());
    std::optional<std::string> bytes = fromBase64(text);
    if (bytes) return *std::move(bytes);
    return xml_.problem("a value that says it is base64 is not");
  }

  Result<void> count(const CsValue& value) {
    byte_count_ += value.bytes.size() + value.anchor.size();
    if (++value_count_ <= kValuesMax && byte_count_ <= kObjectBytesMax) return {};
    return xml_.problem("an object has more values than any directory gives one");
  }

  XmlPull xml_;
  std::size_t value_count_ = 0;
  std::size_t byte_count_ = 0;
};

}  // namespace

Result<void> readCsExport(std::istream& in,
                          const std::string& name,
                          const std::function<Result<void>(CsObject&)>& take) {
  return CsExportReader(in, name).read(take);
}

}  // namespace tandem::csexport
