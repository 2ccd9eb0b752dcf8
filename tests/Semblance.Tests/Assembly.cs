// One test at a time: several tests count native handles, and libtorch's thread count is one per process.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
