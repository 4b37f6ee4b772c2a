// SPDX-License-Identifier: Apache-2.0
#include "policy/entra/xml_document.h"

#include <algorithm>
#include <limits>
#include <memory>

#include <fmt/core.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/text.h"
#include "policy/entra/text_encoding.h"

namespace tandem::policy::entra {
namespace {

constexpr int kDepthMax = 64;

std::string_view textOf(const xmlChar* text) {
  return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

std::string qualified(const xmlNs* space, const xmlChar* name) {
  if (space == nullptr || space->prefix == nullptr) return std::string(textOf(name));
  return fmt::format("{}:{}", textOf(space->prefix), textOf(name));
}

struct FreeDocument {
  void operator()(xmlDoc* document) const { xmlFreeDoc(document); }
};
struct FreeContext {
  void operator()(xmlParserCtxt* context) const { xmlFreeParserCtxt(context); }
};

// Called at "<!DOCTYPE", before anything in it is looked at.
void refuseDocumentType(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* const parser = static_cast<xmlParserCtxt*>(context);
  *static_cast<int*>(parser->_private) = xmlSAX2GetLineNumber(parser);
  xmlStopParser(parser);
}

class TreeReader {
 public:
  TreeReader(std::string_view file, Problems& problems) : file_(file), problems_(problems) {}

  bool read(const xmlNode* node, int depth, XmlElement& into) {
    into.name = qualified(node->ns, node->name);
    into.line = static_cast<std::uint32_t>(std::max(0L, xmlGetLineNo(node)));
    if (depth > kDepthMax) {
      return fail(into.line, fmt::format("more than {} elements inside each other", kDepthMax));
    }
    readAttributes(node, into);
    for (const xmlNode* child = node->children; child != nullptr; child = child->next) {
      if (child->type == XML_ELEMENT_NODE) {
        if (!read(child, depth + 1, into.children.emplace_back())) return false;
      } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
        into.text += textOf(child->content);
      } else if (child->type == XML_ENTITY_REF_NODE) {
        return fail(into.line, fmt::format("the entity &{}; is not known", textOf(child->name)));
      }
    }
    if (!into.children.empty() && trimAscii(into.text).empty()) into.text.clear();
    return true;
  }

 private:
  static void readAttributes(const xmlNode* node, XmlElement& into) {
    for (const xmlNs* space = node->nsDef; space != nullptr; space = space->next) {
      std::string key = space->prefix == nullptr ? "xmlns" : "xmlns:";
      key += textOf(space->prefix);
      into.attributes.emplace_back(std::move(key), textOf(space->href));
    }
    for (const xmlAttr* one = node->properties; one != nullptr; one = one->next) {
      std::string value;
      for (const xmlNode* part = one->children; part != nullptr; part = part->next)
        value += textOf(part->content);
      into.attributes.emplace_back(qualified(one->ns, one->name), std::move(value));
    }
  }

  bool fail(std::uint32_t line, std::string message) {
    problems_.push_back({Problem::Severity::kError,
                         fmt::format("{}:{}:1", file_, line),
                         message + ": this is no export of a server"});
    return false;
  }

  std::string_view file_;
  Problems& problems_;
};

std::string whatIsWrong(const xmlError* error) {
  if (error == nullptr || error->message == nullptr) return "this is no XML";
  const std::string_view message = trimAscii(error->message);
  const bool ends_early = error->code == XML_ERR_DOCUMENT_END ||
                          error->code == XML_ERR_TAG_NOT_FINISHED ||
                          error->code == XML_ERR_DOCUMENT_EMPTY;
  return fmt::format("this is no well-formed XML ({}){}",
                     message,
                     ends_early ? ": the file ends too early; copy it again from the server"
                                : ": give the file as the server wrote it");
}

class Writer {
 public:
  bool write(const XmlElement& element, std::size_t depth) {
    out_.append(depth * 2, ' ');
    out_ += '<' + element.name;
    for (const auto& [key, value] : element.attributes) {
      out_ += fmt::format(" {}=\"", key);
      if (!escape(value, /*in_attribute=*/true)) return false;
      out_ += '"';
    }
    if (element.children.empty() && element.text.empty()) {
      out_ += " />\r\n";
      return true;
    }
    out_ += '>';
    if (!escape(element.text, /*in_attribute=*/false)) return false;
    if (!element.children.empty()) {
      out_ += "\r\n";
      for (const XmlElement& child : element.children) {
        if (!write(child, depth + 1)) return false;
      }
      out_.append(depth * 2, ' ');
    }
    out_ += "</" + element.name + ">\r\n";
    return true;
  }
  std::string take() { return std::move(out_); }

