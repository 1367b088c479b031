namespace Pipeline.Studio.Live;

/// <summary>An event that was appended to the store.</summary>
/// <param name="Number">Its place among all events of the store.</param>
/// <param name="Stream">Its stream, such as <c>run-{id}</c>.</param>
/// <param name="Type">Its name, such as <c>policy_updated.v1</c>.</param>
/// <param name="At">When it was appended.</param>
sealed record Change(long Number, string Stream, string Type, DateTimeOffset At);
