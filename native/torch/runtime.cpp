// The engine itself: versions, threads, seeds, devices and the text of the last error.
#include "door.h"

#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <dlfcn.h>

#ifdef __GLIBC__
#include <malloc.h>

#include <climits>
#endif

using namespace door;

namespace {
#ifdef __GLIBC__
// Every training step frees what the next one needs again. By default the C library hands large blocks back to the system, which
// clears every page anew when it is asked for them; kept, they save 8 to 20 % of a step's CPU time (small networks to activations of
// 50 MB, for which resident memory grows by a fifth). Older versions of the library take no threshold above 32 MB.
[[maybe_unused]] const bool keeps_freed_memory = [] {
  bool above = mallopt(M_MMAP_THRESHOLD, 1 << 30) || mallopt(M_MMAP_THRESHOLD, 32 << 20);
  return above && mallopt(M_TRIM_THRESHOLD, INT_MAX) && mallopt(M_TOP_PAD, 64 << 20);
}();
#endif

thread_local std::string last_error;

// Hands back text whose memory the caller need not free: it stays until the thread asks for the next.
const char* keep(std::string text) {
  static thread_local std::string kept;
  kept = std::move(text);
  return kept.c_str();
}

// OpenBLAS has threads of its own, one a core, which wait for their next product by spinning: a service with a thread of the engine a
// core lost 40 % of its images to them. at::set_num_threads does not reach them.
void set_blas_threads(int32_t count) {
  if (void* setter = dlsym(RTLD_DEFAULT, "openblas_set_num_threads")) {
    reinterpret_cast<void (*)(int)>(setter)(count);
  }
}
}  // namespace

void door::set_error(const char* text) {
  last_error = text;
  auto end = last_error.find('\n');
  if (end != std::string::npos) {
    last_error.resize(end);
  }
}

SB_EXPORT const char* sb_last_error() { return last_error.c_str(); }

SB_EXPORT const char* sb_torch_version() { return TORCH_VERSION; }

// Build settings, BLAS and oneDNN included, as libtorch describes them.
SB_EXPORT const char* sb_configuration() { return keep(at::show_config() + "\n" + at::get_parallel_info()); }

SB_EXPORT int32_t sb_threads() { return at::get_num_threads(); }

SB_EXPORT int sb_set_threads(int32_t count) {
  return guard([&] {
    at::set_num_threads(count);
    set_blas_threads(count);
  });
}

SB_EXPORT int sb_seed(int64_t seed) {
  return guard([&] { at::manual_seed(static_cast<uint64_t>(seed)); });
}

// The state of the CPU generator as a byte tensor, so that a resumed run draws the numbers that it would have drawn.
SB_EXPORT int sb_random_state(Handle* out) {
  return guard([&] {
    auto generator = at::globalContext().defaultGenerator(at::kCPU);
    std::lock_guard<std::mutex> lock(generator.mutex());
    *out = give(generator.get_state());
  });
}

SB_EXPORT int sb_set_random_state(Handle state) {
  return guard([&] {
    auto generator = at::globalContext().defaultGenerator(at::kCPU);
    std::lock_guard<std::mutex> lock(generator.mutex());
    generator.set_state(borrow(state));
  });
}

SB_EXPORT int sb_set_deterministic(int32_t on) {
  return guard([&] { at::globalContext().setDeterministicAlgorithms(on != 0, /*warn_only=*/true); });
}

SB_EXPORT int32_t sb_cuda_devices() {
  int32_t count = 0;
  guard([&] { count = torch::cuda::is_available() ? static_cast<int32_t>(torch::cuda::device_count()) : 0; });
  return count;
}

SB_EXPORT int sb_cuda_synchronize(int32_t device) {
  return guard([&] { torch::cuda::synchronize(device); });
}
