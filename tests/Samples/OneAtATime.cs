using Xunit.Sdk;
using Xunit.v3;

// Each test runs a whole pipeline of four to six processes.
[assembly: Parallelization(Mode = ParallelMode.None)]
