// What every file of the door shares: handles, the error channel and the guard around each exported function.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <exception>
#include <string>

#define SB_EXPORT extern "C" __attribute__((visibility("default")))

namespace door {

// A handle is a counted reference to a TensorImpl; null stands for an undefined tensor.
using Handle = c10::TensorImpl*;

inline Handle give(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

inline at::Tensor borrow(Handle handle) {
  if (handle == nullptr) {
    return at::Tensor();
  }
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(handle));
}

void set_error(const char* text);

// Runs the body; an exception becomes status 1 and a message that stays readable until the thread's next failure.
template <typename Body>
int guard(Body&& body) {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    set_error(error.what_without_backtrace());
  } catch (const std::exception& error) {
    set_error(error.what());
  } catch (...) {
    set_error("unknown C++ exception");
  }
  return 1;
}

}  // namespace door