 private:
  // XML 1.0 section 2.2: below the blank only tab, line feed and carriage return exist. A reader
  // turns CR LF into LF, so a carriage return that is content is written by its number.
  bool escape(std::string_view text, bool in_attribute) {
    for (const char c : text) {
      const auto code = static_cast<unsigned char>(c);
      if (c == '&') {
        out_ += "&amp;";
      } else if (c == '<') {
        out_ += "&lt;";
      } else if (c == '>') {
        out_ += "&gt;";
      } else if (c == '"' && in_attribute) {
        out_ += "&quot;";
      } else if (c == '\r' || (in_attribute && (c == '\n' || c == '\t'))) {
        out_ += fmt::format("&#{};", code);
      } else if (code < 0x20 && c != '\n' && c != '\t') {
        return false;
      } else {
        out_ += c;
      }
    }
    // U+FFFE and U+FFFF are the other two that have no place in XML.
    return text.find("\xEF\xBF\xBE") == std::string_view::npos &&
           text.find("\xEF\xBF\xBF") == std::string_view::npos;
  }

  std::string out_;
};

}  // namespace

const XmlElement* XmlElement::find(std::string_view child) const {
  const auto found = std::find_if(
      children.begin(), children.end(), [&](const XmlElement& one) { return one.name == child; });
  return found == children.end() ? nullptr : &*found;
}

XmlElement* XmlElement::find(std::string_view child) {
  return const_cast<XmlElement*>(std::as_const(*this).find(child));
}

XmlElement& XmlElement::at(std::string_view child) {
  XmlElement* const there = find(child);
  return there != nullptr ? *there : add(child);
}

const std::string* XmlElement::attribute(std::string_view key) const {
  for (const auto& [name_, value] : attributes) {
    if (name_ == key) return &value;
  }
  return nullptr;
}

std::string_view XmlElement::textOf(std::string_view child) const {
  const XmlElement* const found = find(child);
  return found == nullptr ? std::string_view() : std::string_view(found->text);
}

XmlElement& XmlElement::add(std::string_view child, std::string_view child_text) {
  XmlElement& added = children.emplace_back();
  added.name = child;
  added.text = child_text;
  return added;
}

std::optional<XmlElement> parseXml(std::string_view bytes,
                                   std::string_view file,
                                   Problems& problems) {
  const std::optional<std::string> text = toUtf8(bytes, file, problems);
  if (!text) return std::nullopt;
  const auto fail = [&](int line, std::string message) {
    problems.push_back({Problem::Severity::kError,
                        fmt::format("{}:{}:1", file, std::max(1, line)),
                        std::move(message)});
    return std::nullopt;
  };
  if (text->size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return fail(1, "the file is too large");
  }
  const std::unique_ptr<xmlParserCtxt, FreeContext> context(xmlNewParserCtxt());
  if (!context) return fail(1, "there is no memory to read the file");
  int document_type_line = 0;
  context->_private = &document_type_line;
  context->sax->internalSubset = refuseDocumentType;
  // The encoding is given, so that the file's own declaration, which speaks of the bytes before
  // toUtf8(), has no say. Neither network nor entities nor the relaxed limits (XML_PARSE_HUGE).
  constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                           XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC;
  const std::unique_ptr<xmlDoc, FreeDocument> document(xmlCtxtReadMemory(
      context.get(), text->data(), static_cast<int>(text->size()), nullptr, "UTF-8", kOptions));
  if (document_type_line != 0) {
    return fail(document_type_line,
                "the file declares a document type: no export does, and it could make the reader "
                "do anything; remove the declaration, or give the file as the server wrote it");
  }
  const xmlNode* const root = document ? xmlDocGetRootElement(document.get()) : nullptr;
  if (root == nullptr) {
    const xmlError* const error = xmlCtxtGetLastError(context.get());
    return fail(error == nullptr ? 1 : error->line, whatIsWrong(error));
  }
  XmlElement element;
  if (!TreeReader(file, problems).read(root, 1, element)) return std::nullopt;
  return element;
}

std::optional<std::string> writeXml(const XmlElement& root) {
  Writer writer;
  if (!writer.write(root, 0)) return std::nullopt;
  return writer.take();
}

}  // namespace tandem::policy::entra
