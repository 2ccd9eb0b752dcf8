// Tensors from and to memory, their description and their lifetime.
#include "door.h"

#include <cstring>

using namespace door;

SB_EXPORT void sb_free(Handle handle) {
  if (handle != nullptr) {
    c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(handle);
  }
}

SB_EXPORT Handle sb_retain(Handle handle) { return give(borrow(handle)); }

// A CPU tensor with its own copy of the bytes; data may be null for uninitialised memory.
SB_EXPORT int sb_from_memory(const void* data, const int64_t* sizes, int32_t rank, int32_t dtype, Handle* out) {
  return guard([&] {
    auto tensor = at::empty(at::IntArrayRef(sizes, rank), at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)));
    if (data != nullptr && tensor.nbytes() > 0) {
      std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
    }
    *out = give(std::move(tensor));
  });
}

SB_EXPORT int sb_to_memory(Handle handle, void* destination, int64_t bytes) {
  return guard([&] {
    auto tensor = borrow(handle).detach().to(at::kCPU).contiguous();
    TORCH_CHECK(static_cast<int64_t>(tensor.nbytes()) == bytes, "the tensor holds ", tensor.nbytes(), " bytes, the destination ", bytes);
    if (bytes > 0) {
      std::memcpy(destination, tensor.data_ptr(), bytes);
    }
  });
}

// The address of the first element of a contiguous CPU tensor.
SB_EXPORT int sb_data(Handle handle, void** out) {
  return guard([&] {
    auto tensor = borrow(handle);
    TORCH_CHECK(tensor.device().is_cpu() && tensor.is_contiguous(), "only a contiguous CPU tensor can be read in place");
    *out = tensor.data_ptr();
  });
}

SB_EXPORT int32_t sb_rank(Handle handle) { return static_cast<int32_t>(handle->dim()); }

SB_EXPORT void sb_sizes(Handle handle, int64_t* out) {
  auto sizes = handle->sizes();
  std::copy(sizes.begin(), sizes.end(), out);
}

SB_EXPORT int32_t sb_dtype(Handle handle) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(handle->dtype()));
}

SB_EXPORT void sb_device(Handle handle, int32_t* type, int32_t* index) {
  auto device = handle->device();
  *type = static_cast<int32_t>(device.type());
  *index = device.index();
}

SB_EXPORT int sb_item_double(Handle handle, double* out) {
  return guard([&] { *out = borrow(handle).item().toDouble(); });
}

SB_EXPORT int sb_item_long(Handle handle, int64_t* out) {
  return guard([&] { *out = borrow(handle).item().toLong(); });
}
