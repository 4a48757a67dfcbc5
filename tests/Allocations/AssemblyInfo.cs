// Allocations of the whole process are counted, so one test runs at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
