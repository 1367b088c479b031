namespace Pipeline.Cli.Terminal;

/// <summary>Something that the user can put right. Its message is all they see.</summary>
sealed class CliException(string message) : Exception(message);
