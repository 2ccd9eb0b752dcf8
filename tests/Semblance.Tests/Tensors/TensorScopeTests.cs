using Semblance.Tensors;
using Xunit;

namespace Semblance.Tests.Tensors;

public sealed class TensorScopeTests
{
    [Fact]
    public void A_scope_frees_what_was_made_in_it_and_nothing_else()
    {
        long before = LiveTensors.Count();
        using Tensor outside = Tensor.Ones([3]);
        using (TensorScope scope = new())
        {
            _ = (outside + 1) * 2;
            Assert.Equal(2, scope.Count);
            Assert.Equal(before + 3, Tensor.LiveCount);
        }
        Assert.Equal(before + 1, Tensor.LiveCount);
        Assert.Equal(3, outside.Sum().ToDouble());
    }

    [Fact]
    public void What_is_kept_moves_one_scope_outwards()
    {
        long before = LiveTensors.Count();
        using (TensorScope outer = new())
        {
            Tensor kept;
            using (TensorScope inner = new())
            {
                kept = inner.Keep(Tensor.Ones([2]) * 3);
            }
            Assert.Equal(6, kept.Sum().ToDouble());
        }
        Assert.Equal(before, Tensor.LiveCount);
    }

    [Fact]
    public void A_detached_tensor_lives_until_it_is_disposed_of()
    {
        long before = LiveTensors.Count();
        Tensor kept;
        using (TensorScope scope = new())
        {
            kept = Tensor.Ones([2]).Detached();
        }
        Assert.Equal(2, kept.Sum().ToDouble());
        kept.Dispose();
        Assert.Throws<ObjectDisposedException>(() => kept.Shape);
        Assert.True(Tensor.LiveCount <= before + 1);
    }

    [Fact]
    public void A_tensor_of_an_ended_scope_says_so()
    {
        Tensor gone;
        using (TensorScope scope = new())
        {
            gone = Tensor.Ones([2]);
        }
        Assert.Contains("scope ended", Assert.Throws<ObjectDisposedException>(() => gone.Sum()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_outer_scope_cannot_end_before_the_inner_one()
    {
        TensorScope outer = new();
        TensorScope inner = new();
        Assert.Throws<InvalidOperationException>(outer.Dispose);
        inner.Dispose();
        outer.Dispose();
    }

    [Fact]
    public void A_thousand_steps_leave_no_handle_behind()
    {
        using Tensor weight = Tensor.Ones([16, 16]);
        weight.RequiresGrad = true;
        long before = LiveTensors.Count();
        for (int step = 0; step < 1000; step++)
        {
            using TensorScope scope = new();
            Tensor input = Tensor.Randn([8, 16]);
            input.MatMul(weight).Relu().Mean().Backward();
            Autograd.ClearGradients([weight]);
        }
        Assert.Equal(before, Tensor.LiveCount);
    }
}
