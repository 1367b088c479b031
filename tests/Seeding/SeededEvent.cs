using System.Security.Cryptography;
using System.Text;

namespace Pipeline.Seeding;

/// <summary>An event to be written.</summary>
/// <param name="Stream">Its stream.</param>
/// <param name="Id">Its id.</param>
/// <param name="Data">What it says.</param>
/// <param name="Service">Who appended it.</param>
/// <param name="RunId">The run that it is correlated with.</param>
/// <param name="Seconds">When, counted from the beginning of the run.</param>
sealed record SeededEvent(string Stream, Guid Id, object Data, string Service, Guid RunId, double Seconds)
{
    /// <summary>A hash of something that is not there, such as weights.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
