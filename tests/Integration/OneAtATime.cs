using Xunit.Sdk;
using Xunit.v3;

// Each test runs a whole pipeline of four or five processes: two of them at once on two cores only wait for each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
