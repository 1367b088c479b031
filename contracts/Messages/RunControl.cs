namespace Pipeline.Contracts;

/// <summary>Command to the Learner: start a run. Sent again, it changes nothing.</summary>
/// <param name="RunId">See <see cref="Ids.Run"/>.</param>
/// <param name="Settings">Everything the run needs, resolved: no preset, no path.</param>
public sealed record StartRun(Guid RunId, RunSettings Settings);

/// <summary>Command to the Learner: pause the run. What is under way stays open and is taken up when the run is resumed.</summary>
/// <param name="RunId">The run.</param>
public sealed record StopRun(Guid RunId);

/// <summary>Command to the Learner: go on with a stopped or failed run where it was.</summary>
/// <param name="RunId">The run.</param>
public sealed record ResumeRun(Guid RunId);
