// Each test has a whole library of its own; two of them at once would only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
