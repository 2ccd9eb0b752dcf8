// Any operator, by name, through libtorch's dispatcher: autograd, autocast and every device come with it.
#include "door.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <memory>
#include <vector>

using namespace door;

namespace {

enum class Tag : int64_t { None, Tensor, Int, Double, Bool, Ints, Doubles, Tensors, OptionalTensors, Device, String };

struct Argument {
  Tag tag;
  union {
    Handle tensor;
    int64_t integer;
    double real;
    const void* items;
  };
  int64_t count;
};

struct Operator {
  c10::OperatorHandle handle;
  std::vector<c10::IValue> defaults;  // by position; None where the schema has no default
};

c10::IValue to_value(const Argument& argument) {
  switch (argument.tag) {
    case Tag::None:
      return c10::IValue();
    case Tag::Tensor:
      return borrow(argument.tensor);
    case Tag::Int:
      return argument.integer;
    case Tag::Double:
      return argument.real;
    case Tag::Bool:
      return argument.integer != 0;
    case Tag::Ints: {
      auto items = static_cast<const int64_t*>(argument.items);
      return std::vector<int64_t>(items, items + argument.count);
    }
    case Tag::Doubles: {
      auto items = static_cast<const double*>(argument.items);
      return std::vector<double>(items, items + argument.count);
    }
    case Tag::Tensors: {
      auto items = static_cast<const Handle*>(argument.items);
      c10::List<at::Tensor> list;
      list.reserve(argument.count);
      for (int64_t k = 0; k < argument.count; k++) {
        list.push_back(borrow(items[k]));
      }
      return list;
    }
    case Tag::OptionalTensors: {
      auto items = static_cast<const Handle*>(argument.items);
      c10::List<c10::optional<at::Tensor>> list;
      list.reserve(argument.count);
      for (int64_t k = 0; k < argument.count; k++) {
        list.push_back(items[k] == nullptr ? c10::optional<at::Tensor>() : c10::optional<at::Tensor>(borrow(items[k])));
      }
      return list;
    }
    case Tag::Device:
      return c10::Device(static_cast<c10::DeviceType>(argument.integer), static_cast<c10::DeviceIndex>(argument.count));
    case Tag::String:
      return std::string(static_cast<const char*>(argument.items), argument.count);
  }
  TORCH_CHECK(false, "argument of unknown kind ", static_cast<int64_t>(argument.tag));
}

}  // namespace

// The operator stays valid until the process ends.
SB_EXPORT int sb_find(const char* name, const char* overload, void** out) {
  return guard([&] {
    auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
    auto found = std::make_unique<Operator>(Operator{handle, {}});
    for (const auto& formal : handle.schema().arguments()) {
      found->defaults.push_back(formal.default_value().value_or(c10::IValue()));
    }
    *out = found.release();
  });
}

// Missing trailing arguments take the schema's defaults. Results that are tensors, or lists of them, come out in
// order; those beyond the capacity are dropped, which is how an in-place call ignores its result.
SB_EXPORT int sb_call(void* op, const Argument* arguments, int32_t count, Handle* out, int32_t capacity, int32_t* produced) {
  return guard([&] {
    auto& found = *static_cast<Operator*>(op);
    TORCH_CHECK(static_cast<size_t>(count) <= found.defaults.size(), "takes at most ", found.defaults.size(), " arguments, not ", count);
    std::vector<c10::IValue> stack;
    stack.reserve(found.defaults.size());
    for (int32_t k = 0; k < count; k++) {
      stack.push_back(to_value(arguments[k]));
    }
    stack.insert(stack.end(), found.defaults.begin() + count, found.defaults.end());
    found.handle.callBoxed(&stack);
    int32_t n = 0;
    for (auto& value : stack) {
      if (value.isTensor()) {
        if (n < capacity) {
          out[n] = give(std::move(value).toTensor());
        }
        n++;
      } else if (value.isTensorList()) {
        for (const at::Tensor& tensor : value.toTensorVector()) {
          if (n < capacity) {
            out[n] = give(tensor);
          }
          n++;
        }
      }
    }
    *produced = n;
  });
}
