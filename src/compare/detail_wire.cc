// SPDX-License-Identifier: Apache-2.0
#include "compare/detail_wire.h"

namespace tandem::compare {

void writeName(WireWriter& out, std::string_view name) {
  out.text(name.substr(0, kNameBytesMax));
}

SpaceKind readSpaceKind(WireReader& in) {
  const std::uint64_t code = in.number(4);
  if (code == 0) in.fail();
  return static_cast<SpaceKind>(code);
}

namespace {

void writeField(WireWriter& out, const Field& field) {
  writeName(out, field.name);
  out.number(static_cast<std::uint64_t>(field.type));
  out.fixed(field.hash);
  out.number(field.count);
  writeName(out, field.rule);
  out.number(field.values.size());
  for (const FieldValue& value : field.values) {
    out.number(value.length);
    out.text(value.bytes);
  }
}

Field readField(WireReader& in) {
  Field field;
  field.name = in.text(kNameBytesMax);
  const std::uint64_t type = in.number(5);
  if (type == 0) in.fail();
  field.type = static_cast<directory::ValueType>(type);
  field.hash = in.fixed();
  field.count = in.number();
  field.rule = in.text(kNameBytesMax);
  const std::size_t values = in.count(2);
  if (values > kValuesMax) in.fail();
  for (std::size_t i = 0; i < values && in.isGood(); ++i) {
    FieldValue value;
    value.length = in.number();
    value.bytes = in.text(kNameBytesMax);
    // What shows a number takes it apart.
    if (field.type == directory::ValueType::kInteger && value.bytes.size() != 8) in.fail();
    field.values.push_back(std::move(value));
  }
  return field;
}

}  // namespace

void writeDetail(WireWriter& out, const ObjectDetail& detail) {
  out.fixed(detail.key);
  writeName(out, detail.name);
  writeName(out, detail.dn);
  writeName(out, detail.type);
  out.number(detail.fields.size());
  for (const Field& field : detail.fields)
    writeField(out, field);
  out.number(detail.related.size());
  for (const RelatedObject& related : detail.related) {
    out.number(static_cast<std::uint64_t>(related.kind));
    writeName(out, related.connector);
    out.fixed(related.key);
  }
}

ObjectDetail readDetail(WireReader& in) {
  ObjectDetail detail;
  detail.key = in.fixed();
  detail.name = in.text(kNameBytesMax);
  detail.dn = in.text(kNameBytesMax);
  detail.type = in.text(kNameBytesMax);
  const std::size_t fields = in.count(13);
  for (std::size_t i = 0; i < fields && in.isGood(); ++i)
    detail.fields.push_back(readField(in));
  const std::size_t related = in.count(10);
  for (std::size_t i = 0; i < related && in.isGood(); ++i) {
    RelatedObject one;
    one.kind = readSpaceKind(in);
    one.connector = in.text(kNameBytesMax);
    one.key = in.fixed();
    detail.related.push_back(std::move(one));
  }
  return detail;
}

}  // namespace tandem::compare
