using Pipeline.Browser;
using Xunit.v3;
using Xunit.Sdk;

// A browser, a pipeline and a database are a machine's work: two tests at once would only wait for each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(ChromiumBrowser))]
