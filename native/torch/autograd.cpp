// Gradients: backward, grad, the leaves' flags and the modes of the calling thread.
#include "door.h"

#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/version.h>

#include <vector>

using namespace door;

namespace {

std::vector<at::Tensor> borrow_all(const Handle* handles, int32_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (int32_t k = 0; k < count; k++) {
    tensors.push_back(borrow(handles[k]));
  }
  return tensors;
}

// A scalar whose derivatives were computed with its value; backward only multiplies them by what comes from above.
class KnownDerivatives : public torch::autograd::Node {
 public:
  explicit KnownDerivatives(std::vector<at::Tensor> derivatives) : derivatives_(std::move(derivatives)) {}

  torch::autograd::variable_list apply(torch::autograd::variable_list&& upstream) override {
    TORCH_CHECK(!derivatives_.empty(), "the derivatives of this value were used and freed; retain the graph to use them again");
    TORCH_CHECK(!c10::GradMode::is_enabled(), "the derivatives of this value are constants and cannot be derived again");
    torch::autograd::variable_list results(derivatives_.size());
    for (size_t k = 0; k < results.size(); k++) {
      if (upstream[0].defined() && task_should_compute_output(k)) {
        results[k] = derivatives_[k] * upstream[0];
      }
    }
    return results;
  }

  void release_variables() override { derivatives_.clear(); }

 private:
  std::vector<at::Tensor> derivatives_;
};

}  // namespace

SB_EXPORT int sb_backward(Handle root, Handle gradient, int32_t retain_graph) {
  return guard([&] {
    std::vector<at::Tensor> gradients;
    if (gradient != nullptr) {
      gradients.push_back(borrow(gradient));
    }
    torch::autograd::backward({borrow(root)}, gradients, retain_graph != 0);
  });
}

// An input that the outputs do not depend on gives null where unused is allowed, an error where not.
SB_EXPORT int sb_grad(const Handle* outputs, int32_t output_count, const Handle* inputs, int32_t input_count,
                      const Handle* gradients, int32_t create_graph, int32_t allow_unused, Handle* out) {
  return guard([&] {
    std::vector<at::Tensor> upstream;
    if (gradients != nullptr) {
      upstream = borrow_all(gradients, output_count);
    }
    auto results = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count), upstream,
                                         /*retain_graph=*/create_graph != 0, create_graph != 0, allow_unused != 0);
    for (int32_t k = 0; k < input_count; k++) {
      out[k] = give(results[k]);
    }
  });
}

// A scalar of the inputs with a value and derivatives that are known, one of an input's shape each.
SB_EXPORT int sb_with_gradients(double value, const Handle* inputs, const Handle* gradients, int32_t count, Handle* out) {
  return guard([&] {
    auto variables = borrow_all(inputs, count);
    auto derivatives = borrow_all(gradients, count);
    at::Tensor result;
    {
      c10::AutoGradMode unrecorded(false);
      result = at::full({}, value, derivatives.at(0).options());
    }
    if (c10::GradMode::is_enabled() && torch::autograd::any_variable_requires_grad(variables)) {
      std::shared_ptr<torch::autograd::Node> node(new KnownDerivatives(std::move(derivatives)), torch::autograd::deleteNode);
      node->set_next_edges(torch::autograd::collect_next_edges(variables));
      torch::autograd::create_gradient_edge(result, node);
    }
    *out = give(std::move(result));
  });
}

SB_EXPORT int32_t sb_requires_grad(Handle handle) { return borrow(handle).requires_grad() ? 1 : 0; }

SB_EXPORT int sb_set_requires_grad(Handle handle, int32_t on) {
  return guard([&] { borrow(handle).set_requires_grad(on != 0); });
}

// The gradients that backward left in the leaves; null where there is none.
SB_EXPORT int sb_gradients(const Handle* leaves, int32_t count, Handle* out) {
  return guard([&] {
    for (int32_t k = 0; k < count; k++) {
      out[k] = give(borrow(leaves[k]).grad());
    }
  });
}

SB_EXPORT int sb_set_gradient(Handle leaf, Handle gradient) {
  return guard([&] { borrow(leaf).mutable_grad() = borrow(gradient); });
}

SB_EXPORT int sb_clear_gradients(const Handle* leaves, int32_t count) {
  return guard([&] {
    for (int32_t k = 0; k < count; k++) {
      borrow(leaves[k]).mutable_grad() = at::Tensor();
    }
  });
}

SB_EXPORT int32_t sb_grad_mode() { return c10::GradMode::is_enabled() ? 1 : 0; }

SB_EXPORT void sb_set_grad_mode(int32_t on) { c10::GradMode::set_enabled(on != 0); }

// device_type: 0 CPU, 1 CUDA. The dtype is the reduced one (half or bfloat16).
SB_EXPORT int sb_set_autocast(int32_t device_type, int32_t on, int32_t dtype) {
  return guard([&] {
    auto reduced = static_cast<at::ScalarType>(dtype);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    auto device = static_cast<at::DeviceType>(device_type);
    at::autocast::set_autocast_enabled(device, on != 0);
    at::autocast::set_autocast_dtype(device, reduced);
#else
    if (device_type == 0) {
      at::autocast::set_cpu_enabled(on != 0);
      at::autocast::set_autocast_cpu_dtype(reduced);
    } else {
      at::autocast::set_enabled(on != 0);
      at::autocast::set_autocast_gpu_dtype(reduced);
    }
#endif
    if (on == 0) {
      at::autocast::clear_cache();
    }
  });
}
