namespace Semblance.Tensors;

/// <content>Shape, place and choice of elements.</content>
public sealed unsafe partial class Tensor
{
    /// <summary>The same elements in another shape; one size may be -1.</summary>
    public Tensor Reshape(params long[] shape) => Operator.Of("aten::reshape").Call(this, shape);

    /// <summary>One dimension from <paramref name="start"/> on.</summary>
    public Tensor Flatten(long start = 0) => Operator.Of("aten::flatten.using_ints").Call(this, start);

    /// <summary>Two dimensions exchanged.</summary>
    public Tensor Transpose(long first = 0, long second = 1) => Operator.Of("aten::transpose.int").Call(this, first, second);

    /// <summary>Dimensions in another order.</summary>
    public Tensor Permute(params long[] order) => Operator.Of("aten::permute").Call(this, order);

    /// <summary>A dimension of size 1 inserted.</summary>
    public Tensor Unsqueeze(long dimension) => Operator.Of("aten::unsqueeze").Call(this, dimension);

    /// <summary>A dimension of size 1 taken away.</summary>
    public Tensor Squeeze(long dimension) => Operator.Of("aten::squeeze.dim").Call(this, dimension);

    /// <summary>Dimensions of size 1 repeated without copying.</summary>
    public Tensor Expand(params long[] shape) => Operator.Of("aten::expand").Call(this, shape);

    /// <summary>A stretch of one dimension, without copying.</summary>
    public Tensor Narrow(long dimension, long start, long length) => Operator.Of("aten::narrow").Call(this, dimension, start, length);

    /// <summary>One index of one dimension, without copying.</summary>
    public Tensor Select(long dimension, long index) => Operator.Of("aten::select.int").Call(this, dimension, index);

    /// <summary>Whole slices by their indices (int64) in one dimension.</summary>
    public Tensor IndexSelect(long dimension, Tensor indices) => Operator.Of("aten::index_select").Call(this, dimension, indices);

    /// <summary>One element each by its index (int64) in one dimension.</summary>
    public Tensor Gather(long dimension, Tensor indices) => Operator.Of("aten::gather").Call(this, dimension, indices);

    /// <summary>The same bits as elements of another type of the same size, without copying.</summary>
    public Tensor BitsAs(DataType type) => Operator.Of("aten::view.dtype").Call(this, type);

    /// <summary>Takes the given rows at their indices (int64), in place; where an index comes twice, one of its rows.</summary>
    public void SetRows(Tensor indices, Tensor rows) => Operator.Of("aten::index_copy_").Run(this, 0, indices, rows);

    /// <summary>A copy in which values stand at the given indices of one dimension.</summary>
    public Tensor Scatter(long dimension, Tensor indices, Tensor values) => Operator.Of("aten::scatter.src").Call(this, dimension, indices, values);

    /// <summary>A copy to which values are added one by one at their indices (int64) in one dimension.</summary>
    public Tensor ScatterAdd(long dimension, Tensor indices, Tensor values) => Operator.Of("aten::scatter_add").Call(this, dimension, indices, values);

    /// <summary>A copy to which values are added at the given indices of one dimension.</summary>
    public Tensor IndexAdd(long dimension, Tensor indices, Tensor values) => Operator.Of("aten::index_add").Call(this, dimension, indices, values);

    /// <summary>Joined along a dimension that exists.</summary>
    public static Tensor Concatenate(Tensor[] tensors, long dimension = 0) => Operator.Of("aten::cat").Call(tensors, dimension);

    /// <summary>Joined along a new dimension.</summary>
    public static Tensor Stack(Tensor[] tensors, long dimension = 0) => Operator.Of("aten::stack").Call(tensors, dimension);

    /// <summary>The diagonal of a matrix.</summary>
    public Tensor Diagonal() => Operator.Of("aten::diagonal").Call(this);

    /// <summary>The same values, cut off from the record of operations.</summary>
    public Tensor Detach() => Operator.Of("aten::detach").Call(this);

    /// <summary>A copy.</summary>
    public Tensor Clone() => Operator.Of("aten::clone").Call(this);

    /// <summary>Row-major in memory; itself if it already is.</summary>
    public Tensor Contiguous() => Operator.Of("aten::contiguous").Call(this);

    /// <summary>Another element type; itself if it already has it.</summary>
    public Tensor To(DataType type) => Operator.Of("aten::to.dtype").Call(this, type);

    /// <summary>On another device; itself if it is there.</summary>
    public Tensor To(Device device) => Operator.Of("aten::to.dtype_layout").Call(this, Type, Argument.None, device);
}
