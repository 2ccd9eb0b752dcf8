using Semblance.Models;
using Semblance.Tensors;

namespace Semblance.Training.Curricula;

/// <summary>What the model of a run gives for every training image as it is now: in evaluation, without augmentation and gradient.</summary>
internal static class TrainingRows
{
    private const int RowsAtOnce = 512;

    /// <summary>One row for each training image, in their order.</summary>
    /// <param name="job">The run; its model is put back into its mode.</param>
    /// <param name="features">What a frozen backbone gave for the training images; null to read their pixels.</param>
    /// <param name="choose">Which of the model's outputs.</param>
    /// <param name="progress">Hears how many are done.</param>
    /// <param name="stop">Stops between batches.</param>
    public static (float[] Rows, int Width) Of(TrainingJob job, float[]? features, Func<ModelOutput, Tensor> choose, Action<int> progress, CancellationToken stop)
    {
        bool training = job.Model.IsTraining;
        job.Model.Evaluate();
        try
        {
            float[] rows = [];
            int done = 0;
            foreach (StepBatch batch in StepBatches.InOrder(job, job.Parts.Train, features, features is null ? job.Recipe.Sampler.Batch : RowsAtOnce))
            {
                using (batch)
                {
                    stop.ThrowIfCancellationRequested();
                    float[] some = Run(job, batch, choose);
                    if (rows.Length == 0)
                    {
                        rows = new float[(long)some.Length / batch.Indices.Length * job.Parts.Train.Count];
                    }
                    some.CopyTo(rows, (long)done * (some.Length / batch.Indices.Length));
                    progress(done += batch.Indices.Length);
                }
            }
            return (rows, rows.Length / job.Parts.Train.Count);
        }
        finally
        {
            job.Model.Train(training);
        }
    }

    private static float[] Run(TrainingJob job, StepBatch batch, Func<ModelOutput, Tensor> choose)
    {
        using TensorScope scope = new();
        using Autograd.Mode mode = Autograd.NoGrad();
        return choose(batch.Run(job.Model, job.Device)).To(DataType.Float32).ToArray<float>();
    }
}
